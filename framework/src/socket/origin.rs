//! Who may open a socket: pages of the same origin, and of those that the application lists.
//!
//! Browsers send `Origin` with each WebSocket handshake and no page can forge it (RFC 6454, section 7). A client that sends
//! none is no browser, so no visitor's cookies are at stake.

use actix_web::HttpRequest;
use actix_web::http::header;

/// Whether a page may open a socket.
pub(super) fn is_allowed(request: &HttpRequest, others: &[String]) -> bool {
    let Some(origin) = request.headers().get(header::ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    if others.iter().any(|allowed| allowed == origin) {
        return true;
    }
    let Some((_, host)) = origin.split_once("://") else { return false };
    let asked = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    asked == Some(host) || request.connection_info().host() == host
}

#[cfg(test)]
mod tests {
    use super::is_allowed;
    use actix_web::test::TestRequest;

    fn allowed(origin: Option<&str>, others: &[&str]) -> bool {
        let mut request = TestRequest::default().insert_header(("Host", "shop.example:8080"));
        if let Some(origin) = origin {
            request = request.insert_header(("Origin", origin));
        }
        is_allowed(
            &request.to_http_request(),
            &others.iter().map(|&other| other.to_owned()).collect::<Vec<_>>(),
        )
    }

    #[test]
    fn only_the_same_origin_and_listed_ones_may_connect() {
        assert!(allowed(None, &[]));
        assert!(allowed(Some("http://shop.example:8080"), &[]));
        assert!(!allowed(Some("http://shop.example"), &[]));
        assert!(!allowed(Some("http://evil.example"), &[]));
        assert!(!allowed(Some("null"), &[]));
        assert!(allowed(Some("https://partner.example"), &["https://partner.example"]));
        assert!(!allowed(Some("https://partner.example.evil"), &["https://partner.example"]));
    }
}
