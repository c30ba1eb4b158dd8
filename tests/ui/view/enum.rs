//@ error: a live view is a struct, not an enum: put the enum into a field
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = "<p></p>")]
enum View { //~
    A,
}

impl LiveView for View {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(View::A)
    }
}

fn main() {
    let _ = <View as djust::view::ViewDefinition>::PATH;
}
