//! Refusals for programs: problem details, RFC 9457.

use crate::push::{LayerError, PushError, QueryError};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, HttpResponseBuilder};
use serde_json::json;

/// The beginning of `type` for a refused push: the documentation of the error.
const DOCUMENTED: &str = "https://docs.rs/djust/latest/djust/push/enum.";
/// How many seconds to wait before trying again.
const RETRY_AFTER: &str = "1";

/// Why a request is refused.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) status: StatusCode,
    /// A part of the documentation, or `None` if the status says everything.
    kind: Option<&'static str>,
    title: &'static str,
    pub(super) detail: String,
    may_be_repeated: bool,
}

impl Problem {
    /// A problem that the status describes.
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        let title = status.canonical_reason().unwrap_or_default();
        Problem { status, kind: None, title, detail: detail.into(), may_be_repeated: false }
    }

    /// A request that can't be read.
    pub(super) fn malformed(detail: impl Into<String>) -> Self {
        let kind = Some("PushError.html#variant.Malformed");
        Problem { kind, title: "The push is malformed", ..Self::new(StatusCode::BAD_REQUEST, detail) }
    }

    /// Nothing was done, and trying again later may work.
    pub(super) fn not_now(detail: impl Into<String>) -> Self {
        let kind = Some("PushError.html#variant.Unavailable");
        let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, detail);
        Problem { kind, title: "The push was not accepted", may_be_repeated: true, ..problem }
    }

    /// A push that does not fit the view.
    fn invalid(detail: impl Into<String>) -> Self {
        let kind = Some("PushError.html#variant.Invalid");
        let problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail);
        Problem { kind, title: "The push does not fit the view", ..problem }
    }

    pub(super) fn into_response(self) -> HttpResponse {
        self.into_response_with(|_| {})
    }

    /// The response, with more headers.
    pub(super) fn into_response_with(self, headers: impl FnOnce(&mut HttpResponseBuilder)) -> HttpResponse {
        let kind = self.kind.map_or_else(|| "about:blank".to_owned(), |part| format!("{DOCUMENTED}{part}"));
        let mut response = HttpResponse::build(self.status);
        response.content_type("application/problem+json");
        if self.may_be_repeated {
            response.insert_header((header::RETRY_AFTER, RETRY_AFTER));
        }
        headers(&mut response);
        let status = self.status.as_u16();
        let body = json!({"type": kind, "title": self.title, "status": status, "detail": self.detail});
        response.body(body.to_string())
    }
}

impl From<PushError> for Problem {
    fn from(error: PushError) -> Self {
        let detail = error.to_string();
        match error {
            PushError::Malformed(_) => Problem::malformed(detail),
            PushError::UnknownView(_) => Problem {
                kind: Some("PushError.html#variant.UnknownView"),
                title: "There is no such view",
                ..Problem::new(StatusCode::NOT_FOUND, detail)
            },
            PushError::Invalid { .. } => Problem::invalid(detail),
            // No `Retry-After`: a sender that repeats the push at once may apply it twice.
            PushError::Unavailable(LayerError::Unconfirmed { .. }) => Problem {
                kind: Some("LayerError.html#variant.Unconfirmed"),
                title: "The push may have been accepted",
                ..Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail)
            },
            PushError::Unavailable(_) => Problem::not_now(detail),
        }
    }
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        let detail = error.to_string();
        match error {
            QueryError::Push(error) => error.into(),
            QueryError::Rejected { .. } => Problem::invalid(detail),
            QueryError::Unanswered { .. } | QueryError::Unreachable { .. } => Problem::not_now(detail),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_repeat_a_push_is_told_when_and_nobody_else() {
        let (path, reason) = ("a.View".to_owned(), "no answer".to_owned());
        let not_stored = LayerError::NotStored { path: path.clone(), reason: reason.clone() };
        let not_stored = Problem::from(PushError::from(not_stored)).into_response();
        assert_eq!(not_stored.status(), 503);
        assert_eq!(not_stored.headers().get("retry-after").map(|value| value.as_bytes()), Some(&b"1"[..]));
        let unconfirmed = Problem::from(PushError::from(LayerError::Unconfirmed { path, reason }));
        assert!(unconfirmed.detail.contains("not known whether"), "{unconfirmed:?}");
        let unconfirmed = unconfirmed.into_response();
        assert_eq!(unconfirmed.status(), 503);
        assert!(!unconfirmed.headers().contains_key("retry-after"));
    }
}
