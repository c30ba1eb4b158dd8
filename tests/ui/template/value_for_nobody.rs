//@ error: View:1:7: `dj-value-id` gives an argument to no handler: put it on the element that has dj-click or another handler
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = r#"<form dj-value-id="7"></form>"#)] //~
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
