//@ error: #[live_view] takes a template or a source, not both
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(template = "a.html", source = "<p></p>")] //~
struct View {
    count: i64,
}

impl LiveView for View {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(View { count: 0 })
    }
}

fn main() {
    let _ = <View as djust::view::ViewDefinition>::PATH;
}
