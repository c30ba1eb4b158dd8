//! The settings of the layer, with their defaults and reasons.

use super::layer::{RedisLayer, Settings};
use super::producer::{Hook, LostPush};
use redis::{Client, IntoConnectionInfo, ProtocolVersion, TlsCertificates};
use std::sync::Arc;
use std::time::Duration;

/// Why a [`RedisLayer`] can't be built: a mistake in its settings. An unreachable Redis is no such
/// error, because the layer keeps trying.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RedisConfigError {
    /// The address is malformed.
    #[error(
        "this is not an address of Redis: {0}; write redis://user:password@host:6379/0, or rediss:// for TLS"
    )]
    Address(String),
    /// A setting is out of range.
    #[error("{0}")]
    Setting(&'static str),
    /// The layer's thread could not be started.
    #[error("the layer's thread could not be started: {0}")]
    Thread(#[from] std::io::Error),
}

impl RedisLayer {
    /// Makes a layer with the default settings, at an address like
    /// `redis://user:password@host:6379/0`. `rediss://` means TLS.
    ///
    /// # Errors
    /// Returns a [`RedisConfigError`] for an address or setting that can't be used. It does not
    /// find out whether Redis answers.
    pub fn new(address: impl Into<String>) -> Result<Self, RedisConfigError> {
        Self::builder(address).build()
    }

    /// Starts a layer with other settings.
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

    /// Logs in as this user instead of the one in the address. `default` is Redis's name for
    /// passwords without a user.
    pub fn credentials(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.credentials = Some((user.into(), password.into()));
        self
    }

    /// Uses the database with this number instead of the one in the address.
    pub fn database(mut self, number: i64) -> Self {
        self.database = Some(number);
        self
    }

    /// Trusts these certificates, in PEM form, for `rediss://`, instead of those of the system.
    pub fn certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.certificates = Some(pem.into());
        self
    }

    /// Sets what the names of all keys begin with: `djust` by default. Sites that share a Redis
    /// need different prefixes.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Sets about how many pushes Redis keeps for each view (`MAXLEN ~`): 100,000 by default. A
    /// server that falls further behind remounts its views. Redis needs about 100 bytes for a push,
    /// besides its content.
    pub fn stream_length(mut self, pushes: usize) -> Self {
        self.stream_length = pushes;
        self
    }

    /// Sets how long Redis keeps the stream of a view that nobody pushes to or has open: 7 days by
    /// default. Each push renews it, and so does each server that has the view open. So a view path
    /// that is no longer used does not use memory for ever.
    pub fn idle_streams(mut self, kept_for: Duration) -> Self {
        self.idle_streams = kept_for;
        self
    }

    /// Sets how long an awaited or blocking push is tried: 5 s by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets how long a queued push is tried, after its sender has been told that it is queued: 30 s
    /// by default.
    pub fn queue_timeout(mut self, timeout: Duration) -> Self {
        self.queue_timeout = timeout;
        self
    }

    /// Sets how long a silent server counts as live: 5 s by default. A server renews its lease five
    /// times in this time.
    pub fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    /// Sets a hook for each push that failed after its sender was told that it is queued, or when
    /// nobody waits for its result any more. The hook runs on the layer's thread, so it should be
    /// quick.
    pub fn on_failure(mut self, hook: impl Fn(&LostPush) + Send + Sync + 'static) -> Self {
        self.on_failure = Some(Arc::new(hook));
        self
    }

    /// Starts the layer. It connects in the background, and keeps trying.
    ///
    /// # Errors
    /// Returns a [`RedisConfigError`] for an address or setting that can't be used.
    pub fn build(self) -> Result<RedisLayer, RedisConfigError> {
        if self.prefix.is_empty() {
            return Err(RedisConfigError::Setting("the prefix is empty: leave it out for `djust`"));
        }
        if self.stream_length == 0 {
            return Err(RedisConfigError::Setting("a stream length of 0 keeps no push: use 1,000 or more"));
        }
        if self.lease < Duration::from_millis(100) {
            return Err(RedisConfigError::Setting("a lease must be 100 ms or longer"));
        }
        if self.idle_streams < self.lease * 12 {
            return Err(RedisConfigError::Setting("idle streams must be kept for 12 leases or longer"));
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
        // djust reads answers of the older protocol, whatever the address asks for.
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
