//@ error: an argument of a handler is owned: only the context is a reference, and it is `&mut`
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
    fn add(&mut self, cx: &djust::ViewContext<Self>) {} //~
}

fn main() {
    let _ = <View as djust::view::ViewDefinition>::PATH;
}
