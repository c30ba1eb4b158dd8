//! The dashboard's figures.

use djust::push_contract;

/// The dashboard. What a push leaves out stays as it is.
#[push_contract(path = "dashboard.views.MetricsView")]
pub struct Metrics {
    /// How many people are there.
    pub visitors: u32,
    /// How many orders wait.
    pub pending_orders: u32,
    /// In euros.
    pub revenue: f64,
    /// In percent.
    pub error_rate: f64,
    /// A sentence above the figures.
    pub status: String,
    /// Adds the visitors of this push to the chart.
    pub on_sample: fn(),
}
