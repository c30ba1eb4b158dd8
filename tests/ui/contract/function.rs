//@ error: #[push_contract] belongs on a struct
use djust_tests::ui::*;

#[push_contract(path = "shop.views.Cart")]
fn contract() {} //~

fn main() {
    contract();
}
