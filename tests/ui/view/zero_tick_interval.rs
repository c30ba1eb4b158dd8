//@ error: tick_interval is a number of milliseconds, 1 or more
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = "<p></p>", tick_interval = 0)] //~
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
