//@ error: `Other` is not a push contract
use djust::{LiveView, MountContext, MountResult, handlers, live_view, push_contract};

#[push_contract(path = "shop.views.Cart")]
pub struct CartContract {
    pub items: u32,
    pub on_alert: fn(level: String, text: Option<String>),
}

struct Other;

#[live_view(source = "<p></p>", contract = Other)] //~
struct Cart {
    #[push]
    items: u32,
}

#[handlers]
impl Cart {
    #[push]
    fn on_alert(&mut self, level: String, text: Option<String>) {
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
