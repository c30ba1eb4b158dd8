//! What ties a join token to its visitor: a cookie, if the application names one.
//!
//! A token is given out with the page and comes back on a socket. Both requests carry the visitor's cookies, so the
//! token has a digest of one of them, and the socket's has to be the same. No cookie is a value like any other: a page
//! that was shown without it can be joined without it only.

use super::token::{Location, TokenError};
use super::visit::Visit;
use crate::config::Config;
use actix_web::HttpRequest;
use actix_web::http::header::COOKIE;

impl Config {
    /// The token of a page, unless its URL is too long.
    pub(crate) fn token(&self, request: &HttpRequest, location: Location) -> Result<String, TokenError> {
        let cookies = request.headers().get_all(COOKIE).map(|value| value.as_bytes());
        self.secret.sign(location, self.binding(cookies))
    }

    /// Where the page of a token is, if it may be joined on this visitor's socket.
    pub(super) fn admit(&self, token: &str, visit: &Visit) -> Result<Location, TokenError> {
        let (location, bound_to) = self.secret.verify(token, self.token_max_age)?;
        if self.bound_cookie.is_some() && bound_to != self.binding(visit.values(&COOKIE)) {
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
