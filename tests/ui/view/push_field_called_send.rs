//@ error: every typed push has a method `send`; give this field another name
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = "<p></p>")]
struct View {
    #[push]
    send: i64, //~
}

impl LiveView for View {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(View { send: 0 })
    }
}

fn main() {
    let _ = <View as djust::view::ViewDefinition>::PATH;
}
