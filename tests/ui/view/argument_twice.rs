//@ error: `source` is given twice
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = "<p></p>", source = "<b></b>")] //~
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
