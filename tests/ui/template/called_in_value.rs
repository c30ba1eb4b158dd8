//@ error: View:1:55: a call in the value of `title` may write a quote or a tag, which would end the value: write the text here
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = r#"{% macro m(x) %}<b>{{ x }}</b>{% endmacro %}<p title="{{ m(name) }}"></p>"#)] //~
struct View {
    count: i64,
    #[model]
    name: String,
    rows: Vec<i64>,
}

impl LiveView for View {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(View { count: 0, name: String::new(), rows: Vec::new() })
    }
}

fn main() {
    let _ = (View::push().into_push(), <View as djust::view::ViewDefinition>::PATH);
}
