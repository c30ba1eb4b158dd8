//! A dashboard that only pushes change.
//!
//! The page has no timer and asks for nothing. An ordinary actix actor, which knows nothing about
//! pages, pushes new figures once a second while somebody watches. An HTTP handler, a job worker
//! or, from a shell, `curl` could do the same.

use crate::chart;
use crate::feed::{Feed, Figures, Get, Toggle};
use actix::{Addr, MailboxError};
use contracts::Metrics;
use djust::{LiveView, MountContext, MountResult, handlers, live_view};

/// How many values the chart shows.
const HISTORY: usize = 60;

#[live_view(template = "dashboard.html", contract = Metrics)]
pub struct MetricsView {
    #[push]
    visitors: u32,
    #[push]
    pending_orders: u32,
    #[push]
    revenue: f64,
    #[push]
    error_rate: f64,
    #[push]
    status: String,
    /// Whether the feed is running. The feed itself tells every open page.
    #[push]
    running: bool,
    /// Visitors so far. The chart ends in the current value.
    history: Vec<u32>,
    feed: Addr<Feed>,
}

impl LiveView for MetricsView {
    /// `mount` may wait: here it asks the actor for the present figures.
    async fn mount(cx: &mut MountContext) -> MountResult<Self> {
        let feed = cx.app_data::<Addr<Feed>>().expect("main.rs registers the feed").clone();
        let Figures { visitors, pending_orders, revenue, error_rate, running } = feed.send(Get).await?;
        let status = if running { "The feed is running" } else { "Waiting for a push" }.to_owned();
        let history = vec![visitors; 2];
        Ok(MetricsView { visitors, pending_orders, revenue, error_rate, status, running, history, feed })
    }
}

#[handlers]
impl MetricsView {
    /// Starts or stops the feed. The page shows the new state when the feed pushes it.
    #[event]
    async fn toggle_feed(&mut self) -> Result<(), MailboxError> {
        self.feed.send(Toggle).await
    }

    /// A push may set fields and then call one handler. This one adds the pushed figure to the
    /// chart.
    #[push]
    fn on_sample(&mut self) {
        self.history.push(self.visitors);
        if self.history.len() > HISTORY {
            self.history.remove(0);
        }
    }

    /// The chart's line, for the template. The browser receives the new points, not a new drawing.
    fn points(&self) -> String {
        chart::points(self.history.iter().map(|&v| f64::from(v)).chain([f64::from(self.visitors)]))
    }

    /// How many orders are waiting, of the 100 that can; more than 100 are shown as 100.
    fn load(&self) -> u32 {
        self.pending_orders.min(100)
    }
}

#[cfg(test)]
mod tests {
    use super::MetricsView;
    use crate::feed::Feed;
    use actix::{Actor, Addr};
    use djust::Djust;
    use djust::testing::{TestApp, TestPage, TestRequest};
    use std::error::Error;
    use std::time::Duration;

    async fn page(app: &TestApp, feed: &Addr<Feed>) -> Result<TestPage<MetricsView>, Box<dyn Error>> {
        Ok(app.mount(TestRequest::get("/dashboard").app_data(feed.clone())).await?)
    }

    #[actix_web::test]
    async fn the_feed_updates_every_page_once_a_second() -> Result<(), Box<dyn Error>> {
        tokio::time::pause();
        let (app, feed) = (TestApp::new(Djust::builder().view::<MetricsView>()), Feed::new().start());
        let (mut one, mut other) = (page(&app, &feed).await?, page(&app, &feed).await?);
        one.click("#feed").await;
        one.advance(Duration::from_secs(10)).await;
        other.settled().await;
        for page in [&one, &other] {
            assert_eq!(page.text("#status"), "The feed is running");
            assert_eq!(
                page.attribute("#chart", "points").map(|points| points.matches(',').count()),
                Some(14)
            );
        }
        other.click("#feed").await;
        one.settled().await;
        assert_eq!(one.text("#status"), "The feed is stopped");
        Ok(())
    }

    #[actix_web::test]
    async fn the_feed_stops_when_nobody_watches() -> Result<(), Box<dyn Error>> {
        tokio::time::pause();
        let (app, feed) = (TestApp::new(Djust::builder().view::<MetricsView>()), Feed::new().start());
        let mut watching = page(&app, &feed).await?;
        watching.click("#feed").await;
        watching.close().await;
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert_eq!(page(&app, &feed).await?.text("#status"), "Waiting for a push");
        Ok(())
    }

    #[actix_web::test]
    async fn a_push_of_one_field_changes_one_figure() -> Result<(), Box<dyn Error>> {
        let (app, feed) = (TestApp::new(Djust::builder().view::<MetricsView>()), Feed::new().start());
        let mut page = page(&app, &feed).await?;
        page.push(MetricsView::push().pending_orders(140)).await?;
        assert_eq!(page.text("#pending_orders"), "140");
        assert_eq!(page.attribute("#load", "value").as_deref(), Some("100"), "the meter is full");
        assert_eq!(page.text("#visitors"), "128");
        Ok(())
    }
}
