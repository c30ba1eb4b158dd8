//@ error: `View` can't be generic: a view has one path, one template and one schema
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = "<p></p>")]
struct View<T> { //~
    count: T,
}

impl LiveView for View<i64> {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        unreachable!("never run")
    }
}

fn main() {
    let _ = <View<i64> as djust::view::ViewDefinition>::PATH;
}
