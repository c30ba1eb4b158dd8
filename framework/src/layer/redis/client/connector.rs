//! Connecting to a server that djust can use, as often as necessary.

use super::backoff::Backoff;
use super::fault::NO_ANSWER;
use crate::layer::redis::stream::{Keys, Newest, check_run};
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, ErrorKind, RedisError, RedisResult, ServerErrorKind};
use std::sync::Arc;
use std::time::Duration;

/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// Makes connections.
#[derive(Clone)]
pub(crate) struct Connector {
    client: redis::Client,
    keys: Arc<Keys>,
    newest: Arc<Newest>,
}

/// Why there is no connection.
pub(crate) struct ConnectError {
    pub(crate) reason: String,
    /// Trying again soon is useless: the server's settings or those of the layer are wrong.
    pub(crate) is_fatal: bool,
}

impl Connector {
    pub(crate) fn new(client: redis::Client, keys: Arc<Keys>, newest: Arc<Newest>) -> Self {
        Connector { client, keys, newest }
    }

    /// Connects, in as many attempts as necessary. `None` if `is_over` returns true first.
    pub(crate) async fn establish(
        &self,
        is_over: impl Fn() -> bool,
        mut on_error: impl FnMut(ConnectError),
    ) -> Option<MultiplexedConnection> {
        let mut backoff = Backoff::new();
        while !is_over() {
            match self.connect().await {
                Ok(connection) => {
                    backoff.over();
                    return Some(connection);
                }
                Err(error) => {
                    backoff.fail(&error.reason);
                    on_error(error);
                }
            }
            backoff.wait().await;
        }
        None
    }

    /// Connects, and checks whether djust can use this server.
    async fn connect(&self) -> Result<MultiplexedConnection, ConnectError> {
        let settings = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT_TIMEOUT))
            .set_response_timeout(None);
        let connecting = async {
            let mut connection = self.client.get_multiplexed_async_connection_with_config(&settings).await?;
            let info = info(&mut connection).await?;
            if fault_of(&info).is_none() {
                check_run(&mut connection, &self.keys, &self.newest).await;
            }
            Ok::<_, RedisError>((connection, info))
        };
        match tokio::time::timeout(CONNECT_TIMEOUT, connecting).await {
            Ok(Ok((connection, info))) => match fault_of(&info) {
                None => Ok(connection),
                Some(reason) => Err(ConnectError { reason, is_fatal: true }),
            },
            Ok(Err(error)) => {
                let denied = matches!(
                    error.kind(),
                    ErrorKind::AuthenticationFailed
                        | ErrorKind::InvalidClientConfig
                        | ErrorKind::Server(ServerErrorKind::NoPerm)
                );
                let is_fatal = denied || error.code() == Some("NOAUTH");
                Err(ConnectError { reason: error.to_string(), is_fatal })
            }
            Err(_) => Err(ConnectError { reason: NO_ANSWER.into(), is_fatal: false }),
        }
    }
}

/// The server's `INFO`: every user of a layer may ask for it.
pub(crate) async fn info(connection: &mut MultiplexedConnection) -> RedisResult<String> {
    redis::cmd("INFO").arg("server").query_async(connection).await
}

/// Why djust can't use a server, according to its `INFO server`.
fn fault_of(info: &str) -> Option<String> {
    let field = |name: &str| info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    if field("redis_mode") == Some("cluster") {
        return Some(
            "this is a Redis Cluster, which djust does not support: use a single Redis, with replicas if you like"
                .into(),
        );
    }
    // Valkey states which Redis it is compatible with.
    let version = field("redis_version").unwrap_or("unknown");
    let mut numbers = version.split('.').map(|number| number.parse::<u32>().unwrap_or(0));
    let (major, minor) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    ((major, minor) < (6, 2)).then(|| format!("this is Redis {version}: djust needs 6.2 or newer, or Valkey"))
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
