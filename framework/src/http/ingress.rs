//! Pushes over HTTP, for senders in other languages: `POST {base}/push/{view_path}`.
//!
//! The route exists only if the application has configured a token.
//! [`DjustBuilder::push_token`](crate::DjustBuilder::push_token) describes the interface. A request
//! passes these checks; the first that fails answers it:
//!
//! 1. the token (401), before anything else;
//! 2. the view: its path (400), and whether this application has it (404);
//! 3. the body: its time (408), its size (413) and its form (400); memory never holds more of it
//!    than the limit;
//! 4. the application's [`Pusher`](crate::Pusher), which checks the push against the view (422) and
//!    sends it (503);
//! 5. with `?confirm`, the receipt, which asks how many views the push reached.

use super::bearer::PushTokens;
use super::problem::Problem;
use crate::peer_log::{Excerpt, LogLimit};
use crate::push::{Push, PushError, QueryError, Receipt, UnknownView, ViewPath};
use crate::transport::Endpoint;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CONTENT_LENGTH, WWW_AUTHENTICATE};
use actix_web::web::{self, Payload, Query};
use actix_web::{HttpRequest, HttpResponse, Resource};
use futures_util::StreamExt;
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tracing::Instrument;

/// How long a request may wait for `?confirm`.
const CONFIRM_TIMEOUT: Duration = Duration::from_secs(10);

/// What the route of pushes needs.
pub(crate) struct PushIngress {
    pub(crate) endpoint: Arc<Endpoint>,
    pub(crate) tokens: PushTokens,
    pub(crate) body_limit: usize,
    pub(crate) body_timeout: Duration,
}

/// The query string. An unknown parameter is an error, so that a typing mistake shows.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Parameters {
    /// Milliseconds.
    confirm: Option<u64>,
}

/// The resource at this path under the base. The rest of the path names the view.
pub(super) fn resource(ingress: Arc<PushIngress>, path: &str) -> Resource {
    let post = move |request: HttpRequest, payload: Payload| answer(Arc::clone(&ingress), request, payload);
    web::resource(format!("{path}/{{view:.*}}"))
        .route(web::post().to(post))
        .default_service(web::to(other_method))
}

async fn other_method() -> HttpResponse {
    let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, "a push must be a POST request");
    problem.into_response_with(|response| {
        response.insert_header((ALLOW, "POST"));
    })
}

async fn answer(ingress: Arc<PushIngress>, request: HttpRequest, payload: Payload) -> HttpResponse {
    let peer = request.peer_addr().map_or_else(|| "unknown".to_owned(), |peer| peer.to_string());
    let Some(token) = ingress.tokens.presented_by(&request) else {
        metrics::counter!("djust_push_tokens_refused_total").increment(1);
        static LIMIT: LogLimit = LogLimit::new();
        if let Some(suppressed) = LIMIT.admit() {
            tracing::warn!(%peer, suppressed, "a push over HTTP has no token or a wrong one");
        }
        return unauthorized();
    };
    let view = request.match_info().get("view").unwrap_or_default();
    // Every log line from here on says which token was used, those of the layer too.
    let span = tracing::error_span!("push_over_http", view = %Excerpt(view), %peer, token);
    let pushed = async {
        let result = push(&ingress, view, &request, payload).await;
        match &result {
            Ok(receipt) => tracing::info!(status = ?receipt.status, views = receipt.views, "accepted"),
            Err(problem) => {
                static LIMIT: LogLimit = LogLimit::new();
                if let Some(suppressed) = LIMIT.admit() {
                    let (status, detail) = (problem.status.as_u16(), Excerpt(&problem.detail));
                    tracing::warn!(status, %detail, suppressed, "refused");
                }
            }
        }
        result
    };
    match pushed.instrument(span).await {
        Ok(receipt) => HttpResponse::Ok().json(receipt),
        Err(problem) => problem.into_response(),
    }
}

fn unauthorized() -> HttpResponse {
    let detail = "send the header `Authorization: Bearer TOKEN` with a token that this application accepts";
    Problem::new(StatusCode::UNAUTHORIZED, detail).into_response_with(|response| {
        response.insert_header((WWW_AUTHENTICATE, "Bearer"));
    })
}

async fn push(
    ingress: &PushIngress,
    view: &str,
    request: &HttpRequest,
    payload: Payload,
) -> Result<Receipt, Problem> {
    let path: ViewPath = view.parse().map_err(PushError::from)?;
    if !ingress.endpoint.views.contains_key(&path) {
        return Err(PushError::from(UnknownView::new(&path, ingress.endpoint.views.keys())).into());
    }
    let parameters = Query::<Parameters>::from_query(request.query_string())
        .map_err(|error| Problem::malformed(format!("{error}: write ?confirm=MILLISECONDS, or nothing")))?;
    let push = read(&body_in_time(ingress, request, payload).await?)?;
    if ingress.endpoint.host.groups.is_closing() {
        return Err(Problem::not_now(
            "the server is shutting down; the push was not accepted and has no effect",
        ));
    }
    let receipt = ingress.endpoint.host.pusher.apush_to_view(path.as_str(), push).await?;
    match parameters.confirm {
        Some(within) => confirmed(receipt, Duration::from_millis(within).min(CONFIRM_TIMEOUT)).await,
        None => Ok(receipt),
    }
}

fn read(body: &[u8]) -> Result<Push, Problem> {
    // serde would also accept a list, with the parts in the order of their declaration.
    serde_json::from_slice(body).map(Value::Object).and_then(Push::deserialize).map_err(|error| {
        let form = r#"{"state": {}, "handler": null, "payload": {}, "key": null}"#;
        Problem::malformed(format!("the body must be JSON like {form}: {error}"))
    })
}

/// Asks the servers how many views the push reached. A missing answer is not an error: the push was
/// accepted, and a sender that repeats it would apply it twice.
async fn confirmed(receipt: Receipt, within: Duration) -> Result<Receipt, Problem> {
    match receipt.confirm(within).await {
        Ok(confirmed) => Ok(confirmed),
        Err(
            error @ (QueryError::Push(PushError::Unavailable(_))
            | QueryError::Unanswered { .. }
            | QueryError::Unreachable { .. }),
        ) => {
            tracing::info!(%error, "not confirmed");
            Ok(receipt)
        }
        Err(error) => Err(error.into()),
    }
}

/// Reads the body, within the time limit: a peer that sends nothing, or a byte now and then, must
/// not hold resources for long.
async fn body_in_time(
    ingress: &PushIngress,
    request: &HttpRequest,
    payload: Payload,
) -> Result<Vec<u8>, Problem> {
    let limit = ingress.body_timeout;
    let body = body(request, payload, ingress.body_limit);
    tokio::time::timeout(limit, body).await.unwrap_or_else(|_| {
        let detail =
            format!("the body did not arrive within {limit:?}; the push was not accepted: send it again");
        Err(Problem::new(StatusCode::REQUEST_TIMEOUT, detail))
    })
}

async fn body(request: &HttpRequest, mut payload: Payload, limit: usize) -> Result<Vec<u8>, Problem> {
    let too_large = || {
        let detail = format!("the body is larger than {limit} bytes, which is what this application accepts");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail)
    };
    let announced =
        request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: u64| length > limit as u64) {
        return Err(too_large());
    }
    let mut body = Vec::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| Problem::malformed(format!("the body can't be read: {error}")))?;
        if chunk.len() > limit - body.len() {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
