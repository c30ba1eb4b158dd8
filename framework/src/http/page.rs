//! First paint: a view's whole HTML inside the application's own layout.

use super::{asset, routes};
use crate::app::App;
use crate::limits::Limits;
use crate::protocol::escape;
use crate::render::Recording;
use crate::socket::Location;
use crate::view::{Interrupted, Life, LiveView, MountContext, PRIVATE, bounded, record};
use actix_web::{HttpRequest, HttpResponse, Route, guard, web};
use askama::filters::HtmlSafe;
use std::fmt;
use std::sync::Arc;

const URL_TOO_LONG: &str =
    "This page's URL is too long. Use a shorter one, of at most 8,000 characters for instance.";

/// What a layout puts into its page: the live region, and the script that brings it to life.
///
/// ```
/// use djust::Page;
///
/// #[derive(askama::Template)]
/// #[template(
///     source = "<!doctype html><html><body>{{ page.region() }}{{ page.script() }}</body></html>",
///     ext = "html"
/// )]
/// struct Layout {
///     page: Page,
/// }
/// ```
#[derive(Clone)]
pub struct Page {
    region: String,
    script: String,
}

/// Without the region, which has the visitor's token in it: a layout that is logged must not leak it.
impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page").field("script", &self.script).finish_non_exhaustive()
    }
}

/// HTML that a template inserts as it is.
#[derive(Debug, Clone, Copy)]
pub struct Html<'a>(&'a str);

impl fmt::Display for Html<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl HtmlSafe for Html<'_> {}

impl Page {
    /// The live region: one `<div>` with the view in it. It belongs into the body, once.
    pub fn region(&self) -> Html<'_> {
        Html(&self.region)
    }

    /// The browser client's `<script>`, deferred: anywhere in the page, once.
    pub fn script(&self) -> Html<'_> {
        Html(&self.script)
    }
}

/// The route of [`Djust::page_with`](crate::Djust::page_with).
pub(crate) fn page<V: LiveView, T: askama::Template + 'static>(
    app: Arc<App>,
    layout: impl Fn(Page, &HttpRequest) -> T + Clone + 'static,
) -> Route {
    let reads = guard::Any(guard::Get()).or(guard::Head());
    web::route().guard(reads).to(move |request: HttpRequest| {
        let (app, layout) = (Arc::clone(&app), layout.clone());
        async move { show::<V, T>(&app, request, layout).await }
    })
}

async fn show<V: LiveView, T: askama::Template>(
    app: &App,
    request: HttpRequest,
    layout: impl Fn(Page, &HttpRequest) -> T,
) -> HttpResponse {
    if let Err(error) = app.config.origins.check_host(&request) {
        tracing::warn!(%error, "a page is refused");
        return HttpResponse::MisdirectedRequest().insert_header(PRIVATE).body(error.to_string());
    }
    let location = Location::of(&request, V::PATH);
    let Ok(token) = app.config.token(&request, location.clone()) else {
        return HttpResponse::UriTooLong().insert_header(PRIVATE).body(URL_TOO_LONG);
    };
    let mut cx = MountContext::first_paint(request.clone(), location);
    let first = async { V::mount(&mut cx).await.map(|view| record::<V>(&view)) };
    match bounded(first, app.config.handler_timeout, &Life::new()).await {
        Ok(Ok(Ok(Ok(recording)))) => respond(layout(paint::<V>(app, &token, &recording), &request)),
        Ok(Err(refusal)) => refusal.into_response(V::PATH),
        Ok(Ok(Ok(Err(error)))) => {
            tracing::error!(view = V::PATH, %error, "the template failed at the first paint");
            failed()
        }
        Ok(Ok(Err(interrupted))) | Err(interrupted) => {
            tracing::error!(view = V::PATH, why = ?interrupted, "mount did not come to its end at the first paint");
            match interrupted {
                Interrupted::TimeLimit => {
                    HttpResponse::ServiceUnavailable().body("This page takes too long.")
                }
                Interrupted::Panic | Interrupted::LifeEnded => failed(),
            }
        }
    }
}

fn failed() -> HttpResponse {
    HttpResponse::InternalServerError()
        .content_type("text/plain; charset=utf-8")
        .body("This page can't be shown right now.")
}

fn respond(layout: impl askama::Template) -> HttpResponse {
    match layout.render() {
        Ok(html) => {
            HttpResponse::Ok().content_type("text/html; charset=utf-8").insert_header(PRIVATE).body(html)
        }
        Err(error) => {
            tracing::error!(%error, "the layout failed to render");
            failed()
        }
    }
}

fn paint<V: LiveView>(app: &App, token: &str, recording: &Recording) -> Page {
    let base = escape(&app.config.base);
    let mut region = format!(
        r#"<div dj-view="{}" dj-token="{}" dj-template="{:016x}" dj-digests="{}" dj-socket="{base}{}"{}>"#,
        V::PATH,
        token,
        V::TEMPLATE.fingerprint,
        recording.digests(V::TEMPLATE),
        routes::SOCKET,
        limit(app.config.limits.frame),
    );
    recording.html(V::TEMPLATE, &mut region);
    region.push_str("</div>");
    Page { region, script: format!(r#"<script src="{base}/{}" defer></script>"#, asset::name()) }
}

/// The largest frame that the client may send, where it isn't the one that it assumes.
fn limit(frame: usize) -> String {
    if frame == Limits::FRAME { String::new() } else { format!(r#" dj-limit="{frame}""#) }
}
