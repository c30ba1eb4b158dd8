//@ error: `…` is longer than the 88 characters that a view path may have
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = "<p></p>", path = "a.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")] //~
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
