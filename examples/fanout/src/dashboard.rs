//! Twenty values in about 3 KB of HTML. A push changes two of them.

use crate::own::Own;
use djust::{LiveView, MountContext, MountResult, live_view};

#[live_view(template = "dashboard.html", shared)]
#[derive(Clone, PartialEq)]
pub struct Dashboard {
    #[push]
    marker: String,
    #[push]
    visitors: u32,
    pending_orders: u32,
    sessions: u32,
    sign_ups: u32,
    refunds: u32,
    queue_length: u32,
    workers_busy: u32,
    errors: u32,
    retries: u32,
    revenue: f64,
    average_basket: f64,
    conversion: f64,
    load: f64,
    latency_p50: f64,
    latency_p99: f64,
    region: String,
    release: String,
    status: String,
    on_call: String,
    own: u32,
}

impl LiveView for Dashboard {
    async fn mount(cx: &mut MountContext) -> MountResult<Self> {
        let Own { own } = cx.query()?;
        Ok(Dashboard {
            marker: "none".to_owned(),
            visitors: 0,
            pending_orders: 12,
            sessions: 3_481,
            sign_ups: 57,
            refunds: 3,
            queue_length: 140,
            workers_busy: 6,
            errors: 2,
            retries: 9,
            revenue: 18_240.5,
            average_basket: 42.75,
            conversion: 3.2,
            load: 0.64,
            latency_p50: 18.5,
            latency_p99: 140.25,
            region: "eu-central".to_owned(),
            release: "2026.11.3".to_owned(),
            status: "All systems normal".to_owned(),
            on_call: "Ada".to_owned(),
            own,
        })
    }
}
