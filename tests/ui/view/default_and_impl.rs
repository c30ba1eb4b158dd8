//@ error: conflicting implementations of trait `LiveView` for type `View`
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = "<p>{{ count }}</p>", default)] //~
#[derive(Default)]
struct View {
    count: i64,
}

impl LiveView for View {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(View { count: 1 })
    }
}

fn main() {
    let _ = View::PATH;
}
