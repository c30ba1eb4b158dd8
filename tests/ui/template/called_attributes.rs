//@ error: View:1:47: a macro, `call`, `filter` or `let` can't write attributes: put whole attributes into an `if` here
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = r#"{% macro m(x) %}title={{ x }}{% endmacro %}<p {{ m(name) }}></p>"#)] //~
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
