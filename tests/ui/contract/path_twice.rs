//@ error: `path` is given twice
use djust_tests::ui::*;

#[push_contract(path = "a.B", path = "a.B")] //~
pub struct CartContract {
    pub items: u32,
}

cart! {}

fn main() {
    let _ = CartContract::push().items(1).into_push();
}
