//@ error: `View` can't be generic: a view has one path, one template and one schema
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = "<p></p>")]
struct View<'a> { //~
    count: &'a str,
}

impl LiveView for View<'static> {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        unreachable!("never run")
    }
}

fn main() {
    let _ = <View<'static> as djust::view::ViewDefinition>::PATH;
}
