//! Orders: change the source first, then push its new state.
//!
//! There are two sources. The gallery's ledger keeps orders that are placed here, and `mount` reads
//! it. `cargo run -p signals` watches a database and pushes its changes. A push carries orders in
//! their present state, not events, so a repeated push does no harm, and neither does one that
//! follows a lost one.

use crate::ledger::Ledger;
use contracts::{Order, Orders, euros};
use djust::push::PushError;
use djust::{LiveView, MountContext, MountResult, handlers, live_view};

#[live_view(template = "orders.html", contract = Orders)]
pub struct OrdersView {
    /// The newest first.
    orders: Vec<Order>,
    ledger: Ledger,
}

impl LiveView for OrdersView {
    async fn mount(cx: &mut MountContext) -> MountResult<Self> {
        let ledger = cx.app_data::<Ledger>().expect("main.rs registers the ledger").clone();
        Ok(OrdersView { orders: ledger.orders(), ledger })
    }
}

#[handlers]
impl OrdersView {
    /// The order is in the ledger before any page hears of it, so a page that opens meanwhile reads
    /// it there.
    #[event]
    fn place(&mut self) -> Result<(), PushError> {
        let order = self.ledger.place();
        OrdersView::push().on_orders(vec![order]).queue().map(drop)
    }

    #[event]
    fn ship(&mut self) -> Result<(), PushError> {
        let Some(order) = self.ledger.ship() else { return Ok(()) };
        OrdersView::push().on_orders(vec![order]).queue().map(drop)
    }

    /// Takes new orders, and old ones that have changed.
    #[push]
    fn on_orders(&mut self, orders: Vec<Order>) {
        for order in orders {
            match self.orders.iter_mut().find(|known| known.id == order.id) {
                Some(known) => *known = order,
                None => self.orders.push(order),
            }
        }
        self.orders.sort_by(|a, b| b.placed.cmp(&a.placed).then_with(|| a.id.cmp(&b.id)));
        self.orders.truncate(Ledger::LIMIT);
    }

    /// The total of the orders shown.
    fn total(&self) -> String {
        euros(self.orders.iter().map(|order| order.cents).fold(0, i64::saturating_add))
    }
}
