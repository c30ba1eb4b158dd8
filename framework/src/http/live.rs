//! The first paint: the whole HTML of a view, for any page of the application.

use super::{asset, routes};
use crate::protocol::escape;
use crate::render::{Recording, RenderError};
use crate::session::{CancellationToken, Interrupted, Unrendered, record, run_with_limits};
use crate::transport::{Endpoint, Limits};
use crate::view::{LiveView, Location, MountContext, PRIVATE, Refusal};
use actix_web::error::InternalError;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, dev::Payload};
use askama::filters::HtmlSafe;
use futures_util::future::LocalBoxFuture;
use std::fmt::{self, Display, Formatter};
use std::marker::PhantomData;
use std::rc::Rc;
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
    place: Place,
    view: PhantomData<fn() -> V>,
}

/// A view's place among those of its page.
#[derive(Debug, Default)]
pub(crate) struct Place {
    /// Its number, from 1.
    number: usize,
    /// What shows the script, once something does: the number of a view, or [`BY_ITSELF`].
    script_in: Arc<AtomicUsize>,
}

/// The layout shows the script with [`Live::script`].
const BY_ITSELF: usize = usize::MAX;

/// The places that have been taken on a page, kept with its request.
#[derive(Default)]
struct Places {
    taken: usize,
    script_in: Arc<AtomicUsize>,
}

impl Place {
    /// Takes the next place on the page of this request. Called before any `mount` runs, since that may
    /// hold the request's extensions across an `await`.
    fn take(request: &HttpRequest) -> Self {
        let mut extensions = request.extensions_mut();
        if !extensions.contains::<Places>() {
            extensions.insert(Places::default());
        }
        let places = extensions.get_mut::<Places>().expect("it has just been put there");
        places.taken += 1;
        Place { number: places.taken, script_in: Arc::clone(&places.script_in) }
    }

    /// Whether the script is shown by `shower`: the first one asked for a page shows it, and goes on doing
    /// so if its template is rendered again.
    fn shows_script(&self, shower: usize) -> bool {
        let first = self.script_in.compare_exchange(0, shower, Ordering::Relaxed, Ordering::Relaxed);
        first.map_or_else(|shown_by| shown_by == shower, |_| true)
    }
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
    /// Returns the region without the script, for layouts that show the [`script`](Live::script)
    /// elsewhere.
    pub fn region(&self) -> Markup<'_> {
        Markup(&self.region)
    }

    /// Returns the browser client's `<script>`, deferred, for layouts that place it themselves: in the
    /// head, say. A page has it once, whatever the number of views: if a view's region has brought it
    /// already, this is empty.
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
        Markup(if self.place.shows_script(BY_ITSELF) { &self.script } else { "" })
    }
}

impl<V> Display for Live<V> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.region)?;
        if self.place.shows_script(self.place.number) { f.write_str(&self.script) } else { Ok(()) }
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
        let (request, place) = (request.clone(), Place::take(request));
        Box::pin(async move {
            let painted = match request.app_data::<Arc<Pages>>() {
                Some(pages) => pages.paint::<V>(&request, place).await,
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

/// Why there is no first paint.
enum Unpainted {
    /// `mount` refuses.
    Refused(Refusal),
    /// The template returned an error.
    Template(RenderError),
    /// User code panicked, or `mount` took too long.
    CutShort(Interrupted),
}

impl Pages {
    pub(crate) fn new(endpoint: Arc<Endpoint>, base: String) -> Self {
        Pages { endpoint, base }
    }

    pub(crate) async fn paint<V: LiveView>(
        &self,
        request: &HttpRequest,
        place: Place,
    ) -> Result<Live<V>, HttpResponse> {
        let endpoint = &self.endpoint;
        if let Err(error) = endpoint.origins.check_host(request) {
            tracing::warn!(%error, "a page is refused");
            return Err(HttpResponse::MisdirectedRequest().insert_header(PRIVATE).body(error.to_string()));
        }
        if !endpoint.views.contains_key(V::PATH) {
            return Err(not_registered::<V>());
        }
        routes::check_reachable(request, &self.base);
        let location = Rc::new(Location::of(request));
        let Ok(token) = endpoint.tokens.issue(request, V::PATH, &location) else {
            return Err(HttpResponse::UriTooLong().insert_header(PRIVATE).body(URL_TOO_LONG));
        };
        let mut cx = MountContext::first_paint(request.clone(), location);
        match self.recording::<V>(&mut cx).await {
            Ok(recording) => Ok(self.live(place, &token, &recording)),
            Err(Unpainted::Refused(refusal)) => Err(refusal.into_response(V::PATH)),
            Err(Unpainted::Template(error)) => {
                tracing::error!(view = V::PATH, %error, "the template failed at the first paint");
                Err(failed())
            }
            Err(Unpainted::CutShort(interrupted)) => Err(cut_short::<V>(interrupted)),
        }
    }

    /// Mounts the view and renders it.
    async fn recording<V: LiveView>(&self, cx: &mut MountContext) -> Result<Recording, Unpainted> {
        let first = async {
            let view = V::mount(cx).await.map_err(Unpainted::Refused)?;
            record::<V>(&view).map_err(|error| match error {
                Unrendered::Template(error) => Unpainted::Template(error),
                Unrendered::Panic => Unpainted::CutShort(Interrupted::Panic),
            })
        };
        let limit = self.endpoint.host.handler_timeout;
        let painted = run_with_limits(first, limit, &CancellationToken::new()).await;
        painted.unwrap_or_else(|interrupted| Err(Unpainted::CutShort(interrupted)))
    }

    fn live<V: LiveView>(&self, place: Place, token: &str, recording: &Recording) -> Live<V> {
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
        let script = format!(r#"<script src="{base}/{}" defer></script>"#, asset::name());
        Live { region, script, place, view: PhantomData }
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
