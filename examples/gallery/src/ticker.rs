//! A ticker: a view with a clock.
//!
//! `tick_interval` is in milliseconds. djust calls `handle_tick` every two seconds while a browser
//! is connected; a page loaded by a search engine never ticks.

use crate::chart;
use djust::{LiveView, MountContext, MountResult, ViewContext, live_view};

/// How many prices the chart shows.
const HISTORY: usize = 40;

#[live_view(template = "ticker.html", tick_interval = 2000)]
pub struct Ticker {
    /// The price in cents, so that it is exact. A push may set it; the next tick continues from
    /// there.
    #[push]
    cents: i64,
    /// The previous price.
    previous: i64,
    history: Vec<i64>,
}

impl LiveView for Ticker {
    async fn mount(_cx: &mut MountContext) -> MountResult<Self> {
        Ok(Ticker { cents: 10_000, previous: 10_000, history: vec![10_000] })
    }

    async fn handle_tick(&mut self, _cx: &mut ViewContext<Self>) {
        self.previous = self.cents;
        let change = fastrand::i64(1..=150);
        let up = fastrand::bool() || self.cents <= 1_000;
        self.cents += if up { change } else { -change };
        self.history.push(self.previous);
        if self.history.len() > HISTORY {
            self.history.remove(0);
        }
    }
}

/// Methods that the template calls.
impl Ticker {
    fn price(&self) -> String {
        format!("{:.2}", self.cents as f64 / 100.0)
    }

    fn change(&self) -> String {
        format!("{:+.2}", (self.cents - self.previous) as f64 / 100.0)
    }

    fn points(&self) -> String {
        chart::points(self.history.iter().chain([&self.cents]).map(|&cents| cents as f64))
    }
}

#[cfg(test)]
mod tests {
    use super::Ticker;
    use djust::push::Push;
    use djust::testing::TestPage;
    use std::error::Error;
    use std::time::Duration;

    #[actix_web::test]
    async fn a_price_changes_every_two_seconds() -> Result<(), Box<dyn Error>> {
        tokio::time::pause();
        let mut page = TestPage::<Ticker>::mount("/ticker").await?;
        page.advance(Duration::from_millis(1_900)).await;
        assert_eq!((page.text("#price"), page.patches()), ("100.00".into(), 0));
        page.advance(Duration::from_secs(60)).await;
        assert_eq!(page.patches(), 30);
        assert_eq!(page.state(|ticker| ticker.history.len()).await, Some(31));
        Ok(())
    }

    #[actix_web::test]
    async fn a_tick_goes_on_from_a_price_that_was_pushed() -> Result<(), Box<dyn Error>> {
        tokio::time::pause();
        let mut page = TestPage::<Ticker>::mount("/ticker").await?;
        page.push((Ticker::PATH, Push::state("cents", 20_000))).await?;
        assert_eq!(page.text("#price"), "200.00");
        page.tick().await;
        assert_eq!(page.state(|ticker| ticker.previous).await, Some(20_000));
        assert!(page.has("#change.up") || page.has("#change.down"));
        Ok(())
    }
}
