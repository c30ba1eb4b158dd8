//! `GET /push?view=PATH&state={json}&handler=NAME&payload={json}`: a push from a shell, for
//! demonstration.
//!
//! A page of another site, opened in the same browser, must not push, but any `<img>` can make a
//! GET request. So requests that a browser marks as coming from another site are refused with 403;
//! `curl` marks nothing.
//!
//! An application has no such route. It pushes from its own code, and if other programs may push,
//! it decides who may push what. The answers are: 200 with the receipt; 400 for malformed input;
//! 404 for an unknown view; 422 for a field, handler or type that does not fit. The reason is in
//! `error`.

use crate::chat::ChatView;
use crate::history::{History, Message};
use actix_web::http::StatusCode;
use actix_web::http::header::HeaderValue;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use djust::push::{Push, PushError, QueryError, Receipt, apush_to_view};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// The query string. An unknown parameter is an error, so that a typing mistake shows.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    view: String,
    state: Option<String>,
    handler: Option<String>,
    payload: Option<String>,
}

/// Whether a page of another site made a browser send this. `Sec-Fetch-Site` tells; older browsers
/// send `Origin`, if anything.
fn is_cross_site(request: &HttpRequest) -> bool {
    let header = |name| request.headers().get(name).map(HeaderValue::as_bytes);
    match (header("sec-fetch-site"), header("origin")) {
        (Some(site), _) => !matches!(site, b"same-origin" | b"none"),
        (None, Some(origin)) => {
            let host = header("host").unwrap_or_default();
            origin != [b"http://", host].concat() && origin != [b"https://", host].concat()
        }
        (None, None) => false,
    }
}

pub async fn push(request: HttpRequest, history: Data<History>) -> HttpResponse {
    if is_cross_site(&request) {
        return refusal(
            StatusCode::FORBIDDEN,
            "a page of another site may not push: use curl, or the gallery's own pages",
        );
    }
    let query = match Query::<Request>::from_query(request.query_string()) {
        Ok(query) => query.into_inner(),
        Err(error) => return refusal(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    match send(&query, &history).await {
        Ok(receipt) => HttpResponse::Ok().json(receipt),
        Err(error) => refusal(status(&error), &error.to_string()),
    }
}

async fn send(query: &Request, history: &History) -> Result<Receipt, QueryError> {
    let push = Push::from_json(query.state.as_deref(), query.handler.as_deref(), query.payload.as_deref())?;
    let text = push.payload().get("text").and_then(Value::as_str).map(str::to_owned);
    let Some(text) = text.filter(|_| query.view == ChatView::PATH) else {
        return deliver(&query.view, push).await;
    };
    // The chat's history also keeps messages from outside, with the id that the pages know.
    let author = push.payload().get("author").and_then(Value::as_str).map(str::to_owned);
    let id = History::new_id();
    let receipt = deliver(&query.view, push.arg("id", id)).await?;
    history.keep(Message { id, author, text });
    Ok(receipt)
}

/// Over Redis, asks the servers how many of their pages got the push.
async fn deliver(view: &str, push: Push) -> Result<Receipt, QueryError> {
    apush_to_view(view, push).await?.confirm(Duration::from_secs(2)).await
}

fn status(error: &QueryError) -> StatusCode {
    match error {
        QueryError::Push(PushError::Malformed(_)) => StatusCode::BAD_REQUEST,
        QueryError::Push(PushError::UnknownView(_)) => StatusCode::NOT_FOUND,
        QueryError::Push(PushError::Invalid { .. }) | QueryError::Rejected { .. } => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        _ => StatusCode::SERVICE_UNAVAILABLE,
    }
}

fn refusal(status: StatusCode, error: &str) -> HttpResponse {
    HttpResponse::build(status).json(json!({ "error": error }))
}

#[cfg(test)]
mod tests {
    use super::is_cross_site;
    use actix_web::test::TestRequest;

    #[test]
    fn a_page_of_another_site_may_not_push_and_curl_may() {
        let asked = |headers: &[(&str, &str)]| {
            let request = TestRequest::default().insert_header(("host", "localhost:8080"));
            let add = |request: TestRequest, &(name, value): &(&str, &str)| {
                request.insert_header((name.to_owned(), value.to_owned()))
            };
            is_cross_site(&headers.iter().fold(request, add).to_http_request())
        };
        assert!(!asked(&[]), "curl");
        assert!(!asked(&[("sec-fetch-site", "none")]), "typed into the address bar");
        assert!(!asked(&[("sec-fetch-site", "same-origin"), ("origin", "http://localhost:8080")]));
        assert!(!asked(&[("origin", "http://localhost:8080")]));
        for site in ["cross-site", "same-site", "", "other"] {
            assert!(asked(&[("sec-fetch-site", site)]), "{site}");
        }
        for origin in ["http://evil.example", "null", "http://localhost:8081", "http://evil.localhost:8080"] {
            assert!(asked(&[("origin", origin)]), "{origin}");
        }
    }
}
