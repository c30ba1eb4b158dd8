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

#[cfg(test)]
mod tests {
    use super::{Ledger, OrdersView};
    use contracts::{Order, Status};
    use djust::Djust;
    use djust::testing::{TestApp, TestRequest};
    use std::error::Error;

    #[actix_web::test]
    async fn an_order_is_on_every_page_and_shipping_it_changes_its_row() -> Result<(), Box<dyn Error>> {
        let (app, ledger) = (TestApp::new(Djust::builder().view::<OrdersView>()), Ledger::default());
        let request = || TestRequest::get("/orders").app_data(ledger.clone());
        let mut one = app.mount::<OrdersView>(request()).await?;
        let mut other = app.mount::<OrdersView>(request()).await?;
        one.click("#place").await;
        other.settled().await;
        assert_eq!(other.text(".badge"), "new");
        assert_eq!(other.text("#total"), other.text("tbody .number"));
        other.click("#ship").await;
        one.settled().await;
        assert_eq!(one.texts(".badge"), ["shipped"]);
        let later = app.mount::<OrdersView>(request()).await?;
        assert_eq!(later.html(), one.html(), "the ledger says the same as the pushes");
        Ok(())
    }

    #[actix_web::test]
    async fn the_newest_are_shown_and_one_that_comes_twice_is_there_once() -> Result<(), Box<dyn Error>> {
        let app = TestApp::new(Djust::builder().view::<OrdersView>());
        let request = TestRequest::get("/orders").app_data(Ledger::default());
        let mut page = app.mount::<OrdersView>(request).await?;
        let order = |n: i64| Order {
            id: format!("N{n}"),
            item: "Tin rod".to_owned(),
            cents: 100,
            status: Status::New,
            placed: n,
        };
        page.push(OrdersView::push().on_orders((0..30).map(order).collect())).await?;
        page.push(OrdersView::push().on_orders(vec![order(29), order(28)])).await?;
        assert_eq!(page.text("#order-count"), Ledger::LIMIT.to_string());
        assert_eq!(page.texts(".order-id")[..2], ["N29", "N28"]);
        assert_eq!(page.patches(), 1, "what is known already changes nothing");
        Ok(())
    }
}
