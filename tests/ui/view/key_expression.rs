//@ error: the key has a field's name in braces, as in "room:{room}", not `count + 1`
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = "<p></p>", key = "{count + 1}")] //~
struct View {
    count: i64,
}

impl LiveView for View {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(View { count: 0 })
    }
}

fn main() {
    let _ = <View as djust::view::ViewDefinition>::PATH;
}
