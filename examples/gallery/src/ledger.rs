//! The orders placed here, on the pages. An application would keep them in its database.
//!
//! The program `signals` has its orders in a separate database, and pushes them.

use contracts::{Order, Status};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

const ITEMS: [&str; 6] =
    ["Copper wire, 2 mm", "Zinc sheet", "Tin rod", "Lead foil", "Nickel tube", "Silver wire"];

/// The newest orders; older ones are forgotten. A clone is another handle on the same ledger.
#[derive(Clone, Default)]
pub struct Ledger(Arc<Mutex<Vec<Order>>>);

impl Ledger {
    /// How many orders are kept, here and on each page.
    pub const LIMIT: usize = 20;

    /// Returns the orders, the newest first.
    pub fn orders(&self) -> Vec<Order> {
        self.lock().clone()
    }

    /// Places an order, with an id that no other gallery uses.
    pub fn place(&self) -> Order {
        let id = std::iter::repeat_with(|| fastrand::alphabetic().to_ascii_uppercase()).take(5).collect();
        let item = fastrand::choice(ITEMS).unwrap_or(ITEMS[0]).to_owned();
        let order =
            Order { id, item, cents: fastrand::i64(290..=24_900), status: Status::New, placed: now() };
        let mut orders = self.lock();
        orders.insert(0, order.clone());
        orders.truncate(Self::LIMIT);
        order
    }

    /// Ships the oldest order that has not been shipped.
    pub fn ship(&self) -> Option<Order> {
        let mut orders = self.lock();
        let order = orders.iter_mut().rfind(|order| order.status != Status::Shipped)?;
        order.status = Status::Shipped;
        Some(order.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Order>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Milliseconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
