//! What can be set, with its defaults and reasons.

use super::layer::{RedisLayer, Settings};
use super::producer::{Hook, LostPush};
use redis::{Client, IntoConnectionInfo, ProtocolVersion, TlsCertificates};
use std::sync::Arc;
use std::time::Duration;

/// Why a [`RedisLayer`] can't be built: a mistake in its settings. Whether Redis answers is another
/// matter: the layer goes on trying.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RedisConfigError {
    /// The address is malformed.
    #[error("not an address of Redis: {0}; write redis://user:password@host:6379/0, or rediss:// for TLS")]
    Address(String),
    /// A setting is out of its range.
    #[error("{0}")]
    Setting(&'static str),
    /// The layer's thread could not be started.
    #[error("the layer's thread could not be started: {0}")]
    Thread(#[from] std::io::Error),
}

impl RedisLayer {
    /// A layer with the default settings, at an address like `redis://user:password@host:6379/0`;
    /// `rediss://` is with TLS.
    ///
    /// # Errors
    /// See [`RedisConfigError`]. Whether Redis answers is not known yet.
    pub fn new(address: impl Into<String>) -> Result<Self, RedisConfigError> {
        Self::builder(address).build()
    }

    /// A layer with other settings.
    pub fn builder(address: impl Into<String>) -> RedisLayerBuilder {
        RedisLayerBuilder::new(address.into())
    }
}

/// Settings for a [`RedisLayer`].
///
/// ```
/// use djust::layer::RedisLayer;
/// use std::time::Duration;
///
/// let layer = RedisLayer::builder("redis://127.0.0.1:6379/2")
///     .credentials("app", "secret")
///     .prefix("shop")
///     .stream_length(20_000)
///     .timeout(Duration::from_secs(2))
///     .on_failure(|lost| eprintln!("lost: {lost}"))
///     .build()?;
/// # Ok::<(), djust::layer::RedisConfigError>(())
/// ```
#[must_use = "call `build`"]
pub struct RedisLayerBuilder {
    address: String,
    credentials: Option<(String, String)>,
    database: Option<i64>,
    certificates: Option<Vec<u8>>,
    prefix: String,
    stream_length: usize,
    idle_streams: Duration,
    timeout: Duration,
    queue_timeout: Duration,
    lease: Duration,
    on_failure: Option<Hook>,
}

impl RedisLayerBuilder {
    fn new(address: String) -> Self {
        RedisLayerBuilder {
            address,
            credentials: None,
            database: None,
            certificates: None,
            prefix: "djust".to_owned(),
            stream_length: 100_000,
            idle_streams: Duration::from_secs(7 * 24 * 60 * 60),
            timeout: Duration::from_secs(5),
            queue_timeout: Duration::from_secs(30),
            lease: Duration::from_secs(5),
            on_failure: None,
        }
    }

    /// Logs in as this user; `default` is Redis's own name for passwords without a user. Instead of
    /// those in the address.
    pub fn credentials(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.credentials = Some((user.into(), password.into()));
        self
    }

    /// Uses the database of this number, instead of the address's.
    pub fn database(mut self, number: i64) -> Self {
        self.database = Some(number);
        self
    }

    /// Trusts these certificates, in PEM form, for `rediss://`, instead of those of the system.
    pub fn certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.certificates = Some(pem.into());
        self
    }

    /// What the names of all keys begin with; sites that share a Redis need different ones. `djust`
    /// by default.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// How many pushes Redis keeps for each view, about (`MAXLEN ~`): 100,000 by default. A server
    /// that is behind by more mounts its views again. Redis holds a push in about 100 bytes besides
    /// its own.
    pub fn stream_length(mut self, pushes: usize) -> Self {
        self.stream_length = pushes;
        self
    }

    /// How long Redis keeps the stream of a view that nobody pushes to or has open: 7 days by
    /// default. Each push and each server that has the view open renews it, so a view path that is
    /// not used any more costs nothing for ever.
    pub fn idle_streams(mut self, kept_for: Duration) -> Self {
        self.idle_streams = kept_for;
        self
    }

    /// How long an awaited or blocking push is tried: 5 s by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long a queued push is tried, of which the sender knows nothing any more: 30 s by
    /// default.
    pub fn queue_timeout(mut self, timeout: Duration) -> Self {
        self.queue_timeout = timeout;
        self
    }

    /// For how long a server that says nothing counts as live: 5 s by default. It speaks up five
    /// times as often.
    pub fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    /// Called for each push that failed after its sender had been told that it is queued, or when
    /// nobody waits for its result any more. It runs on the layer's thread, so it should be quick.
    pub fn on_failure(mut self, hook: impl Fn(&LostPush) + Send + Sync + 'static) -> Self {
        self.on_failure = Some(Arc::new(hook));
        self
    }

    /// Starts the layer. It connects in the background, and goes on trying.
    ///
    /// # Errors
    /// See [`RedisConfigError`].
    pub fn build(self) -> Result<RedisLayer, RedisConfigError> {
        if self.prefix.is_empty() {
            return Err(RedisConfigError::Setting("the prefix is empty: leave it out for `djust`"));
        }
        if self.stream_length == 0 {
            return Err(RedisConfigError::Setting("a stream length of 0 keeps no push: use 1,000 or more"));
        }
        if self.lease < Duration::from_millis(100) {
            return Err(RedisConfigError::Setting("a lease is 100 ms or longer"));
        }
        if self.idle_streams < self.lease * 12 {
            return Err(RedisConfigError::Setting("idle streams are kept for 12 leases or longer"));
        }
        let client = self.client().map_err(|error| RedisConfigError::Address(error.to_string()))?;
        let layer = RedisLayer::start(Settings {
            client,
            prefix: self.prefix,
            stream_length: self.stream_length,
            idle_streams: self.idle_streams,
            timeout: self.timeout,
            queue_timeout: self.queue_timeout,
            lease: self.lease,
            on_failure: self.on_failure,
        })?;
        Ok(layer)
    }

    fn client(&self) -> redis::RedisResult<Client> {
        let info = self.address.as_str().into_connection_info()?;
        // The answers are read as the older protocol has them, whatever the address asks for.
        let mut settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP2);
        if let Some((user, password)) = &self.credentials {
            settings = settings.set_username(user).set_password(password);
        }
        if let Some(number) = self.database {
            settings = settings.set_db(number);
        }
        let info = info.set_redis_settings(settings);
        match self.certificates.clone() {
            Some(pem) => {
                Client::build_with_tls(info, TlsCertificates { client_tls: None, root_cert: Some(pem) })
            }
            None => Client::open(info),
        }
    }
}
