//@ error: #[push] on a field takes no arguments
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = "<p></p>")]
struct View {
    #[push(always)] //~
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
