//! The trait that a user implements.

use super::destination::{destination, excerpt};
use super::{MountContext, ViewContext, ViewDefinition};
use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use std::future::Future;

/// How long a page may be kept: each visitor's is its own, and each visit renders anew. `no-store` would also keep the page
/// out of the back/forward cache; a token in a kept page is no more than what that visitor's browser has anyway.
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
    /// Go there instead (302 at first paint, `navigate` on a socket): an http or https URL, or a relative one. For any
    /// other the visitor gets a 500, and the log says which.
    Redirect(String),
    /// An error page: status and a sentence for the visitor.
    Status(StatusCode, String),
    /// An error page of the application's own.
    Response(HttpResponse),
}

impl Refusal {
    /// Sends the visitor to another URL, http, https or relative: see [`Refusal::Redirect`]. Where it comes from a visitor, as
    /// in `/login?next=…`, check that it is one of your own pages, too.
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

    /// 403 with a sentence for the visitor.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Refusal::Status(StatusCode::FORBIDDEN, message.into())
    }

    /// 404 with a sentence for the visitor.
    pub fn not_found(message: impl Into<String>) -> Self {
        Refusal::Status(StatusCode::NOT_FOUND, message.into())
    }

    /// The refusal with a URL that a visitor may be sent to, or else without one.
    pub(crate) fn checked(self, view: &str) -> Self {
        let Refusal::Redirect(to) = self else { return self };
        match destination(&to) {
            Ok(to) => Refusal::Redirect(to),
            Err(error) => {
                tracing::error!(view, to = excerpt(&to), %error, "mount redirects to what is no page");
                Refusal::failed()
            }
        }
    }

    /// 500, which says nothing to the visitor.
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

/// An error that `mount` passes on with `?` is a 500: the text goes to the log, not to the visitor.
impl<E: std::error::Error> From<E> for Refusal {
    fn from(error: E) -> Self {
        tracing::error!(%error, "mount failed");
        Refusal::failed()
    }
}

/// What `mount` returns: the view, or why there is none.
pub type MountResult<V> = Result<V, Refusal>;

/// A page, or a part of one, that lives on the server.
///
/// `#[live_view]` on the struct supplies the template and the rest of [`ViewDefinition`]; this trait is
/// what a user writes by hand. Only [`mount`](LiveView::mount) is required.
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
pub trait LiveView: ViewDefinition {
    /// Builds the view: once for the first paint, once more when the browser has connected
    /// ([`MountContext::is_connected`] tells which), and again after every reconnect.
    fn mount(cx: &mut MountContext) -> impl Future<Output = MountResult<Self>>;

    /// Milliseconds between two ticks of this instance, read once after `mount`; `None` or 0 for no ticks. By
    /// default what `#[live_view(tick_interval = …)]` says.
    fn tick_interval(&self) -> Option<u64> {
        Self::TICK_INTERVAL
    }

    /// Called every [`tick_interval`](LiveView::tick_interval) while connected. A tick that comes while the
    /// view is busy is skipped and counted.
    fn handle_tick(&mut self, cx: &mut ViewContext<Self>) -> impl Future<Output = ()> {
        let _ = cx;
        std::future::ready(())
    }

    /// Called when the browser has left, after the last handler.
    fn unmount(&mut self) -> impl Future<Output = ()> {
        std::future::ready(())
    }
}
