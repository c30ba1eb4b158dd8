//@ error: an argument of a handler needs a named type: `impl` can't be read from JSON
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
    fn add(&mut self, text: impl Into<String>) {} //~
}

fn main() {
    let _ = <View as djust::view::ViewDefinition>::PATH;
}
