//! Join tokens: given out with a page, taken back on a socket, and tied to their visitor.
//!
//! Both requests carry the visitor's cookies. If the application names one of them, the token has a digest
//! of its value, and the socket's has to be the same. No cookie is a value like any other: a page that was
//! shown without it can be joined without it only.

use super::token::{Secret, TokenError};
use crate::view::{HandshakeSnapshot, Location};
use actix_web::HttpRequest;
use actix_web::http::header::COOKIE;
use std::time::Duration;

/// What tokens are made with and checked against.
pub(crate) struct JoinTokens {
    pub(crate) secret: Secret,
    pub(crate) max_age: Duration,
    /// The cookie that tokens are bound to.
    pub(crate) bound_cookie: Option<String>,
}

impl JoinTokens {
    /// The token of a page, unless its URL is too long.
    pub(crate) fn issue(&self, request: &HttpRequest, location: Location) -> Result<String, TokenError> {
        let cookies = request.headers().get_all(COOKIE).map(|value| value.as_bytes());
        self.secret.sign(location, self.binding(cookies))
    }

    /// Where the page of a token is, if it may be joined on this visitor's socket.
    pub(super) fn admit(&self, token: &str, handshake: &HandshakeSnapshot) -> Result<Location, TokenError> {
        let (location, bound_to) = self.secret.verify(token, self.max_age)?;
        if self.bound_cookie.is_some() && bound_to != self.binding(handshake.values(&COOKIE)) {
            return Err(TokenError::Unbound);
        }
        Ok(location)
    }

    /// The digest of the cookie that tokens are bound to, as these `Cookie` headers have it.
    fn binding<'h>(&self, headers: impl Iterator<Item = &'h [u8]>) -> Option<String> {
        let name = self.bound_cookie.as_deref()?;
        let mut pairs = headers.flat_map(|header| header.split(|byte| *byte == b';'));
        let value = pairs.find_map(|pair| {
            let at = pair.iter().position(|byte| *byte == b'=')?;
            (pair[..at].trim_ascii() == name.as_bytes()).then(|| pair[at + 1..].trim_ascii())
        })?;
        Some(self.secret.cookie_digest(name, value))
    }
}
