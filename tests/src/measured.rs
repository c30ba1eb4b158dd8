//! The views whose updates are measured: what they cost is promised, so it is tested (`tests/render/patch_sizes.rs`) and timed
//! (`cargo bench`).

use djust::render::{Fields, Recorder, Recording, diff};
use djust::view::ViewDefinition;
use djust::{LiveView, MountContext, MountResult, live_view};
use serde_json::json;

/// Twenty values, as on a dashboard.
#[live_view(template = "dashboard.html", path = "tests.Dashboard")]
#[derive(Debug, Clone, Default)]
pub struct Dashboard {
    count_0: u64,
    count_1: u64,
    count_2: u64,
    #[push]
    count_3: u64,
    count_4: u64,
    count_5: u64,
    count_6: u64,
    count_7: u64,
    count_8: u64,
    count_9: u64,
    rate_0: f64,
    rate_1: f64,
    #[push]
    rate_2: f64,
    rate_3: f64,
    rate_4: f64,
    text_0: String,
    text_1: String,
    text_2: String,
    text_3: String,
    text_4: String,
}

/// A table of many rows with keys.
#[live_view(template = "orders.html", path = "tests.Orders")]
#[derive(Debug, Clone)]
pub struct Orders {
    rows: Vec<Order>,
}

/// A row of it.
#[derive(Debug, Clone)]
pub struct Order {
    id: usize,
    name: String,
    quantity: usize,
    cents: usize,
}

/// The same table rendered by askama alone: what the times of an update are compared with.
#[derive(askama::Template)]
#[template(path = "orders.html")]
pub struct PlainOrders<'v> {
    rows: &'v [Order],
}

impl Orders {
    /// For askama alone.
    pub fn plain(&self) -> PlainOrders<'_> {
        PlainOrders { rows: &self.rows }
    }
}

impl LiveView for Dashboard {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(Dashboard::sample())
    }
}

impl LiveView for Orders {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(Orders::sample(200))
    }
}

impl Dashboard {
    /// Values of usual lengths.
    pub fn sample() -> Self {
        let text = str::to_owned;
        Dashboard {
            count_0: 1,
            count_1: 22,
            count_2: 333,
            count_3: 4444,
            count_4: 55555,
            count_5: 6,
            count_6: 77,
            count_7: 888,
            count_8: 9999,
            count_9: 10000,
            rate_0: 0.5,
            rate_1: 12.25,
            rate_2: 99.9,
            rate_3: 1.0,
            rate_4: 3.25,
            text_0: text("ok"),
            text_1: text("eu-west-1"),
            text_2: text("running"),
            text_3: text("v1.2.3"),
            text_4: text("2 days"),
        }
    }

    /// The same with two values changed.
    pub fn with_two_changes(&self) -> Self {
        Dashboard { count_3: self.count_3 + 1, rate_2: self.rate_2 - 1.2, ..self.clone() }
    }

    /// The fields of these two values, as after a push.
    pub fn two_changed(&self) -> Fields {
        let (mut view, mut changed) = (self.clone(), Fields::NONE);
        for (name, value) in [("count_3", json!(self.count_3)), ("rate_2", json!(self.rate_2))] {
            changed.add(view.set_field(name, &value).expect("the field's own value"));
        }
        changed
    }
}

impl Orders {
    /// So many rows.
    pub fn sample(count: usize) -> Self {
        let row = |i| Order {
            id: i + 100,
            name: format!("Customer number {i}"),
            quantity: i % 97,
            cents: i * 37 % 100_000,
        };
        Orders { rows: (0..count).map(row).collect() }
    }

    /// The same with one cell changed.
    pub fn with_one_change(&self) -> Self {
        let mut orders = self.clone();
        let middle = orders.rows.len() / 2;
        orders.rows[middle].quantity += 1;
        orders
    }

    /// The same with a new first row.
    pub fn with_new_row(&self) -> Self {
        let mut orders = self.clone();
        orders.rows.insert(0, Order { id: 5, name: "New customer".into(), quantity: 1, cents: 1 });
        orders
    }
}

/// Records a view.
pub fn record<V: ViewDefinition>(recorder: &Recorder, view: &V) -> Recording {
    recorder.record(|recorder| view.record(recorder)).expect("the template renders")
}

/// The patch from one state to another.
pub fn patch<V: ViewDefinition>(old: &V, new: &V) -> String {
    let recorder = Recorder::new();
    let mut patch = String::new();
    diff(V::TEMPLATE, &record(&recorder, old), &record(&recorder, new), &mut patch);
    patch
}
