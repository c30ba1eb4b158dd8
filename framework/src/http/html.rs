//! HTML as a response.

use super::live::failed;
use crate::view::PRIVATE;
use actix_web::body::BoxBody;
use actix_web::{HttpRequest, HttpResponse, Responder};
use std::fmt::{Display, Write};

/// A response of HTML: an askama template, a `String`, or anything else with a `Display`.
///
/// The response is UTF-8 and has `Cache-Control: private, no-cache`, because a page with a view
/// belongs to one visitor. If displaying fails, the answer is 500, and djust logs the error.
///
/// ```
/// use actix_web::Responder;
/// use djust::Html;
///
/// #[derive(askama::Template)]
/// #[template(source = "<!doctype html><title>{{ title }}</title>", ext = "html")]
/// struct About {
///     title: String,
/// }
///
/// async fn about() -> impl Responder {
///     Html(About { title: "About".to_owned() })
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Html<T>(pub T);

impl<T: Display> Responder for Html<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let mut html = String::new();
        if write!(html, "{}", self.0).is_err() {
            tracing::error!(path = request.path(), "a page's template failed to render");
            return failed();
        }
        HttpResponse::Ok().content_type("text/html; charset=utf-8").insert_header(PRIVATE).body(html)
    }
}
