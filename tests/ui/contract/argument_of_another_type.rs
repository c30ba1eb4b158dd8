//@ error: `Cart` needs the #[push] handler `on_alert(level: String, text: Option<String>)` of its contract `CartContract`
use djust::{LiveView, MountContext, MountResult, handlers, live_view, push_contract};

#[push_contract(path = "shop.views.Cart")]
pub struct CartContract {
    pub items: u32,
    pub on_alert: fn(level: String, text: Option<String>),
}

#[live_view(source = "<p></p>", contract = CartContract)] //~
struct Cart {
    #[push]
    items: u32,
}

#[handlers]
impl Cart {
    #[push]
    fn on_alert(&mut self, level: String, text: String) {
        drop((level, text));
    }
}

impl LiveView for Cart {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(Cart { items: Default::default() })
    }
}

fn main() {
    let _ = CartContract::push().into_push();
    let _ = Cart::push().into_push();
}
