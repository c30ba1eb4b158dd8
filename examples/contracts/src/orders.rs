//! Orders, as the pages show them.

use djust::push_contract;
use serde::{Deserialize, Serialize};

/// The page of orders.
#[push_contract(path = "orders.views.OrdersView")]
pub struct Orders {
    /// These orders are new or have changed.
    pub on_orders: fn(orders: Vec<Order>),
}

/// One order in its present state. A page that knows its id replaces the rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// Unique among all sources of orders.
    pub id: String,
    /// What was ordered.
    pub item: String,
    /// Its price.
    pub cents: i64,
    /// How far it is.
    pub status: Status,
    /// When it was placed, in milliseconds since 1970.
    pub placed: i64,
}

/// How far an order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It was just placed.
    New,
    /// It waits to be packed.
    Paid,
    /// It has left.
    Shipped,
}

impl Status {
    /// Returns its name, for a style, for people and for a database.
    pub fn name(self) -> &'static str {
        match self {
            Status::New => "new",
            Status::Paid => "paid",
            Status::Shipped => "shipped",
        }
    }

    /// Returns the status with this name.
    pub fn named(name: &str) -> Option<Self> {
        [Status::New, Status::Paid, Status::Shipped].into_iter().find(|status| status.name() == name)
    }
}

impl Order {
    /// Returns its price in euros.
    pub fn price(&self) -> String {
        euros(self.cents)
    }
}

/// Returns cents as euros, with two decimal places.
pub fn euros(cents: i64) -> String {
    format!("{:.2}", cents as f64 / 100.0)
}
