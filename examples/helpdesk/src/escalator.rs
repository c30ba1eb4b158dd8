//! The actor that nobody sees: it raises the priority of tickets that wait too long.

use crate::desk::Desk;
use actix::{Actor, ActorFutureExt, AsyncContext, Context, Handler, Message, ResponseActFuture, WrapFuture};
use std::time::Duration;

/// Looks for tickets that wait too long, now and then.
pub struct Escalator {
    desk: Desk,
    /// How long a ticket may wait.
    patience: Duration,
}

/// How often it looks.
const INTERVAL: Duration = Duration::from_secs(5);

/// Looks now, and answers how many tickets it has raised.
#[derive(Message)]
#[rtype(result = "usize")]
pub struct Look;

impl Escalator {
    pub fn new(desk: Desk, patience: Duration) -> Self {
        Escalator { desk, patience }
    }
}

impl Actor for Escalator {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        context.run_interval(INTERVAL, |_, context| context.notify(Look));
    }
}

impl Handler<Look> for Escalator {
    type Result = ResponseActFuture<Self, usize>;

    fn handle(&mut self, _: Look, _: &mut Self::Context) -> Self::Result {
        let (desk, patience) = (self.desk.clone(), self.patience.as_secs());
        let looking = async move { desk.raise_overdue(i64::try_from(patience).unwrap_or(i64::MAX)).await };
        Box::pin(looking.into_actor(self).map(|raised, _, _| {
            raised.unwrap_or_else(|error| {
                tracing::warn!(%error, "tickets that wait too long were not looked for");
                0
            })
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestDesk;
    use crate::tickets_view::TicketsView;

    #[actix_web::test]
    async fn a_ticket_that_waits_too_long_becomes_more_urgent_on_the_pages() {
        let desk = TestDesk::new().await;
        desk.ticket("The door").await;
        let request = desk.request_of("Ada", "/").await;
        let mut page = desk.app.mount::<TicketsView>(request).await.expect("Ada is signed in");

        let patient = Escalator::new(desk.desk.clone(), Duration::from_secs(60)).start();
        assert_eq!(patient.send(Look).await.expect("it lives"), 0);
        let impatient = Escalator::new(desk.desk.clone(), Duration::ZERO).start();
        for (raised, priority) in [(1, "high"), (1, "urgent"), (0, "urgent")] {
            assert_eq!(impatient.send(Look).await.expect("it lives"), raised);
            page.settled().await;
            assert_eq!(page.text(&format!("#ticket-1 .priority-{priority}")), priority);
        }
    }
}
