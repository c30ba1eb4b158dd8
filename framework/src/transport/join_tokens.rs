//! Join tokens: issued with a page, checked on a socket, and tied to their visitor.
//!
//! Both requests carry the visitor's cookies. If the application names one of them, the token holds
//! a digest of its value, and the socket's cookie must have the same value. A missing cookie counts
//! as a value: a page that was shown without it can only be joined without it.

use super::token::{Admission, Secret, TokenError};
use crate::view::{HandshakeSnapshot, Location};
use actix_web::HttpRequest;
use actix_web::http::header::COOKIE;
use std::time::Duration;

/// Issues and checks join tokens.
pub(crate) struct JoinTokens {
    pub(crate) secret: Secret,
    pub(crate) max_age: Duration,
    /// The cookie that tokens are bound to.
    pub(crate) bound_cookie: Option<String>,
}

impl JoinTokens {
    /// Makes the token for a page, unless its URL is too long.
    pub(crate) fn issue(
        &self,
        request: &HttpRequest,
        view: &str,
        location: &Location,
    ) -> Result<String, TokenError> {
        let cookies = request.headers().get_all(COOKIE).map(|value| value.as_bytes());
        self.secret.sign(view, location, self.binding(cookies).as_deref())
    }

    /// Returns a token's page, if it may be joined on this visitor's socket.
    pub(super) fn admit(&self, token: &str, handshake: &HandshakeSnapshot) -> Result<Admission, TokenError> {
        let admission = self.secret.verify(token, self.max_age)?;
        let is_bound = self.bound_cookie.is_some();
        if is_bound && admission.cookie.as_deref() != self.binding(handshake.values(&COOKIE)).as_deref() {
            return Err(TokenError::Unbound);
        }
        Ok(admission)
    }

    /// The digest of the cookie that tokens are bound to, from these `Cookie` headers.
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
