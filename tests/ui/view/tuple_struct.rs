//@ error: a live view's fields need names: struct View { count: i64 }
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = "<p></p>")]
struct View(i64); //~

impl LiveView for View {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(View(0))
    }
}

fn main() {
    let _ = <View as djust::view::ViewDefinition>::PATH;
}
