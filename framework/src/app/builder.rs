//! Settings, checked by [`DjustBuilder::build`].

use super::djust::Djust;
use super::error::BuildError;
use super::security::{SecuritySettings, base_path, check_secret};
use crate::group::Directory;
use crate::http::{Pages, PushIngress, PushTokens, Routes};
use crate::layer::LocalLayer;
use crate::push::{ChannelLayer, END_VIEWS, GroupName, PushSink, Pusher, ViewPath, set_default_if_none};
use crate::render::allow_scheme;
use crate::session::{Host, ViewFactory, Window};
use crate::transport::{Endpoint, JoinTokens, Limits, Secret};
use crate::view::LiveView;
use crate::worker::background;
use actix::prelude::ArbiterHandle;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// A view's path as its author wrote it, and what makes its table entry once the path is checked.
type RegisteredView = (&'static str, fn(&ViewPath) -> ViewFactory);

/// Settings for a [`Djust`].
///
/// ```
/// use djust::Djust;
/// use std::time::Duration;
///
/// let djust = Djust::builder()
///     .secret(*b"32 bytes from a secret store ....")
///     .handler_timeout(Duration::from_secs(10))
///     .allow_origin("https://partner.example")
///     .build()?;
/// assert_eq!(djust.live_views(), 0);
/// # Ok::<(), djust::BuildError>(())
/// ```
#[must_use = "call `build`"]
pub struct DjustBuilder {
    pub(super) views: Vec<RegisteredView>,
    pub(super) layer: Option<Arc<dyn ChannelLayer>>,
    pub(super) secret: Option<Vec<u8>>,
    pub(super) token_max_age: Duration,
    /// The cookie that join tokens are bound to.
    pub(super) bound_cookie: Option<String>,
    pub(super) security: SecuritySettings,
    pub(super) url_schemes: Vec<String>,
    pub(super) base: String,
    pub(super) window: Window,
    pub(super) stall_timeout: Duration,
    pub(super) idle_timeout: Duration,
    pub(super) handler_timeout: Duration,
    pub(super) limits: Limits,
    pub(super) push_tokens: Vec<String>,
    push_body_limit: usize,
    pub(super) push_body_timeout: Duration,
}

impl Default for DjustBuilder {
    fn default() -> Self {
        DjustBuilder {
            views: Vec::new(),
            layer: None,
            secret: None,
            token_max_age: Duration::from_secs(24 * 3600),
            bound_cookie: None,
            security: SecuritySettings::default(),
            url_schemes: Vec::new(),
            base: "/djust".to_owned(),
            window: Window { frames: 512, bytes: 256 * 1024 },
            stall_timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_secs(60),
            handler_timeout: Duration::from_secs(30),
            limits: Limits::default(),
            push_tokens: Vec::new(),
            push_body_limit: 64 * 1024,
            push_body_timeout: Duration::from_secs(10),
        }
    }
}

impl DjustBuilder {
    /// Registers a view. Only registered views can be joined and pushed to.
    pub fn view<V: LiveView>(mut self) -> Self {
        self.views.push((V::PATH, ViewFactory::new::<V>));
        self
    }

    /// Signs join tokens with this secret, of 32 random bytes or more. Without a secret, djust
    /// makes a random one at each start and logs a warning. Open pages then need a fresh token
    /// after a restart, and several servers can't share the work.
    pub fn secret(mut self, secret: impl Into<Vec<u8>>) -> Self {
        self.secret = Some(secret.into());
        self
    }

    /// Sets how old a join token may be: 24 hours by default. A browser with an older one fetches
    /// its page again.
    pub fn token_max_age(mut self, age: Duration) -> Self {
        self.token_max_age = age;
        self
    }

    /// Lets templates show URLs of one more scheme, such as `sms` or `web+chat`. Without it, a
    /// dynamic `href`, `src` and the like may show `http`, `https`, `mailto`, `tel` and URLs
    /// without a scheme; djust replaces any other by `about:invalid#djust` and logs a warning. The
    /// setting holds for all views of the process. `javascript`, `vbscript` and `data` can't be
    /// allowed.
    ///
    /// ```
    /// let djust = djust::Djust::builder().secret([7; 32]).allow_url_scheme("sms").build()?;
    /// assert!(djust::Djust::builder().secret([7; 32]).allow_url_scheme("javascript").build().is_err());
    /// # Ok::<(), djust::BuildError>(())
    /// ```
    pub fn allow_url_scheme(mut self, scheme: impl Into<String>) -> Self {
        self.url_schemes.push(scheme.into());
        self
    }

    /// Sets where the browser finds djust's routes: `/djust` by default.
    ///
    /// djust finds out by itself which part of the path the application doesn't see. So
    /// `/shop/djust` works at the application's root, under `web::scope("/shop")`, and behind a
    /// proxy that removes `/shop`.
    pub fn base_path(mut self, path: impl Into<String>) -> Self {
        self.base = path.into();
        self
    }

    /// Sets how much may be sent to a browser without being acknowledged: 512 frames and 256 KiB by
    /// default. Beyond that, the view applies changes but does not render. This bounds the cost of
    /// a slow client.
    pub fn window(mut self, frames: usize, bytes: usize) -> Self {
        self.window = Window { frames: frames.max(2), bytes: bytes.max(2) };
        self
    }

    /// Sets how long a browser may take to acknowledge when the server asks it to: 30 s by default.
    pub fn stall_timeout(mut self, timeout: Duration) -> Self {
        self.stall_timeout = timeout;
        self
    }

    /// Sets how long a browser may be silent before its connection is closed, with or without
    /// views: 60 s by default. The server sends a ping after each third of that time, and every
    /// browser answers pings by itself.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = timeout;
        self
    }

    /// Sets how long `mount` or one call of a handler may take: 30 s by default. A longer one ends
    /// the view and remounts it.
    pub fn handler_timeout(mut self, timeout: Duration) -> Self {
        self.handler_timeout = timeout;
        self
    }

    /// Lets senders in other languages push over HTTP with this token:
    /// `POST {base}/push/{view_path}`. Without a token the route does not exist. Call it several
    /// times to accept several tokens, so that you can replace one without a gap.
    ///
    /// ```
    /// use djust::Djust;
    ///
    /// let token = std::env::var("PUSH_TOKEN").unwrap_or_else(|_| "4fA0kzP2vX9cQ7hLw3Tn".to_owned());
    /// let djust = Djust::builder().push_token(token).build()?;
    /// # Ok::<(), djust::BuildError>(())
    /// ```
    ///
    /// The body is a [`Push`](crate::Push) as JSON. Each part may be missing:
    ///
    /// ```text
    /// curl https://site.example/djust/push/dashboard.views.MetricsView \
    ///   -H "Authorization: Bearer $PUSH_TOKEN" \
    ///   -d '{"state": {"visitors": 42}, "handler": null, "payload": {}, "key": null}'
    /// ```
    ///
    /// The answer is 200 with the receipt: `{"status": "delivered", "views": 3, "nodes": 1}`. Over
    /// Redis it is `{"status": "stored", "views": null, "nodes": null}`. With `?confirm=2000`,
    /// djust asks the servers and waits up to that many milliseconds, at most 10,000. If some don't
    /// answer in time, the status remains `stored`.
    ///
    /// Any other answer is a problem of RFC 9457. Its `detail` says what to do:
    ///
    /// | status | |
    /// |---|---|
    /// | 400 | malformed path, query or body |
    /// | 401 | no token, or a wrong one |
    /// | 404 | this application has no such view |
    /// | 405 | not a POST request |
    /// | 408 | the body took longer than [`push_body_timeout`](Self::push_body_timeout) |
    /// | 413 | the body is larger than [`push_body_limit`](Self::push_body_limit) |
    /// | 422 | a field, handler, argument or type does not fit the view |
    /// | 503 | not now. With `Retry-After`, nothing was applied; without it, the push may have been applied |
    ///
    /// A token lets its holder push anything to any view. Keep it on servers; require TLS for third
    /// parties.
    pub fn push_token(mut self, token: impl Into<String>) -> Self {
        self.push_tokens.push(token.into());
        self
    }

    /// Sets how large the body of a push over HTTP may be: 64 KiB by default.
    pub fn push_body_limit(mut self, bytes: usize) -> Self {
        self.push_body_limit = bytes;
        self
    }

    /// Carries pushes through this layer instead of a [`LocalLayer`].
    pub fn layer(mut self, layer: Arc<dyn ChannelLayer>) -> Self {
        self.layer = Some(layer);
        self
    }

    /// Checks all settings and makes the handle. [`push_to_view`](crate::push_to_view) uses the
    /// first `Djust` built in the process.
    ///
    /// # Errors
    /// Returns a [`BuildError`] for the first setting that can't be used.
    pub fn build(self) -> Result<Djust, BuildError> {
        let djust = self.build_on(background().clone())?;
        set_default_if_none(djust.pusher());
        Ok(djust)
    }

    /// Makes the handle. Its registries and its tick supervisor run on this arbiter.
    pub(crate) fn build_on(self, arbiter: ArbiterHandle) -> Result<Djust, BuildError> {
        let layer = self.layer.unwrap_or_else(|| Arc::new(LocalLayer::new()));
        check_secret(self.secret.as_deref(), layer.as_ref())?;
        let (origins, base) = (self.security.policy()?, base_path(&self.base)?);
        let push_tokens = PushTokens::new(&self.push_tokens)?;
        let views = table(self.views)?;
        for scheme in self.url_schemes {
            allow_scheme(&scheme).map_err(|_| BuildError::UrlScheme(scheme))?;
        }
        let schemas: BTreeMap<_, _> = views.iter().map(|(path, view)| (path.clone(), view.schema)).collect();
        let groups = Arc::new(Directory::new(schemas, Arc::clone(&layer), arbiter));
        let sink: Arc<dyn PushSink> = Arc::<Directory>::clone(&groups);
        layer.attach(Arc::downgrade(&sink));
        groups.listen_for_ends();
        let host = Arc::new(Host {
            groups,
            pusher: Pusher::new(layer),
            handler_timeout: self.handler_timeout,
            window: self.window,
            stall_timeout: self.stall_timeout,
        });
        let tokens = JoinTokens {
            secret: self.secret.as_deref().map_or_else(Secret::random, Secret::new),
            max_age: self.token_max_age,
            bound_cookie: self.bound_cookie,
        };
        let endpoint = Arc::new(Endpoint {
            host,
            views,
            origins,
            tokens,
            limits: self.limits,
            idle_timeout: self.idle_timeout,
            connections: Arc::default(),
            served: AtomicBool::new(false),
        });
        let pages = Arc::new(Pages::new(Arc::clone(&endpoint), base.clone()));
        let ingress = (!push_tokens.is_empty()).then(|| {
            Arc::new(PushIngress {
                endpoint: Arc::clone(&endpoint),
                tokens: push_tokens,
                body_limit: self.push_body_limit,
                body_timeout: self.push_body_timeout,
            })
        });
        Ok(Djust::new(Routes { endpoint, pages, ingress, base }))
    }
}

/// The views by path. No two share a path or a group.
fn table(views: Vec<RegisteredView>) -> Result<HashMap<ViewPath, ViewFactory>, BuildError> {
    let mut table = HashMap::new();
    let mut groups = HashMap::<GroupName, ViewPath>::new();
    for (path, factory) in views {
        let path: ViewPath = path.parse()?;
        if path.as_str() == END_VIEWS {
            return Err(BuildError::ReservedPath(path.to_string()));
        }
        let group = path.group();
        match groups.insert(group.clone(), path.clone()) {
            Some(other) if other == path => return Err(BuildError::DuplicatePath(path.to_string())),
            Some(other) => {
                let (first, second) = (other.to_string(), path.to_string());
                return Err(BuildError::Collision { first, second, group: group.to_string() });
            }
            None => {
                let view = factory(&path);
                table.insert(path, view)
            }
        };
    }
    Ok(table)
}
