//! Two hundred keyed rows. A push changes one price.

use crate::own::Own;
use djust::{LiveView, MountContext, MountResult, handlers, live_view};

pub const ROWS: u32 = 200;

#[derive(Clone, PartialEq)]
pub struct Row {
    id: u32,
    name: String,
    price: u32,
    status: &'static str,
}

#[live_view(template = "table.html", shared)]
#[derive(Clone, PartialEq)]
pub struct Table {
    #[push]
    marker: String,
    rows: Vec<Row>,
    own: u32,
}

impl LiveView for Table {
    async fn mount(cx: &mut MountContext) -> MountResult<Self> {
        let Own { own } = cx.query()?;
        Ok(Table { marker: "none".to_owned(), rows: (0..ROWS).map(row).collect(), own })
    }
}

#[handlers]
impl Table {
    #[push]
    fn on_price(&mut self, id: u32, price: u32) {
        if let Some(row) = self.rows.iter_mut().find(|row| row.id == id) {
            row.price = price;
        }
    }
}

fn row(id: u32) -> Row {
    let status = if id.is_multiple_of(3) { "in stock" } else { "on order" };
    Row { id, name: format!("Article number {id}"), price: 1_000 + id, status }
}
