//! The first paint: the whole HTML of a view, for any page of the application.

use super::{asset, routes};
use crate::protocol::escape;
use crate::push::ViewPath;
use crate::render::Recording;
use crate::session::{CancellationToken, Interrupted, record, run_with_limits};
use crate::transport::{Endpoint, Limits};
use crate::view::{LiveView, Location, MountContext, PRIVATE};
use actix_web::error::InternalError;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, dev::Payload};
use askama::filters::HtmlSafe;
use futures_util::future::LocalBoxFuture;
use std::fmt::{self, Display, Formatter};
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const URL_TOO_LONG: &str =
    "This page's URL is too long. Use a shorter one, of at most 8,000 characters for instance.";

/// A view in a page. As an extractor it mounts the view for the first paint; in a template it shows
/// the view's HTML.
///
/// A handler takes one for each view of its page, beside any other extractors. In a template it
/// shows the view's region: one `<div>`, which the browser's client makes live. The first region
/// shown also contains the client's `<script>`.
///
/// ```
/// use actix_web::{App, Responder, web};
/// use djust::{Djust, Html, Live, LiveView, live_view};
/// # use djust::{MountContext, MountResult};
///
/// #[live_view(source = "{{ count }}")]
/// struct Counter {
///     count: i64,
/// }
/// # impl LiveView for Counter {
/// #     async fn mount(_: &mut MountContext) -> MountResult<Self> { Ok(Counter { count: 0 }) }
/// # }
///
/// #[derive(askama::Template)]
/// #[template(source = "<!doctype html><title>Counter</title>{{ counter }}", ext = "html")]
/// struct Layout {
///     counter: Live<Counter>,
/// }
///
/// async fn index(counter: Live<Counter>) -> impl Responder {
///     Html(Layout { counter })
/// }
///
/// async fn without_a_template(counter: Live<Counter>) -> impl Responder {
///     Html(format!("<!doctype html><title>Counter</title>{counter}"))
/// }
///
/// let djust = Djust::builder().view::<Counter>().build()?;
/// let app = App::new().configure(djust.routes()).route("/", web::get().to(index));
/// # drop(app);
/// # Ok::<(), djust::BuildError>(())
/// ```
///
/// If `mount` refuses, the response is that of the [`Refusal`](crate::Refusal). If `mount` takes
/// longer than [`handler_timeout`](crate::DjustBuilder::handler_timeout), it is 503. It is 500 if
/// `mount` or the template fails, if the application lacks [`Djust::routes`](crate::Djust::routes),
/// or if the view is not registered; the log says which.
///
/// The page contains the visitor's join token, so no cache may keep it for others.
/// [`Html`](crate::Html) sends the header for that. If you answer with something else, send
/// `Cache-Control: private, no-cache` yourself.
pub struct Live<V> {
    region: String,
    script: String,
    /// The number of the view on this page whose region has the script.
    with_script: Arc<AtomicUsize>,
    /// This view's number on the page, from 1.
    number: usize,
    view: PhantomData<fn() -> V>,
}

/// A piece of HTML that a template inserts unescaped.
#[derive(Debug, Clone, Copy)]
pub struct Markup<'a>(&'a str);

impl Display for Markup<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl HtmlSafe for Markup<'_> {}

impl<V> Live<V> {
    /// Returns the region without the script, for layouts that place the [`script`](Live::script)
    /// themselves.
    pub fn region(&self) -> Markup<'_> {
        self.with_script.store(usize::MAX, Ordering::Relaxed);
        Markup(&self.region)
    }

    /// Returns the browser client's `<script>`, deferred. A page needs it once, anywhere, for any
    /// number of views.
    ///
    /// ```
    /// # use djust::Live;
    /// #[derive(askama::Template)]
    /// #[template(
    ///     source = "<!doctype html><head>{{ cart.script() }}</head><main>{{ cart.region() }}</main>",
    ///     ext = "html"
    /// )]
    /// struct Layout<V> {
    ///     cart: Live<V>,
    /// }
    /// ```
    pub fn script(&self) -> Markup<'_> {
        Markup(&self.script)
    }
}

impl<V> Display for Live<V> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.region)?;
        let first = self.with_script.compare_exchange(0, self.number, Ordering::Relaxed, Ordering::Relaxed);
        let shows = first.map_or_else(|chosen| chosen == self.number, |_| true);
        if shows { f.write_str(&self.script) } else { Ok(()) }
    }
}

impl<V> HtmlSafe for Live<V> {}

/// Leaves out the region, which contains the visitor's token: a layout that is logged must not leak
/// it.
impl<V> fmt::Debug for Live<V> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live").field("script", &self.script).finish_non_exhaustive()
    }
}

impl<V: LiveView> FromRequest for Live<V> {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let painted = match request.app_data::<Arc<Pages>>() {
                Some(pages) => pages.paint::<V>(&request).await,
                None => Err(no_routes::<V>()),
            };
            painted.map_err(|response| InternalError::from_response("the view is not shown", response).into())
        })
    }
}

/// What the pages of one `Djust` share.
pub(crate) struct Pages {
    endpoint: Arc<Endpoint>,
    /// The base path, as the browser sees it.
    base: String,
}

/// The views of one page, counted on its request.
#[derive(Default)]
struct OnPage {
    views: usize,
    with_script: Arc<AtomicUsize>,
}

impl Pages {
    pub(crate) fn new(endpoint: Arc<Endpoint>, base: String) -> Self {
        Pages { endpoint, base }
    }

    pub(crate) async fn paint<V: LiveView>(&self, request: &HttpRequest) -> Result<Live<V>, HttpResponse> {
        let endpoint = &self.endpoint;
        if let Err(error) = endpoint.origins.check_host(request) {
            tracing::warn!(%error, "a page is refused");
            return Err(HttpResponse::MisdirectedRequest().insert_header(PRIVATE).body(error.to_string()));
        }
        if !V::PATH.parse().is_ok_and(|path: ViewPath| endpoint.views.contains_key(&path)) {
            return Err(not_registered::<V>());
        }
        routes::check_reachable(request, &self.base);
        let location = Location::of(request, V::PATH);
        let Ok(token) = endpoint.tokens.issue(request, location.clone()) else {
            return Err(HttpResponse::UriTooLong().insert_header(PRIVATE).body(URL_TOO_LONG));
        };
        let mut cx = MountContext::first_paint(request.clone(), location);
        let first = async { V::mount(&mut cx).await.map(|view| record::<V>(&view)) };
        match run_with_limits(first, endpoint.host.handler_timeout, &CancellationToken::new()).await {
            Ok(Ok(Ok(Ok(recording)))) => Ok(self.live(request, &token, &recording)),
            Ok(Err(refusal)) => Err(refusal.into_response(V::PATH)),
            Ok(Ok(Ok(Err(error)))) => {
                tracing::error!(view = V::PATH, %error, "the template failed at the first paint");
                Err(failed())
            }
            Ok(Ok(Err(interrupted))) | Err(interrupted) => Err(cut_short::<V>(interrupted)),
        }
    }

    fn live<V: LiveView>(&self, request: &HttpRequest, token: &str, recording: &Recording) -> Live<V> {
        let base = escape(&self.base);
        let mut region = format!(
            r#"<div dj-view="{}" dj-token="{}" dj-template="{:016x}" dj-digests="{}" dj-socket="{base}{}"{}>"#,
            V::PATH,
            token,
            V::TEMPLATE.fingerprint,
            recording.digests(V::TEMPLATE),
            routes::SOCKET,
            limit(self.endpoint.limits.frame),
        );
        recording.html(V::TEMPLATE, &mut region);
        region.push_str("</div>");
        let (number, with_script) = {
            let mut extensions = request.extensions_mut();
            if !extensions.contains::<OnPage>() {
                extensions.insert(OnPage::default());
            }
            let page = extensions.get_mut::<OnPage>().expect("it has just been put there");
            page.views += 1;
            (page.views, Arc::clone(&page.with_script))
        };
        let script = format!(r#"<script src="{base}/{}" defer></script>"#, asset::name());
        Live { region, script, with_script, number, view: PhantomData }
    }
}

/// The attribute with the largest frame that the client may send, if it is not the client's
/// default.
fn limit(frame: usize) -> String {
    if frame == Limits::FRAME { String::new() } else { format!(r#" dj-limit="{frame}""#) }
}

fn cut_short<V: LiveView>(interrupted: Interrupted) -> HttpResponse {
    tracing::error!(view = V::PATH, why = ?interrupted, "mount did not finish at the first paint");
    match interrupted {
        Interrupted::TimeLimit => HttpResponse::ServiceUnavailable().body("This page takes too long."),
        Interrupted::Panic | Interrupted::Cancelled => failed(),
    }
}

fn not_registered<V>() -> HttpResponse {
    let view = std::any::type_name::<V>();
    tracing::error!(
        view,
        "the view of this page is not registered: call Djust::builder().view::<…>() for it"
    );
    failed()
}

fn no_routes<V>() -> HttpResponse {
    let view = std::any::type_name::<V>();
    tracing::error!(
        view,
        "djust's routes are missing where this page is served: call .configure(djust.routes()) on the App or the \
         scope, or start the server with djust.http_server(…)"
    );
    failed()
}

/// A 500 that tells the visitor nothing.
pub(super) fn failed() -> HttpResponse {
    HttpResponse::InternalServerError()
        .content_type("text/plain; charset=utf-8")
        .body("This page can't be shown right now.")
}
