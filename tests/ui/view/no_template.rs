//@ error: #[live_view] needs a template = "name.html" or a source = "…"
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view] //~
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
