//! Pushes through the site's push route, which checks them: `DjustBuilder::push_token` describes
//! it.

use crate::failure::Failure;
use crate::transport::{Reach, Transport};
use djust::push::{Push, ViewPath};
use serde::Deserialize;
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;
use ureq::http::header::{AUTHORIZATION, CONTENT_TYPE, LOCATION};
use ureq::http::{Response, StatusCode};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body, Error, Timeout};

/// How long the site asks its servers which views took a push, in milliseconds.
const CONFIRM: u64 = 2_000;
/// How much of an answer is read, in bytes.
const LONGEST_ANSWER: u64 = 64 * 1024;

/// One push through the route of a site.
pub struct OverHttp {
    agent: Agent,
    route: String,
    token: String,
    body: String,
}

/// The site's answer about an accepted push.
#[derive(Deserialize)]
struct Receipt {
    status: String,
    views: Option<usize>,
    nodes: Option<usize>,
}

/// Why the push was not accepted: a problem of RFC 9457.
#[derive(Deserialize)]
struct Problem {
    #[serde(rename = "type")]
    kind: String,
    detail: String,
}

impl OverHttp {
    /// `base` is the address of djust's routes.
    pub fn new(
        base: &str,
        token: Option<&str>,
        timeout: Duration,
        view: &ViewPath,
        push: &Push,
    ) -> Result<Self, Failure> {
        let token = token.ok_or_else(|| {
            Failure::usage("a push over http needs the site's token: give it with DJUST_TOKEN or --token")
        })?;
        let body = serde_json::to_string(push).map_err(Failure::usage)?;
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::PlatformVerifier)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        let agent = Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            // The token is for this site only, so redirects are not followed.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_resolve(Some(timeout))
            .timeout_connect(Some(timeout))
            .timeout_send_body(Some(timeout))
            .timeout_recv_response(Some(timeout + Duration::from_millis(CONFIRM)))
            .timeout_recv_body(Some(timeout))
            .build()
            .new_agent();
        Ok(OverHttp { agent, route: format!("{base}/push/{view}"), token: token.trim().to_owned(), body })
    }

    fn post(&self, query: &str) -> Result<Reach, Failure> {
        let request = self
            .agent
            .post(format!("{}{query}", self.route))
            .header(AUTHORIZATION, format!("Bearer {}", self.token))
            .header(CONTENT_TYPE, "application/json");
        let mut response = request.send(self.body.as_str()).map_err(|error| self.unanswered(&error))?;
        let text = response.body_mut().with_config().limit(LONGEST_ANSWER).read_to_string();
        if response.status() == StatusCode::OK {
            let receipt = text.ok().and_then(|text| serde_json::from_str(&text).ok());
            return receipt.map(reach).ok_or_else(|| {
                Failure::Unconfirmed(format!("{} answered 200, but not with djust's receipt", self.route))
            });
        }
        Err(self.refused(&response, text.as_deref().unwrap_or_default()))
    }

    fn unanswered(&self, error: &Error) -> Failure {
        let message = format!("{}: {error}", self.route);
        if was_not_sent(error) {
            Failure::NotDone(format!("{message}; nothing was sent"))
        } else {
            Failure::Unconfirmed(format!("{message}; the push may have been accepted"))
        }
    }

    fn refused(&self, response: &Response<Body>, text: &str) -> Failure {
        let (route, status) = (&self.route, response.status());
        let location = response.headers().get(LOCATION).and_then(|location| location.to_str().ok());
        if let Ok(problem) = serde_json::from_str::<Problem>(text) {
            let message = format!("{status}: {}", problem.detail);
            return if problem.kind.ends_with("Unconfirmed") {
                Failure::Unconfirmed(message)
            } else {
                Failure::NotDone(message)
            };
        }
        match (status.as_u16(), location) {
            (300..400, location) => {
                let location = location.unwrap_or("elsewhere");
                Failure::NotDone(format!("{route} redirects to {location}: give that address with --to"))
            }
            (404, _) => Failure::NotDone(format!(
                "{status}: {route} is not a push route: configure a token there (DjustBuilder::push_token), \
                 and end --to with the path of djust's routes"
            )),
            // A gateway may have passed the push on.
            (500.., _) => {
                Failure::Unconfirmed(format!("{status}: {route} does not say whether it accepted the push"))
            }
            _ => Failure::NotDone(format!("{status}: {route} did not accept the push")),
        }
    }
}

fn reach(receipt: Receipt) -> Reach {
    match (receipt.views, receipt.nodes) {
        (Some(0), _) => Reach::Nobody { warning: None },
        (Some(views), Some(servers)) => Reach::By { views, servers },
        _ => Reach::Unknown { reason: format!("the site says `{}`", receipt.status) },
    }
}

/// Whether an exchange failed before any part of the request was sent.
fn was_not_sent(error: &Error) -> bool {
    match error {
        Error::Io(error) => is_of_connecting(error),
        Error::Timeout(during) => matches!(during, Timeout::Resolve | Timeout::Connect),
        Error::HostNotFound
        | Error::ConnectionFailed
        | Error::BadUri(_)
        | Error::Http(_)
        | Error::InvalidProxyUrl
        | Error::Tls(_)
        | Error::Rustls(_) => true,
        _ => false,
    }
}

fn is_of_connecting(error: &std::io::Error) -> bool {
    match error.kind() {
        ErrorKind::ConnectionRefused
        | ErrorKind::HostUnreachable
        | ErrorKind::NetworkUnreachable
        | ErrorKind::AddrNotAvailable
        // A certificate is not trusted.
        | ErrorKind::InvalidData => true,
        // The standard library has no error kind for a name that is not found, only this text.
        _ => error.to_string().starts_with("failed to lookup address"),
    }
}

impl Transport for OverHttp {
    fn at_once(&self) -> usize {
        50
    }

    fn send(&self, times: usize) -> Vec<Result<(), Failure>> {
        let mut results = Vec::new();
        for _ in 0..times {
            let result = self.post("").map(drop);
            // The next one would also fail.
            let hopeless = matches!(result, Err(Failure::NotDone(_)));
            results.push(result);
            if hopeless {
                break;
            }
        }
        results
    }

    fn send_and_confirm(&self) -> Result<Reach, Failure> {
        self.post(&format!("?confirm={CONFIRM}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_fails_before_the_request_leaves_is_known_to_have_no_effect() {
        let unknown = "failed to lookup address information: Name or service not known";
        assert!(was_not_sent(&Error::Io(std::io::Error::other(unknown))));
        assert!(was_not_sent(&Error::Io(ErrorKind::ConnectionRefused.into())));
        assert!(was_not_sent(&Error::Timeout(Timeout::Connect)));
        for kind in [ErrorKind::ConnectionReset, ErrorKind::BrokenPipe, ErrorKind::UnexpectedEof] {
            assert!(!was_not_sent(&Error::Io(kind.into())), "{kind}");
        }
        assert!(!was_not_sent(&Error::Timeout(Timeout::RecvResponse)));
    }

    #[test]
    fn a_refusal_is_read_by_its_type_and_a_gateway_s_silence_is_no_refusal() {
        let view = "a.View".parse().expect("a path");
        let over_http =
            OverHttp::new("http://site", Some("token"), Duration::from_secs(1), &view, &Push::render());
        let over_http = over_http.expect("it connects later");
        let refused = |status: u16, text: &str| {
            let response = Response::builder().status(status).header(LOCATION, "https://site/");
            over_http.refused(&response.body(Body::builder().data("")).expect("a response"), text)
        };
        let problem = |kind: &str| format!(r#"{{"type": "{kind}", "detail": "why", "status": 503}}"#);
        assert!(matches!(refused(503, &problem("x#variant.Unconfirmed")), Failure::Unconfirmed(_)));
        assert!(
            matches!(refused(503, &problem("x#variant.Unavailable")), Failure::NotDone(why) if why.contains("why"))
        );
        assert!(matches!(refused(502, "<html>"), Failure::Unconfirmed(_)));
        assert!(matches!(refused(301, ""), Failure::NotDone(why) if why.contains("https://site/")));
        assert!(matches!(refused(404, "<html>"), Failure::NotDone(why) if why.contains("push_token")));
    }
}
