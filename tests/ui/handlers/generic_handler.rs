//@ error: a handler can't be generic
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
    #[event]
    fn add<T: Into<i64>>(&mut self, by: T) {} //~
}

fn main() {
    let _ = <View as djust::view::ViewDefinition>::PATH;
}
