//@ error: `shop. Cart` is not a view path: it is ASCII names joined by dots, like shop.views.Cart
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(source = "<p></p>", path = "shop. Cart")] //~
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
