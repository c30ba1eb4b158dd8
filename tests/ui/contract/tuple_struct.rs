//@ error: a contract's fields need names: struct Contract { count: i64 }
use djust_tests::ui::*;

#[push_contract(path = "shop.views.Cart")]
pub struct CartContract(u32); //~

cart! {}

fn main() {
    let _ = CartContract::push().into_push();
}
