//@ error: #[live_view] has no argument `tick`; its arguments are template, source, path, contract, tick_interval, key, default and shared
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = "<p></p>", tick = 5)] //~
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
