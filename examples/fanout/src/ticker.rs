//! A price that changes once a second.

use crate::own::Own;
use djust::{LiveView, MountContext, MountResult, ViewContext, live_view};

#[live_view(template = "ticker.html", tick_interval = 1000, shared)]
#[derive(Clone, PartialEq)]
pub struct Ticker {
    ticks: u64,
    price: u64,
    own: u32,
}

impl LiveView for Ticker {
    async fn mount(cx: &mut MountContext) -> MountResult<Self> {
        let Own { own } = cx.query()?;
        Ok(Ticker { ticks: 0, price: 10_000, own })
    }

    async fn handle_tick(&mut self, _cx: &mut ViewContext<Self>) {
        self.ticks += 1;
        self.price = 10_000 + self.ticks * 37 % 500;
    }
}
