//! The shared connection, for everything except reading.
//!
//! A task keeps it. A user that finds it broken reports that, and the task connects again, with
//! pauses from 50 ms to 1 s. A user that could not wait long enough for an answer only doubts the
//! connection: then the task probes it.

use super::connector::{ConnectError, Connector, info};
use super::fault::{ANSWER_TIMEOUT, Fault, NO_ANSWER, is_demoted};
use redis::aio::MultiplexedConnection;
use redis::{Pipeline, RedisResult, Value};
use std::convert::Infallible;
use std::future::Future;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

/// Longer times mean for ever.
const LONGEST_WAIT: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// The moment after this time.
pub(crate) fn after(time: Duration) -> Instant {
    Instant::now() + time.min(LONGEST_WAIT)
}

/// The state of the shared connection.
#[derive(Clone)]
enum Connection {
    /// The first one is being made.
    Starting,
    /// There is none, for this reason.
    Down(String),
    /// There will be none until somebody changes the server's settings.
    Fatal(String),
    Up(MultiplexedConnection, u64),
}

/// Runs commands over the shared connection.
pub(crate) struct Commands {
    connection: watch::Sender<Connection>,
    broken: Notify,
    doubted: Notify,
}

impl Commands {
    pub(crate) fn new() -> Self {
        Commands {
            connection: watch::Sender::new(Connection::Starting),
            broken: Notify::new(),
            doubted: Notify::new(),
        }
    }

    /// Connects whenever there is no connection.
    pub(crate) async fn keep(&self, connector: &Connector) {
        for generation in 0.. {
            let is_down = |error: ConnectError| {
                let state = if error.is_fatal { Connection::Fatal } else { Connection::Down };
                self.connection.send_replace(state(error.reason));
            };
            let Some(connection) = connector.establish(|| false, is_down).await else { return };
            metrics::gauge!("djust_redis_connected").set(1.0);
            self.connection.send_replace(Connection::Up(connection.clone(), generation));
            tokio::select! {
                () = self.broken.notified() => {}
                never = self.probe(&connection, generation) => match never {},
            }
            metrics::gauge!("djust_redis_connected").set(0.0);
            metrics::counter!("djust_redis_connections_lost_total").increment(1);
        }
    }

    /// Probes the connection whenever it is doubted, and reports it if there is no answer.
    async fn probe(&self, connection: &MultiplexedConnection, generation: u64) -> Infallible {
        loop {
            self.doubted.notified().await;
            let mut connection = connection.clone();
            let asking = async move { info(&mut connection).await };
            match tokio::time::timeout(ANSWER_TIMEOUT, asking).await {
                Ok(Ok(_)) => {}
                Ok(Err(error)) => self.report(generation, &error.to_string()),
                Err(_) => self.report(generation, NO_ANSWER),
            }
        }
    }

    /// Runs a command once there is a connection. An answer counts as missing after 2 s, or at the
    /// deadline.
    pub(crate) async fn run<T, F>(
        &self,
        deadline: Instant,
        command: impl FnOnce(MultiplexedConnection) -> F,
    ) -> Result<T, Fault>
    where
        F: Future<Output = RedisResult<T>>,
    {
        self.run_within(deadline, ANSWER_TIMEOUT, command).await
    }

    /// Like [`run`](Commands::run), for an answer that may take this long.
    pub(crate) async fn run_within<T, F>(
        &self,
        deadline: Instant,
        answer_timeout: Duration,
        command: impl FnOnce(MultiplexedConnection) -> F,
    ) -> Result<T, Fault>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let (connection, generation) = self.connection(deadline).await?;
        let patience = Instant::now() + answer_timeout;
        match tokio::time::timeout_at(deadline.min(patience), command(connection)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => {
                // The server has become a replica: its name may now belong to another server.
                let demoted = is_demoted(&error);
                let fault = Fault::from(error);
                if demoted || matches!(fault, Fault::Unanswered(_)) {
                    self.report(generation, fault.reason());
                }
                Err(fault)
            }
            Err(_) => {
                if patience <= deadline {
                    self.report(generation, NO_ANSWER);
                } else {
                    self.doubted.notify_one();
                }
                Err(Fault::Unanswered(NO_ANSWER.into()))
            }
        }
    }

    async fn connection(&self, deadline: Instant) -> Result<(MultiplexedConnection, u64), Fault> {
        let mut state = self.connection.subscribe();
        loop {
            let now = state.borrow_and_update().clone();
            let reason = match now {
                Connection::Up(connection, generation) => return Ok((connection, generation)),
                Connection::Fatal(reason) => return Err(Fault::Denied(reason)),
                Connection::Down(reason) => reason,
                Connection::Starting => "it takes its time".to_owned(),
            };
            match tokio::time::timeout_at(deadline, state.changed()).await {
                Ok(Ok(())) => {}
                _ => return Err(Fault::Unsent(format!("no connection to Redis: {reason}"))),
            }
        }
    }

    /// Runs a transaction. It waits for the answer as long as for any command, and no longer for a
    /// connection.
    pub(crate) async fn transact(&self, commands: Pipeline) -> Result<Vec<Value>, Fault> {
        let deadline = after(2 * ANSWER_TIMEOUT);
        self.run(deadline, |connection| transaction(connection, commands)).await
    }

    /// Resolves when it is known that Redis can't be reached.
    pub(crate) async fn down(&self) {
        let mut state = self.connection.subscribe();
        // The sender lives as long as this struct.
        let _ = state.wait_for(|state| matches!(state, Connection::Down(_) | Connection::Fatal(_))).await;
    }

    /// A user has found this connection broken.
    fn report(&self, broken: u64, reason: &str) {
        let mut changed = false;
        self.connection.send_if_modified(|state| {
            changed = matches!(state, Connection::Up(_, generation) if *generation == broken);
            if changed {
                *state = Connection::Down(reason.to_owned());
            }
            changed
        });
        if changed {
            tracing::warn!(reason, "the connection to Redis is lost: connecting again");
            self.broken.notify_one();
        }
    }
}

/// Sends commands as one transaction, and returns their answers.
pub(crate) async fn transaction(
    mut connection: MultiplexedConnection,
    mut commands: Pipeline,
) -> RedisResult<Vec<Value>> {
    commands.atomic().query_async(&mut connection).await
}
