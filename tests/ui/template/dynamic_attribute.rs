//@ error: View:1:4: an attribute's name can't be dynamic: put whole attributes into an `if`, or mark trusted ones `|safe`
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = r#"<p data-{{ name }}="1"></p>"#)] //~
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
