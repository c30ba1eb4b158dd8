//! Whether a handshake gets a socket, and what it gets otherwise.

use super::connections::Counted;
use super::endpoint::Endpoint;
use crate::peer_log::LogLimit;
use crate::view::HandshakeSnapshot;
use actix_web::{HttpRequest, HttpResponse};

/// Admits a handshake, and counts it if its address has a limit. Otherwise returns the response for
/// it.
pub(super) fn admit(endpoint: &Endpoint, request: &HttpRequest) -> Result<Option<Counted>, HttpResponse> {
    if let Err(error) = endpoint.origins.check(request) {
        static LIMIT: LogLimit = LogLimit::new();
        if let Some(suppressed) = LIMIT.admit() {
            tracing::warn!(%error, suppressed, "a socket is refused");
        }
        return Err(HttpResponse::Forbidden().body(error.to_string()));
    }
    if endpoint.host.groups.is_closing() {
        return Err(HttpResponse::ServiceUnavailable().body("the server is shutting down"));
    }
    let limits = &endpoint.limits;
    let size = HandshakeSnapshot::size(request);
    if size > limits.handshake {
        metrics::counter!("djust_handshakes_refused_total", "reason" => "headers").increment(1);
        static LIMIT: LogLimit = LogLimit::new();
        if let Some(suppressed) = LIMIT.admit() {
            tracing::warn!(
                size,
                limit = limits.handshake,
                suppressed,
                "the headers of a handshake are too large"
            );
        }
        let message = format!(
            "the handshake has {size} bytes of headers, but only {} are allowed: see \
             Djust::builder().handshake_limit",
            limits.handshake
        );
        return Err(HttpResponse::RequestHeaderFieldsTooLarge().body(message));
    }
    let (Some(limit), Some(peer)) = (limits.connections_per_address, request.peer_addr()) else {
        return Ok(None);
    };
    match endpoint.connections.count(peer.ip(), limit) {
        Some(counted) => Ok(Some(counted)),
        None => {
            metrics::counter!("djust_handshakes_refused_total", "reason" => "address").increment(1);
            static LIMIT: LogLimit = LogLimit::new();
            if let Some(suppressed) = LIMIT.admit() {
                tracing::warn!(address = %peer.ip(), limit, suppressed, "an address has too many sockets");
            }
            let message = "this address has too many open connections: close some pages, or try again later";
            Err(HttpResponse::TooManyRequests().body(message))
        }
    }
}
