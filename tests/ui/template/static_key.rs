//@ error: View:1:25: dj-key needs an expression, else all items have the same key
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = r#"{% for row in rows %}<p dj-key="row">{{ row }}</p>{% endfor %}"#)] //~
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
