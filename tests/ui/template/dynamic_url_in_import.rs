//@ error: linking.html:1:24: an imported macro can't have a URL or a style that is dynamic: `include` its file instead, or mark it `|safe`
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = r#"{% import "linking.html" as linking %}{{ linking::link(name) }}"#)] //~
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
