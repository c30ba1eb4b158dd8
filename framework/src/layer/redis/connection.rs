//! Connections: made again for ever, and looked at before they are used.
//!
//! [`Commands`] is the shared one, for everything but the reading. It is kept by a task of its own; who finds it broken says so, and
//! it is made anew, with pauses from 50 ms to 1 s. Who could not wait long enough for an answer only doubts it: then the keeper asks
//! something itself. The reading connection is made in the same way by the reader.

use super::config::Config;
use super::epoch::{Newest, check_run};
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, ErrorKind, RedisError, RedisResult, ServerErrorKind, Value};
use std::convert::Infallible;
use std::future::Future;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

/// How long making a connection may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(2);
/// How long an answer may take until the connection counts as broken.
pub(super) const ANSWER_WITHIN: Duration = Duration::from_secs(2);
pub(super) const NO_ANSWER: &str = "Redis did not answer in time";
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// What is longer means for ever.
const LONGEST_WAIT: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// The moment after so much time.
pub(super) fn after(time: Duration) -> Instant {
    Instant::now() + time.min(LONGEST_WAIT)
}

/// What Redis says when a script needs a command or a key that its user may not use: that is no error of its own there.
const IN_A_SCRIPT: [&str; 4] =
    ["NOPERM", "can't run this command", "can't access at least one of the keys", "no permissions to"];

/// Why a command has no answer.
#[derive(Debug)]
pub(super) enum Fault {
    /// It was not sent.
    Unsent(String),
    /// It was sent, and whether it was carried out is not known.
    Unanswered(String),
    /// Redis refused it. It had no effect; later it might.
    Refused(String),
    /// Redis refused it and always will.
    Denied(String),
}

impl Fault {
    pub(super) fn reason(&self) -> &str {
        match self {
            Fault::Unsent(reason)
            | Fault::Unanswered(reason)
            | Fault::Refused(reason)
            | Fault::Denied(reason) => reason,
        }
    }
}

impl From<RedisError> for Fault {
    fn from(error: RedisError) -> Self {
        let reason = error.to_string();
        match error.kind() {
            ErrorKind::Server(ServerErrorKind::NoPerm) => Fault::Denied(reason),
            _ if IN_A_SCRIPT.iter().any(|said| reason.contains(said)) => Fault::Denied(reason),
            ErrorKind::Server(_) => Fault::Refused(reason),
            ErrorKind::Extension => match error.code() {
                Some("WRONGTYPE" | "NOAUTH") => Fault::Denied(reason),
                _ => Fault::Refused(reason),
            },
            _ => Fault::Unanswered(reason),
        }
    }
}

/// The state of the shared connection.
#[derive(Clone)]
enum Link {
    /// The first one is being made.
    Starting,
    /// There is none, and why.
    Down(String),
    /// There will be none unless somebody changes something at the server.
    Hopeless(String),
    Up(MultiplexedConnection, u64),
}

/// See the module.
pub(super) struct Commands {
    link: watch::Sender<Link>,
    broken: Notify,
    doubted: Notify,
}

impl Commands {
    pub(super) fn new() -> Self {
        Commands { link: watch::Sender::new(Link::Starting), broken: Notify::new(), doubted: Notify::new() }
    }

    /// Makes the connection whenever there is none.
    pub(super) async fn keep(&self, config: &Config, newest: &Newest) {
        for generation in 0.. {
            let mut pause = Pause::new();
            let connection = loop {
                match connect(config, newest).await {
                    Ok(connection) => break connection,
                    Err(refusal) => {
                        pause.note(&refusal.reason);
                        let link = if refusal.hopeless { Link::Hopeless } else { Link::Down };
                        self.link.send_replace(link(refusal.reason));
                        pause.wait().await;
                    }
                }
            };
            pause.over();
            metrics::gauge!("djust_redis_connected").set(1.0);
            self.link.send_replace(Link::Up(connection.clone(), generation));
            tokio::select! {
                () = self.broken.notified() => {}
                never = self.dispel_doubts(&connection, generation) => match never {},
            }
            metrics::gauge!("djust_redis_connected").set(0.0);
            metrics::counter!("djust_redis_connections_lost_total").increment(1);
        }
    }

    /// Asks something whenever the connection is doubted; reports it if there is no answer.
    async fn dispel_doubts(&self, connection: &MultiplexedConnection, generation: u64) -> Infallible {
        loop {
            self.doubted.notified().await;
            let mut connection = connection.clone();
            let asking = async move { info(&mut connection).await };
            match tokio::time::timeout(ANSWER_WITHIN, asking).await {
                Ok(Ok(_)) => {}
                Ok(Err(error)) => self.report(generation, &error.to_string()),
                Err(_) => self.report(generation, NO_ANSWER),
            }
        }
    }

    /// Runs a command once there is a connection; an answer counts as missing after 2 s, or at the deadline.
    pub(super) async fn run<T, F>(
        &self,
        deadline: Instant,
        command: impl FnOnce(MultiplexedConnection) -> F,
    ) -> Result<T, Fault>
    where
        F: Future<Output = RedisResult<T>>,
    {
        self.run_within(deadline, ANSWER_WITHIN, command).await
    }

    /// The same, where an answer may take so long.
    pub(super) async fn run_within<T, F>(
        &self,
        deadline: Instant,
        answer_within: Duration,
        command: impl FnOnce(MultiplexedConnection) -> F,
    ) -> Result<T, Fault>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let (connection, generation) = self.connection(deadline).await?;
        let patience = Instant::now() + answer_within;
        match tokio::time::timeout_at(deadline.min(patience), command(connection)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => {
                // A server that has become a replica: its name may belong to another one by now.
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
        let mut link = self.link.subscribe();
        loop {
            let now = link.borrow_and_update().clone();
            let reason = match now {
                Link::Up(connection, generation) => return Ok((connection, generation)),
                Link::Hopeless(reason) => return Err(Fault::Denied(reason)),
                Link::Down(reason) => reason,
                Link::Starting => "it takes its time".to_owned(),
            };
            match tokio::time::timeout_at(deadline, link.changed()).await {
                Ok(Ok(())) => {}
                _ => return Err(Fault::Unsent(format!("no connection to Redis: {reason}"))),
            }
        }
    }

    /// Done when it is known that Redis can't be reached.
    pub(super) async fn down(&self) {
        let mut link = self.link.subscribe();
        // The sender lives as long as this.
        let _ = link.wait_for(|link| matches!(link, Link::Down(_) | Link::Hopeless(_))).await;
    }

    /// Somebody has found this connection broken.
    fn report(&self, broken: u64, reason: &str) {
        let mut changed = false;
        self.link.send_if_modified(|link| {
            changed = matches!(link, Link::Up(_, generation) if *generation == broken);
            if changed {
                *link = Link::Down(reason.to_owned());
            }
            changed
        });
        if changed {
            tracing::warn!(reason, "the connection to Redis is lost: it is made anew");
            self.broken.notify_one();
        }
    }
}

/// The pauses between attempts, and what is said of them.
pub(super) struct Pause {
    next: Duration,
    since: Option<Instant>,
}

impl Pause {
    pub(super) fn new() -> Self {
        Pause { next: FIRST_PAUSE, since: None }
    }

    /// Says why an attempt has failed, the first time.
    pub(super) fn note(&mut self, reason: &str) {
        if self.since.is_none() {
            tracing::warn!(reason, "Redis can't be reached: trying again");
            self.since = Some(Instant::now());
        }
    }

    /// Waits, longer each time; not all processes at once.
    pub(super) async fn wait(&mut self) {
        let share = f64::from(getrandom::u32().unwrap_or(u32::MAX)) / f64::from(u32::MAX);
        tokio::time::sleep(self.next.mul_f64(0.5 + share / 2.0)).await;
        self.next = (self.next * 2).min(LONGEST_PAUSE);
    }

    /// It has worked.
    pub(super) fn over(&self) {
        if let Some(since) = self.since {
            tracing::warn!(after = ?since.elapsed(), "Redis is reached again");
        }
    }
}

/// Why there is no connection.
pub(super) struct Refusal {
    pub(super) reason: String,
    /// To try again soon is of no use: the settings of the server or ours are at fault.
    hopeless: bool,
}

/// Connects, and looks whether this is a server that djust can use.
pub(super) async fn connect(config: &Config, newest: &Newest) -> Result<MultiplexedConnection, Refusal> {
    let settings =
        AsyncConnectionConfig::new().set_connection_timeout(Some(CONNECT_WITHIN)).set_response_timeout(None);
    let connecting = async {
        let mut connection = config.client.get_multiplexed_async_connection_with_config(&settings).await?;
        let info = info(&mut connection).await?;
        if fault_of(&info).is_none() {
            check_run(&mut connection, &config.keys, newest).await;
        }
        Ok::<_, RedisError>((connection, info))
    };
    match tokio::time::timeout(CONNECT_WITHIN, connecting).await {
        Ok(Ok((connection, info))) => match fault_of(&info) {
            None => Ok(connection),
            Some(reason) => Err(Refusal { reason, hopeless: true }),
        },
        Ok(Err(error)) => {
            let denied = matches!(
                error.kind(),
                ErrorKind::AuthenticationFailed
                    | ErrorKind::InvalidClientConfig
                    | ErrorKind::Server(ServerErrorKind::NoPerm)
            );
            let hopeless = denied || error.code() == Some("NOAUTH");
            Err(Refusal { reason: error.to_string(), hopeless })
        }
        Err(_) => Err(Refusal { reason: NO_ANSWER.into(), hopeless: false }),
    }
}

/// What a server says of itself: every user of a layer may ask for it.
async fn info(connection: &mut MultiplexedConnection) -> RedisResult<String> {
    redis::cmd("INFO").arg("server").query_async(connection).await
}

/// Whether a server refuses to write since it is a replica, in a transaction or outside of one.
fn is_demoted(error: &RedisError) -> bool {
    let is_read_only = |kind| kind == Some(ServerErrorKind::ReadOnly);
    error.kind() == ErrorKind::Server(ServerErrorKind::ReadOnly)
        || error
            .clone()
            .into_server_errors()
            .is_some_and(|errors| errors.iter().any(|(_, error)| is_read_only(error.kind())))
}

/// What keeps djust from using a server, by its `INFO server`.
fn fault_of(info: &str) -> Option<String> {
    let field = |name: &str| info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    if field("redis_mode") == Some("cluster") {
        return Some(
            "this is a Redis Cluster, which djust does not support: use a single Redis, with replicas if you like"
                .into(),
        );
    }
    // Valkey says which Redis it is compatible with.
    let version = field("redis_version").unwrap_or("unknown");
    let mut numbers = version.split('.').map(|number| number.parse::<u32>().unwrap_or(0));
    let (major, minor) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    ((major, minor) < (6, 2)).then(|| format!("this is Redis {version}: djust needs 6.2 or newer, or Valkey"))
}

/// Sends commands as one transaction, and gives their answers.
pub(super) async fn transaction(
    mut connection: MultiplexedConnection,
    mut commands: redis::Pipeline,
) -> RedisResult<Vec<Value>> {
    commands.atomic().query_async(&mut connection).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_redis_and_a_cluster_are_refused_by_name() {
        let info = |version: &str, mode: &str| {
            format!("# Server\r\nredis_version:{version}\r\nredis_mode:{mode}\r\n")
        };
        assert_eq!(fault_of(&info("6.2.0", "standalone")), None);
        assert_eq!(fault_of(&info("7.2.4", "sentinel")), None);
        let old = fault_of(&info("6.0.16", "standalone")).expect("refused");
        assert!(old.contains("6.0.16") && old.contains("6.2"), "{old}");
        let cluster = fault_of(&info("7.0.15", "cluster")).expect("refused");
        assert!(cluster.contains("Cluster"), "{cluster}");
    }
}
