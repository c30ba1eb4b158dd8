//@ error: View:1:3: `extends` can't be used in a live view: its template is the live region only, the page around it is the layout
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = r#"{% extends "base.html" %}"#)] //~
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
