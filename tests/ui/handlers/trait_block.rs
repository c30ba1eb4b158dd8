//@ error: `#[handlers]` stands on the view's own `impl` block, not on that of a trait
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
impl Default for View { //~
    fn default() -> Self {
        View { count: 0 }
    }
}

fn main() {
    let _ = <View as djust::view::ViewDefinition>::PATH;
}
