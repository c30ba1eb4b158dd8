//! A sortable table of 1,000 rows. One price changes each second.
//!
//! Each row has a key (`dj-key` in the template), so sorting moves the existing rows: the browser
//! receives their new order, about 4 KB. A new price takes less than 100 bytes, however long the
//! table is.

use djust::{LiveView, MountContext, MountResult, ViewContext, handlers, live_view};
use serde::Deserialize;

const ROWS: u32 = 1_000;
const METALS: [&str; 8] = ["Copper", "Nickel", "Zinc", "Tin", "Lead", "Cobalt", "Silver", "Titanium"];
const FORMS: [&str; 5] = ["wire", "sheet", "rod", "tube", "foil"];

pub struct Row {
    id: u32,
    name: String,
    stock: u32,
    cents: u32,
}

impl Row {
    fn price(&self) -> String {
        format!("{}.{:02}", self.cents / 100, self.cents % 100)
    }
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Column {
    Id,
    Name,
    Stock,
    Price,
}

#[live_view(template = "table.html", tick_interval = 1000)]
pub struct Table {
    rows: Vec<Row>,
    sorted_by: Column,
    descending: bool,
    /// The last changed price, in words.
    latest: String,
}

impl LiveView for Table {
    async fn mount(_cx: &mut MountContext) -> MountResult<Self> {
        let rows = (1..=ROWS).map(row).collect();
        Ok(Table { rows, sorted_by: Column::Id, descending: false, latest: "none yet".to_owned() })
    }

    async fn handle_tick(&mut self, _cx: &mut ViewContext<Self>) {
        let row = &self.rows[fastrand::usize(..self.rows.len())];
        self.set_price(row.id, row.cents.saturating_add(fastrand::u32(1..=99)));
    }
}

#[handlers]
impl Table {
    /// A click on a heading sorts by it; another click on it reverses the order.
    #[event]
    fn sort(&mut self, column: Column) {
        self.descending = self.sorted_by == column && !self.descending;
        self.sorted_by = column;
        self.sort_rows();
    }

    /// Takes a price from outside. A price for a row that does not exist changes nothing.
    #[push]
    fn on_price(&mut self, id: u32, cents: u32) {
        self.set_price(id, cents);
    }

    fn set_price(&mut self, id: u32, cents: u32) {
        if let Some(row) = self.rows.iter_mut().find(|row| row.id == id) {
            row.cents = cents;
            self.latest = format!("No. {id}, {}, {} €", row.name, row.price());
            self.sort_rows();
        }
    }

    fn sort_rows(&mut self) {
        match self.sorted_by {
            Column::Id => self.rows.sort_by_key(|row| row.id),
            Column::Name => self.rows.sort_by(|a, b| a.name.cmp(&b.name)),
            Column::Stock => self.rows.sort_by_key(|row| row.stock),
            Column::Price => self.rows.sort_by_key(|row| row.cents),
        }
        if self.descending {
            self.rows.reverse();
        }
    }

    /// The value of `aria-sort` in a column's heading. It also draws the arrow.
    fn order(&self, column: Column) -> &'static str {
        match (self.sorted_by == column, self.descending) {
            (false, _) => "none",
            (true, false) => "ascending",
            (true, true) => "descending",
        }
    }
}

/// The row with this number. It is always the same, so that the first paint and the connected view
/// agree.
fn row(id: u32) -> Row {
    let (n, mixed) = (id as usize, id.wrapping_mul(2_654_435_761) >> 8);
    let name = format!("{} {}, {}\u{a0}mm", METALS[n % METALS.len()], FORMS[n / 8 % FORMS.len()], n / 40 + 1);
    Row { id, name, stock: mixed % 500, cents: 250 + mixed / 500 % 90_000 }
}

#[cfg(test)]
mod tests {
    use super::{ROWS, Table};
    use djust::testing::TestPage;
    use std::error::Error;
    use std::time::Duration;

    #[actix_web::test]
    async fn a_heading_sorts_and_once_more_the_other_way_round() -> Result<(), Box<dyn Error>> {
        let mut page = TestPage::<Table>::mount("/table").await?;
        page.click("#sort-id").await;
        assert_eq!(page.attribute("th:first-child", "aria-sort").as_deref(), Some("descending"));
        assert_eq!(page.text("tbody tr:first-child td:first-child"), "1000");
        page.click("#sort-stock").await;
        assert_eq!(page.attribute("th:first-child", "aria-sort").as_deref(), Some("none"));
        let stock: Vec<u32> =
            page.texts("td:nth-child(3)").iter().map(|stock| stock.parse()).collect::<Result<_, _>>()?;
        assert!(stock.is_sorted() && stock.len() == ROWS as usize);
        Ok(())
    }

    #[actix_web::test]
    async fn a_price_is_one_row_of_the_patch() -> Result<(), Box<dyn Error>> {
        tokio::time::pause();
        let mut page = TestPage::<Table>::mount("/table").await?;
        page.push(Table::push().on_price(7, 1_234)).await?;
        assert_eq!(page.text("tbody tr:nth-child(7) td:last-child"), "12.34");
        let patch = page.last_patch();
        assert_eq!(patch.len(), 2, "the sentence and the price: {patch:?}");
        assert!(patch[1].ends_with("= 12.34"), "{patch:?}");
        page.push(Table::push().on_price(ROWS + 1, 1)).await?;
        assert_eq!(page.patches(), 1, "there is no such row");
        Ok(())
    }

    #[actix_web::test]
    async fn one_price_changes_each_second() -> Result<(), Box<dyn Error>> {
        tokio::time::pause();
        let mut page = TestPage::<Table>::mount("/table").await?;
        assert_eq!(page.text("#latest"), "none yet");
        page.advance(Duration::from_secs(3)).await;
        assert_eq!(page.patches(), 3);
        Ok(())
    }
}
