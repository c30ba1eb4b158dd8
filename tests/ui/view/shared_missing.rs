//@ error: `View` can't be shared: `#[live_view(shared)]` needs its `Clone` and `PartialEq`
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = "<p>{{ count }}</p>", shared)]
#[derive(Clone)]
struct View { //~
    count: i64,
}

impl LiveView for View {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(View { count: 0 })
    }
}

fn main() {
    let _ = (View::PATH, View::push().into_push());
}
