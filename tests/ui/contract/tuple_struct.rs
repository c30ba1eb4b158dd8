//@ error: a contract's fields need names: struct Contract { count: i64 }
use djust::{LiveView, MountContext, MountResult, handlers, live_view, push_contract};

#[push_contract(path = "shop.views.Cart")]
pub struct CartContract(u32); //~

#[live_view(source = "<p>{{ items }}</p>", contract = CartContract)]
struct Cart {
    #[push]
    items: u32,
}

#[handlers]
impl Cart {
    #[push]
    fn on_alert(&mut self, text: String) {
        drop(text);
    }
}

impl LiveView for Cart {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(Cart { items: 0 })
    }
}

fn main() {
    let _ = CartContract::push().into_push();
    let _ = Cart::push().items(1).into_push();
}
