//! The trait that a user implements.

use super::destination::{destination, excerpt};
use super::{MountContext, ViewContext, ViewDefinition};
use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use std::future::Future;

/// How long a page may be kept: it belongs to one visitor, and each visit renders it again.
/// `no-store` would also keep the page out of the back/forward cache; the token in a kept page
/// reveals nothing that the visitor's browser lacks.
pub(crate) const PRIVATE: (header::HeaderName, &str) = (header::CACHE_CONTROL, "private, no-cache");

/// Why `mount` refuses to show the view.
///
/// ```
/// use actix_web::http::StatusCode;
/// use djust::{MountContext, Refusal};
///
/// fn check(cx: &MountContext) -> Result<(), Refusal> {
///     if cx.cookie("session").is_none() {
///         return Err(Refusal::redirect("/login"));
///     }
///     if cx.path().starts_with("/archive") {
///         return Err(Refusal::Status(StatusCode::GONE, "The archive has moved.".to_owned()));
///     }
///     Ok(())
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Refusal {
    /// Sends the visitor to another URL: 302 at first paint, `navigate` on a socket. The URL must
    /// be http, https or relative. For any other the visitor gets a 500, and djust logs the URL.
    Redirect(String),
    /// An error page: a status, and a sentence for the visitor.
    Status(StatusCode, String),
    /// The application's own error page.
    Response(HttpResponse),
}

impl Refusal {
    /// Sends the visitor to another URL: http, https or relative (see [`Refusal::Redirect`]). If
    /// the URL comes from the visitor, as in `/login?next=…`, also check that it is one of your own
    /// pages.
    ///
    /// ```
    /// use djust::{MountContext, Refusal};
    ///
    /// fn back(cx: &MountContext) -> Refusal {
    ///     Refusal::redirect(format!("/login?next={}", cx.path()))
    /// }
    /// ```
    pub fn redirect(to: impl Into<String>) -> Self {
        Refusal::Redirect(to.into())
    }

    /// Returns a refusal with status 403 and a sentence for the visitor.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Refusal::Status(StatusCode::FORBIDDEN, message.into())
    }

    /// Returns a refusal with status 404 and a sentence for the visitor.
    pub fn not_found(message: impl Into<String>) -> Self {
        Refusal::Status(StatusCode::NOT_FOUND, message.into())
    }

    /// Reads the URL of a redirect as a browser does; a URL that a visitor must not be sent to
    /// becomes a 500.
    pub(crate) fn checked(self, view: &str) -> Self {
        let Refusal::Redirect(to) = self else { return self };
        match destination(&to) {
            Ok(to) => Refusal::Redirect(to),
            Err(error) => {
                tracing::error!(
                    view,
                    to = excerpt(&to),
                    %error,
                    "mount redirects to a URL that is not allowed"
                );
                Refusal::failed()
            }
        }
    }

    /// A 500 that tells the visitor nothing.
    fn failed() -> Self {
        Refusal::Status(StatusCode::INTERNAL_SERVER_ERROR, "This page can't be shown right now.".into())
    }

    /// The refusal as a response to the page's GET.
    pub(crate) fn into_response(self, view: &str) -> HttpResponse {
        match self.checked(view) {
            Refusal::Redirect(to) => {
                HttpResponse::Found().insert_header(PRIVATE).insert_header((header::LOCATION, to)).finish()
            }
            Refusal::Status(status, message) => HttpResponse::build(status)
                .insert_header(PRIVATE)
                .content_type("text/plain; charset=utf-8")
                .body(message),
            Refusal::Response(response) => response,
        }
    }
}

/// An error that `mount` returns with `?` becomes a 500. Its text goes to the log, not to the
/// visitor.
impl<E: std::error::Error> From<E> for Refusal {
    fn from(error: E) -> Self {
        tracing::error!(%error, "mount failed");
        Refusal::failed()
    }
}

/// What `mount` returns: the view, or a refusal.
pub type MountResult<V> = Result<V, Refusal>;

/// A page, or a part of one, whose state lives on the server.
///
/// `#[live_view]` on the struct supplies the template and the rest of [`ViewDefinition`]. You write
/// this trait by hand. Only [`mount`](LiveView::mount) is required.
///
/// ```
/// use djust::{LiveView, MountContext, MountResult, ViewContext, live_view};
///
/// #[live_view(source = "<p>{{ seconds }} s</p>", tick_interval = 1000)]
/// struct Clock {
///     seconds: u64,
/// }
///
/// impl LiveView for Clock {
///     async fn mount(_cx: &mut MountContext) -> MountResult<Self> {
///         Ok(Clock { seconds: 0 })
///     }
///
///     async fn handle_tick(&mut self, _cx: &mut ViewContext<Self>) {
///         self.seconds += 1;
///     }
/// }
/// ```
///
/// # Shared views
///
/// With `#[live_view(shared)]` and `Clone + PartialEq`, instances on a worker thread that are at the
/// same URL and in equal state share one view. A push or a tick is handled, rendered and encoded
/// once for all of them. An instance leaves with a copy of the view when its browser sends an event,
/// when a push is only for some of them or leaves it out, and when it ends; it comes back when it is
/// equal again.
///
/// ```
/// use djust::{LiveView, MountContext, MountResult, live_view};
///
/// #[live_view(source = "<p>{{ visitors }} visitors</p>", shared)]
/// #[derive(Clone, PartialEq)]
/// struct Dashboard {
///     #[push]
///     visitors: u32,
/// }
///
/// impl LiveView for Dashboard {
///     async fn mount(_cx: &mut MountContext) -> MountResult<Self> {
///         Ok(Dashboard { visitors: 0 })
///     }
/// }
/// ```
///
/// A page shows the same as if the view were not shared. What a `#[push]` handler or `handle_tick`
/// does beyond its fields is done once for all that share:
///
/// | in a shared call | means |
/// |---|---|
/// | side effects, `cx.push(…)` | once for all that share, so an unknown number of times in total |
/// | `cx.id()` | the instance that is shared: [`Push::except`](crate::push::Push::except) leaves out all that share it |
/// | `cx.focus(…)`, `cx.navigate(…)`, `cx.reset_…(…)` | on every page |
/// | `cx.join(…)`, `cx.leave(…)` | for every instance |
/// | `cx.spawn(…)` | one future and one result; an instance that leaves before the result is remounted |
/// | a panic, or the time limit | ends all that share, as it would have ended each |
///
/// `#[event]` handlers, `mount` and `unmount` run for each instance. A copy must be independent: a
/// field such as `Rc<Cell<_>>` or `Arc<Mutex<_>>` would be shared with whoever leaves.
pub trait LiveView: ViewDefinition {
    /// Builds the view. djust calls it for the first paint, again when the browser has connected,
    /// and after every reconnect. [`MountContext::is_connected`] tells the first paint from the
    /// others.
    fn mount(cx: &mut MountContext) -> impl Future<Output = MountResult<Self>>;

    /// Returns the milliseconds between two ticks of this instance; `None` or 0 means no ticks.
    /// djust reads it once after `mount`. The default is the value of
    /// `#[live_view(tick_interval = …)]`.
    fn tick_interval(&self) -> Option<u64> {
        Self::TICK_INTERVAL
    }

    /// Runs at every [`tick_interval`](LiveView::tick_interval) while connected. If the view is
    /// busy when a tick comes, djust skips and counts the tick.
    fn handle_tick(&mut self, cx: &mut ViewContext<Self>) -> impl Future<Output = ()> {
        let _ = cx;
        std::future::ready(())
    }

    /// Runs when the browser has left, after the last handler.
    fn unmount(&mut self) -> impl Future<Output = ()> {
        std::future::ready(())
    }
}
