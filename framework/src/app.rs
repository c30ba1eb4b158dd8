//! The application's handle on djust: which views there are, how they are served, and the way to push to them.

use crate::config::Config;
use crate::group::Directory;
use crate::http::{self, PushTokens};
use crate::layer::{ChannelLayer, LocalLayer};
use crate::push::{END_VIEWS, GroupName, PathError, Pusher, ViewPath, set_default_if_none};
use crate::render::allow_scheme;
use crate::security::{SecuritySettings, base_path, check_secret};
use crate::socket::{Connections, Secret, Window};
use crate::view::{LiveView, Registered};
use actix_web::dev::Server;
use actix_web::web::ServiceConfig;
use actix_web::{HttpRequest, Route};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

/// How long `shutdown` waits for views to unmount.
const SHUTDOWN_WITHIN: Duration = Duration::from_secs(10);

/// Live views for an actix-web application. Cheap to clone; build it once, outside of `HttpServer::new`'s closure.
///
/// ```no_run
/// use actix_web::{App, HttpServer};
/// use djust::{Djust, LiveView, MountContext, MountResult, Page, handlers, live_view};
///
/// #[live_view(source = r#"<button dj-click="increment">{{ count }}</button>"#)]
/// struct Counter {
///     count: i64,
/// }
///
/// impl LiveView for Counter {
///     async fn mount(_cx: &mut MountContext) -> MountResult<Self> {
///         Ok(Counter { count: 0 })
///     }
/// }
///
/// #[handlers]
/// impl Counter {
///     #[event]
///     fn increment(&mut self) {
///         self.count += 1;
///     }
/// }
///
/// #[derive(askama::Template)]
/// #[template(source = "<!doctype html><title>Counter</title>{{ page.region() }}{{ page.script() }}", ext = "html")]
/// struct Layout {
///     page: Page,
/// }
///
/// #[actix_web::main]
/// async fn main() -> Result<(), Box<dyn std::error::Error>> {
///     let djust = Djust::builder().view::<Counter>().build()?;
///     let app = djust.clone();
///     let server = HttpServer::new(move || {
///         App::new()
///             .configure(app.routes())
///             .route("/", app.page::<Counter, _>(|page| Layout { page }))
///     })
///     .on_connect(djust::on_connect)
///     .disable_signals()
///     .bind(("127.0.0.1", 8080))?
///     .run();
///     djust.run(server).await?;
///     Ok(())
/// }
/// ```
#[derive(Clone)]
pub struct Djust(Arc<App>);

/// What is shared by all threads.
pub(crate) struct App {
    pub(crate) config: Config,
    pub(crate) views: HashMap<ViewPath, Registered>,
    pub(crate) directory: Arc<Directory>,
    pub(crate) pusher: Pusher,
    /// Open sockets by address.
    pub(crate) connections: Arc<Connections>,
}

/// Why a [`Djust`] can't be built: a mistake in the program, told at its start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A view path is malformed.
    #[error(transparent)]
    Path(#[from] PathError),
    /// The same path twice.
    #[error("two views have the path `{0}`: give one of them another with #[live_view(path = \"…\")]")]
    DuplicatePath(String),
    /// Different paths whose groups have one name.
    #[error("`{first}` and `{second}` have the same group `{group}`: give one of them another path")]
    Collision {
        /// One path.
        first: String,
        /// The other.
        second: String,
        /// The group.
        group: String,
    },
    /// The secret can be guessed.
    #[error("the secret has {0} bytes: use at least 32 random ones")]
    ShortSecret(usize),
    /// What is no scheme, or one whose URLs are run.
    #[error(
        "URLs can't be allowed the scheme `{0}`: name one like `sms`, without a colon, that runs no script"
    )]
    UrlScheme(String),
    /// Several servers share the work, and would refuse each other's join tokens.
    #[error(
        "no secret is configured, but the channel layer joins several servers: give each the same 32 random bytes or \
         more with Djust::builder().secret(…)"
    )]
    NoSecret,
    /// Not an origin.
    #[error(
        "`{0}` is not an origin: write a scheme and a host, and nothing after it, as in https://partner.example"
    )]
    MalformedOrigin(String),
    /// Not a host.
    #[error("`{0}` is not a host: write shop.example, or shop.example:8080")]
    MalformedHost(String),
    /// Not an address or a network.
    #[error("`{0}` is not a proxy's address: write 10.0.0.7, or a network as in 10.0.0.0/8")]
    MalformedProxy(String),
    /// The base path can't be one.
    #[error(
        "`{0}` is not a base path: write /djust, or /prefix/djust, of letters, digits, `-`, `.`, `_` and `~`"
    )]
    MalformedBasePath(String),
    /// A path that djust itself uses.
    #[error("the path `{0}` is djust's own: give the view another")]
    ReservedPath(String),
    /// A token for pushes over HTTP can be guessed.
    #[error("the push token has {0} bytes: use at least 16, of random letters and digits")]
    ShortPushToken(usize),
    /// A token for pushes over HTTP can't be sent in a header.
    #[error(
        "the push token has characters other than visible ASCII ones: is there a line's end, or a space? \
         Use random letters and digits"
    )]
    MalformedPushToken,
}

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
    pub(crate) config: Config,
    pub(crate) security: SecuritySettings,
    has_secret: bool,
    push_tokens: Vec<String>,
    views: Vec<(&'static str, Registered)>,
    url_schemes: Vec<String>,
    layer: Option<Arc<dyn ChannelLayer>>,
}

impl Djust {
    /// Starts with the default settings and no views.
    pub fn builder() -> DjustBuilder {
        DjustBuilder {
            config: Config::new(),
            security: SecuritySettings::default(),
            has_secret: false,
            push_tokens: Vec::new(),
            views: Vec::new(),
            url_schemes: Vec::new(),
            layer: None,
        }
    }

    /// djust's own routes, for `App::configure`: the socket, the browser client and, with a token, pushes, under `/djust`. They belong under the
    /// application's middleware: what it puts on the handshake's request is what `mount` sees when connected.
    pub fn routes(&self) -> impl FnOnce(&mut ServiceConfig) + Clone + use<> {
        http::routes(Arc::clone(&self.0))
    }

    /// A route that shows a view inside a page of the application's own.
    ///
    /// `layout` is given the [`Page`](crate::Page) and returns an askama template that has
    /// `{{ page.region() }}` in its body and `{{ page.script() }}` after it or in its head.
    ///
    /// # Panics
    /// The view is not registered: call [`view`](DjustBuilder::view) for it. Routes are made when the server starts, so a
    /// page that could never be shown does not wait for its first visitor.
    #[track_caller]
    pub fn page<V: LiveView, T: askama::Template + 'static>(
        &self,
        layout: impl Fn(crate::Page) -> T + Clone + 'static,
    ) -> Route {
        self.page_with::<V, T>(move |page, _request| layout(page))
    }

    /// The same for layouts that need the request, to name the visitor for example.
    ///
    /// ```
    /// # use djust::{Djust, LiveView, MountContext, MountResult, Page, live_view};
    /// # #[live_view(source = "<p></p>")]
    /// # struct Cart {}
    /// # impl LiveView for Cart {
    /// #     async fn mount(_: &mut MountContext) -> MountResult<Self> { Ok(Cart {}) }
    /// # }
    /// #[derive(askama::Template)]
    /// #[template(source = "<!doctype html><p>{{ path }}</p>{{ page.region() }}{{ page.script() }}", ext = "html")]
    /// struct Layout {
    ///     page: Page,
    ///     path: String,
    /// }
    ///
    /// fn route(djust: &Djust) -> actix_web::Route {
    ///     djust.page_with::<Cart, _>(|page, request| Layout { page, path: request.path().to_owned() })
    /// }
    /// ```
    ///
    /// # Panics
    /// The view is not registered, as for [`page`](Djust::page).
    #[track_caller]
    pub fn page_with<V: LiveView, T: askama::Template + 'static>(
        &self,
        layout: impl Fn(crate::Page, &HttpRequest) -> T + Clone + 'static,
    ) -> Route {
        let registered = V::PATH.parse().is_ok_and(|path: ViewPath| self.0.views.contains_key(&path));
        let name = std::any::type_name::<V>();
        assert!(
            registered,
            "the view of this page is not registered: call Djust::builder().view::<{name}>()"
        );
        http::page::<V, T>(Arc::clone(&self.0), layout)
    }

    /// A handle for pushing, for those who don't want the process-wide default.
    pub fn pusher(&self) -> Pusher {
        self.0.pusher.clone()
    }

    /// How many views are connected to this process.
    pub fn live_views(&self) -> usize {
        self.0.directory.live_views()
    }

    /// Runs a server until SIGINT or SIGTERM, or until it ends by itself. On a signal the views are ended first, so
    /// that `unmount` runs and browsers know that they should reconnect, then the server stops gracefully.
    ///
    /// actix-web listens to the same signals by itself, and may stop before the views have ended: leave them to
    /// djust with `HttpServer::disable_signals`, as the example of [`Djust`] does.
    ///
    /// # Errors
    /// The server's own.
    pub async fn run(&self, server: Server) -> std::io::Result<()> {
        let handle = server.handle();
        let stopping = async {
            termination().await;
            self.shutdown().await;
            handle.stop(true).await;
            std::future::pending::<()>().await;
        };
        tokio::select! {
            result = server => result,
            () = stopping => Ok(()),
        }
    }

    /// Ends every view of this process, accepts no new ones, and waits for their `unmount`, 10 s at most; then for pushes
    /// that are queued, another 10 s at most.
    pub async fn shutdown(&self) {
        self.0.directory.close_all();
        let gone = async {
            while self.live_views() > 0 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        if tokio::time::timeout(SHUTDOWN_WITHIN, gone).await.is_err() {
            tracing::warn!(
                views = self.live_views(),
                "views are still there after 10 s: their handlers hang"
            );
        }
        let left = self.0.pusher.flush(SHUTDOWN_WITHIN).await;
        if left > 0 {
            tracing::error!(left, "pushes are still queued after 10 s, and are lost");
        }
        self.0.directory.leave_layer().await;
    }
}

/// Done at SIGINT or SIGTERM.
async fn termination() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

impl DjustBuilder {
    /// Registers a view: only registered ones can be joined and pushed to.
    pub fn view<V: LiveView>(mut self) -> Self {
        self.views.push((V::PATH, Registered::new::<V>()));
        self
    }

    /// Signs join tokens with this secret, 32 random bytes or more. Without one a random secret is made at each start,
    /// with a warning: open pages then need a fresh token after a restart, and several servers can't share the work.
    pub fn secret(mut self, secret: impl Into<Vec<u8>>) -> Self {
        self.config.secret = Secret::new(secret.into());
        self.has_secret = true;
        self
    }

    /// How old a join token may be; a browser with an older one fetches its page again. 24 hours by default.
    pub fn token_max_age(mut self, age: Duration) -> Self {
        self.config.token_max_age = age;
        self
    }

    /// Lets templates show URLs of one more scheme, such as `sms` or `web+chat`, beside `http`, `https`, `mailto`, `tel` and
    /// those without: in a dynamic `href`, `src` and the like, any other is replaced by `about:invalid#djust`, with a
    /// warning. Holds for all views of the process. `javascript`, `vbscript` and `data` can't be allowed.
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

    /// Where djust's routes are as the browser sees them: `/djust` by default.
    ///
    /// The part that the application doesn't see is found by itself: with `/shop/djust` it works at the application's root,
    /// under `web::scope("/shop")`, and behind a proxy that takes `/shop` away.
    pub fn base_path(mut self, path: impl Into<String>) -> Self {
        self.config.base = path.into();
        self
    }

    /// How much may be sent to a browser and not acknowledged, beyond which its view applies changes but does
    /// not render: 64 frames and 256 KiB by default. This bounds what a slow client costs.
    pub fn window(mut self, frames: usize, bytes: usize) -> Self {
        self.config.window = Window { frames: frames.max(2), bytes: bytes.max(2) };
        self
    }

    /// How long a browser may leave the server's question for an acknowledgement unanswered. 30 s by default.
    pub fn stall_timeout(mut self, timeout: Duration) -> Self {
        self.config.stall_timeout = timeout;
        self
    }

    /// How long a browser may be silent before its connection is closed, whether it has views or not. 60 s by default. It is
    /// pinged after each third of that, and every browser answers a ping by itself.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.config.idle_timeout = timeout;
        self
    }

    /// How long `mount` or one call of a handler may take before its view is ended and remounted. 30 s by default.
    pub fn handler_timeout(mut self, timeout: Duration) -> Self {
        self.config.handler_timeout = timeout;
        self
    }

    /// Lets senders in other languages push with this token over HTTP: `POST {base}/push/{view_path}`. Without any token there is no
    /// such route. Called several times, all of the tokens are accepted, so that one can be replaced without a gap.
    ///
    /// ```
    /// use djust::Djust;
    ///
    /// let token = std::env::var("PUSH_TOKEN").unwrap_or_else(|_| "4fA0kzP2vX9cQ7hLw3Tn".to_owned());
    /// let djust = Djust::builder().push_token(token).build()?;
    /// # Ok::<(), djust::BuildError>(())
    /// ```
    ///
    /// The body is a [`Push`](crate::Push) as JSON, in which each part may be missing:
    ///
    /// ```text
    /// curl https://site.example/djust/push/dashboard.views.MetricsView \
    ///   -H "Authorization: Bearer $PUSH_TOKEN" \
    ///   -d '{"state": {"visitors": 42}, "handler": null, "payload": {}, "key": null}'
    /// ```
    ///
    /// 200 is answered with the receipt, `{"status": "delivered", "views": 3, "nodes": 1}`. Over Redis it is
    /// `{"status": "stored", "views": null, "nodes": null}`, unless `?confirm=2000` asks the servers for as many milliseconds,
    /// 10,000 at most; where some don't answer in time it still is `taken`.
    ///
    /// Whatever else is answered is a problem of RFC 9457, whose `detail` says what to do:
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
    /// | 503 | not now. With `Retry-After` nothing was applied; without it, it is not known whether the push was taken |
    ///
    /// The token lets its holder push anything to any view: it belongs to servers, and only over TLS to those of others.
    pub fn push_token(mut self, token: impl Into<String>) -> Self {
        self.push_tokens.push(token.into());
        self
    }

    /// How large the body of a push over HTTP may be: 64 KiB by default.
    pub fn push_body_limit(mut self, bytes: usize) -> Self {
        self.config.push_body_limit = bytes;
        self
    }

    /// Carries pushes through this layer instead of a [`LocalLayer`].
    pub fn layer(mut self, layer: Arc<dyn ChannelLayer>) -> Self {
        self.layer = Some(layer);
        self
    }

    /// Checks everything and makes the handle. The first one built is also what
    /// [`push_to_view`](crate::push_to_view) uses.
    ///
    /// # Errors
    /// See [`BuildError`].
    pub fn build(mut self) -> Result<Djust, BuildError> {
        let layer = self.layer.unwrap_or_else(|| Arc::new(LocalLayer::new()));
        check_secret(self.has_secret, self.config.secret.len(), layer.as_ref())?;
        self.config.origins = self.security.policy()?;
        self.config.base = base_path(&self.config.base)?;
        self.config.push_tokens = PushTokens::new(&self.push_tokens)?;
        let views = table(self.views)?;
        for scheme in self.url_schemes {
            allow_scheme(&scheme).map_err(|_| BuildError::UrlScheme(scheme))?;
        }
        let schemas: BTreeMap<_, _> = views.iter().map(|(path, view)| (path.clone(), view.schema)).collect();
        let directory = Arc::new(Directory::new(schemas, Arc::clone(&layer)));
        let sink: Arc<dyn crate::layer::PushSink> = Arc::<Directory>::clone(&directory);
        layer.attach(Arc::downgrade(&sink));
        directory.listen_for_ends();
        let pusher = Pusher::new(layer);
        set_default_if_none(pusher.clone());
        Ok(Djust(Arc::new(App {
            config: self.config,
            views,
            directory,
            pusher,
            connections: Arc::default(),
        })))
    }
}

/// The views by path, no two of which may share a path or a group.
fn table(views: Vec<(&'static str, Registered)>) -> Result<HashMap<ViewPath, Registered>, BuildError> {
    let mut table = HashMap::new();
    let mut groups = HashMap::<GroupName, ViewPath>::new();
    for (path, view) in views {
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
            None => table.insert(path, view),
        };
    }
    Ok(table)
}
