//@ error: every typed push has a method `send`; give this handler another name
use djust::{LiveView, MountContext, MountResult, handlers, live_view};

#[live_view(source = "<p>{{ count }}</p>")]
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
    #[push]
    fn send(&mut self) {} //~
}

fn main() {
    let _ = <View as djust::view::ViewDefinition>::PATH;
}
