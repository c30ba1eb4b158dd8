//@ error: the handler `add` works on a view: give it `&mut self`
use djust::{LiveView, MountContext, MountResult, handlers, live_view};

#[live_view(source = "<p dj-click='add'>{{ count }}</p>")]
struct View {
    count: i64,
}

impl LiveView for View {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(View { count: 0 })
    }
}

#[handlers]
impl View {
    #[event]
    fn add() {} //~
}

fn main() {
    let _ = <View as djust::view::ViewDefinition>::PATH;
}
