//! The actor behind the dashboard: a source of figures, like a queue consumer or a sensor.
//!
//! It pushes with the typed builder that `#[live_view]` generates for `MetricsView`: an unknown
//! field, or a value of the wrong type, does not compile.

use crate::dashboard::MetricsView;
use actix::{
    Actor, ActorFutureExt, AsyncContext, Context, Handler, Message, MessageResponse, SpawnHandle, WrapFuture,
};
use djust::push::{Push, QueryError, apush_to_view};
use std::time::Duration;

/// The figures of the dashboard.
#[derive(Clone, Copy, MessageResponse)]
pub struct Figures {
    pub visitors: u32,
    pub pending_orders: u32,
    pub revenue: f64,
    pub error_rate: f64,
    pub running: bool,
}

/// Invents figures, once a second while it runs.
pub struct Feed {
    figures: Figures,
    timer: Option<SpawnHandle>,
}

/// Asks for the present figures.
#[derive(Message)]
#[rtype(result = "Figures")]
pub struct Get;

/// Starts or stops the feed.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Toggle;

impl Feed {
    pub fn new() -> Self {
        let figures =
            Figures { visitors: 128, pending_orders: 12, revenue: 4_210.0, error_rate: 0.4, running: false };
        Feed { figures, timer: None }
    }

    /// Pushes the figures of one second to every open dashboard.
    fn push(&mut self, context: &mut Context<Self>) {
        let figures = &mut self.figures;
        figures.visitors = (figures.visitors + fastrand::u32(0..=18)).saturating_sub(8);
        figures.pending_orders = (figures.pending_orders + fastrand::u32(0..=4)).saturating_sub(2);
        figures.revenue += fastrand::f64() * 90.0;
        figures.error_rate = (figures.error_rate + fastrand::f64() * 0.4 - 0.2).clamp(0.0, 5.0);
        let push = MetricsView::push()
            .visitors(figures.visitors)
            .pending_orders(figures.pending_orders)
            .revenue(figures.revenue)
            .error_rate(figures.error_rate)
            .status("The feed is running".to_owned())
            .running(true);
        let told = reached(push.on_sample().into_push()).into_actor(self);
        context.spawn(told.map(|reached, feed, context| match reached {
            Ok(0) => feed.stop(context), // Nobody watches.
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "the dashboard's figures were not pushed"),
        }));
    }

    fn stop(&mut self, context: &mut Context<Self>) {
        if let Some(timer) = self.timer.take() {
            context.cancel_future(timer);
        }
        self.figures.running = false;
        let push = MetricsView::push().running(false).status("The feed is stopped".to_owned());
        if let Err(error) = push.queue() {
            tracing::warn!(%error, "the dashboard was not told that the feed is stopped");
        }
    }
}

/// Pushes, and finds out how many pages got it. Over Redis, the servers are asked.
async fn reached(push: Push) -> Result<usize, QueryError> {
    let receipt = apush_to_view(MetricsView::PATH, push).await?;
    Ok(receipt.confirm(Duration::from_secs(1)).await?.views)
}

impl Actor for Feed {
    type Context = Context<Self>;
}

impl Handler<Get> for Feed {
    type Result = Figures;

    fn handle(&mut self, _: Get, _: &mut Self::Context) -> Figures {
        self.figures
    }
}

impl Handler<Toggle> for Feed {
    type Result = ();

    fn handle(&mut self, _: Toggle, context: &mut Self::Context) {
        if self.timer.is_some() {
            return self.stop(context);
        }
        self.figures.running = true;
        self.timer = Some(context.run_interval(Duration::from_secs(1), Feed::push));
        self.push(context);
    }
}
