//@ error: a live view can't be generic, so its handlers can't either
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

struct Other<T>(T);

#[handlers]
impl<T> Other<T> { //~
    #[event]
    fn add(&mut self) {}
}

fn main() {
    let _ = <View as djust::view::ViewDefinition>::PATH;
}
