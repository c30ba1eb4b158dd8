//! A contract in a crate that does not have the view: `tests/live/contract.rs` has it.

use djust::push_contract;

/// What may be pushed to a shelf.
#[push_contract(path = "tests.Shelf")]
pub struct ShelfContract {
    /// How many items are on it.
    pub items: u32,
    /// What the items are.
    pub label: Option<String>,
    /// Something about it, and how often to say it.
    pub on_notice: fn(text: String, times: Option<usize>),
}
