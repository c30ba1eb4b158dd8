//! The dashboard's figures.

use djust::push_contract;

/// The dashboard. Fields that a push leaves out stay as they are.
#[push_contract(path = "dashboard.views.MetricsView")]
pub struct Metrics {
    /// How many people are visiting.
    pub visitors: u32,
    /// How many orders are waiting.
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
