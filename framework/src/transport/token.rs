//! The join token: it says, signed, which view the page shows, and where.
//!
//! It gives `mount` the same path and query at the join as at the first paint. It proves nothing
//! about the visitor: cookies and headers are those of the socket's own request. Form:
//! `base64url(JSON) "." base64url(HMAC-SHA256)`.

use super::limits::Limits;
use crate::view::Location;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What a token says. `S` is a text, `P` are the path's parameters.
#[derive(Serialize, Deserialize)]
struct Claims<S, P> {
    /// The view path.
    #[serde(rename = "v")]
    view: S,
    /// The URL's path.
    #[serde(rename = "p")]
    path: S,
    /// The path's parameters.
    #[serde(rename = "m")]
    parameters: P,
    /// The query string.
    #[serde(rename = "q")]
    query: S,
    /// Unix time of issue, in seconds.
    #[serde(rename = "t")]
    issued: u64,
    /// The digest of the cookie that the token is bound to.
    #[serde(rename = "c", skip_serializing_if = "Option::is_none")]
    cookie: Option<S>,
}

/// The page that a token was made for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Admission {
    /// The view path.
    pub(super) view: Box<str>,
    pub(super) location: Location,
    /// The digest of the cookie that the token is bound to.
    pub(super) cookie: Option<Box<str>>,
}

/// Why a token is not accepted. The browser fetches its page again for a fresh one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TokenError {
    #[error("the token is not one of this server's")]
    Forged,
    #[error("the token has expired")]
    Expired,
    #[error("the token was made for another session")]
    Unbound,
    /// At the first paint, the URL is too long. At a join, the token is forged, because no page has
    /// such a token.
    #[error("the token is larger than {} bytes", Limits::TOKEN)]
    TooLarge,
}

/// The secret that tokens are signed with: HMAC-SHA256 in the state after its key, so that the key
/// is not hashed for each token.
#[derive(Clone)]
pub(crate) struct Secret(Hmac<Sha256>);

impl Secret {
    pub(crate) fn new(secret: &[u8]) -> Self {
        Secret(Hmac::new_from_slice(secret).expect("HMAC takes keys of any length"))
    }

    /// Makes 32 bytes from the system's generator.
    pub(crate) fn random() -> Self {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).expect("the system gives random bytes");
        Secret::new(&secret)
    }

    /// Makes a token for a page of this view, and for a visitor with a cookie of this digest.
    pub(crate) fn sign(
        &self,
        view: &str,
        location: &Location,
        cookie: Option<&str>,
    ) -> Result<String, TokenError> {
        let token = self.sign_at(view, location, cookie, now());
        if token.len() > Limits::TOKEN { Err(TokenError::TooLarge) } else { Ok(token) }
    }

    fn sign_at(&self, view: &str, location: &Location, cookie: Option<&str>, issued: u64) -> String {
        let Location { path, parameters, query } = location;
        let claims = Claims { view, path, parameters, query, issued, cookie };
        let claims = serde_json::to_vec(&claims).expect("strings have a JSON form");
        let mut token = BASE64.encode(claims);
        let signature = self.mac(&token).finalize().into_bytes();
        token.push('.');
        BASE64.encode_string(signature, &mut token);
        token
    }

    /// Reads a token that is at most `max_age` old.
    pub(super) fn verify(&self, token: &str, max_age: Duration) -> Result<Admission, TokenError> {
        if token.len() > Limits::TOKEN {
            return Err(TokenError::TooLarge);
        }
        let (claims, signature) = token.split_once('.').ok_or(TokenError::Forged)?;
        let signature = BASE64.decode(signature).map_err(|_| TokenError::Forged)?;
        self.mac(claims).verify_slice(&signature).map_err(|_| TokenError::Forged)?;
        let claims = BASE64.decode(claims).map_err(|_| TokenError::Forged)?;
        let claims: Claims<_, _> = serde_json::from_slice(&claims).map_err(|_| TokenError::Forged)?;
        if now().saturating_sub(claims.issued) > max_age.as_secs() {
            return Err(TokenError::Expired);
        }
        let Claims { view, path, parameters, query, cookie, .. } = claims;
        Ok(Admission { view, location: Location { path, parameters, query }, cookie })
    }

    /// A digest of bytes that are not kept themselves.
    pub(crate) fn digest(&self, bytes: &[u8]) -> Vec<u8> {
        self.digesting(bytes).finalize().into_bytes().to_vec()
    }

    /// The digest of a cookie's value in a token.
    pub(super) fn cookie_digest(&self, name: &str, value: &[u8]) -> String {
        let message = [b"djust cookie 1\n", name.as_bytes(), b"\n", value].concat();
        BASE64.encode(&self.digest(&message)[..16])
    }

    /// Whether these bytes have that digest. The time this takes does not depend on how much is
    /// equal.
    pub(crate) fn matches(&self, bytes: &[u8], digest: &[u8]) -> bool {
        self.digesting(bytes).verify_slice(digest).is_ok()
    }

    fn digesting(&self, bytes: &[u8]) -> Hmac<Sha256> {
        self.0.clone().chain_update(bytes)
    }

    fn mac(&self, message: &str) -> Hmac<Sha256> {
        self.0.clone().chain_update(b"djust join token 1\n").chain_update(message)
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_secs(86_400);

    fn location() -> Location {
        Location {
            path: "/rooms/7".into(),
            parameters: [("room".into(), "7".into())].into(),
            query: "page=2".into(),
        }
    }

    fn sign(secret: &Secret, cookie: Option<&str>) -> String {
        secret.sign("a.View", &location(), cookie).expect("it is short")
    }

    #[test]
    fn a_token_brings_the_location_back() {
        let secret = Secret::new(b"secret");
        let admission = |cookie: Option<&str>| Admission {
            view: "a.View".into(),
            location: location(),
            cookie: cookie.map(Into::into),
        };
        assert_eq!(secret.verify(&sign(&secret, None), DAY), Ok(admission(None)));
        let digest = secret.cookie_digest("session", b"7");
        assert_eq!(secret.verify(&sign(&secret, Some(&digest)), DAY), Ok(admission(Some(&digest))));
    }

    #[test]
    fn forged_and_expired_tokens_are_refused() {
        let secret = Secret::new(b"secret");
        let (token, other) = (sign(&secret, None), sign(&Secret::new(b"another"), None));
        let spliced = format!(
            "{}.{}",
            token.split('.').next().expect("claims"),
            other.split('.').nth(1).expect("signature")
        );
        for forged in ["", ".", "a.b", &token[1..], &token[..token.len() - 2], &other, &spliced] {
            assert_eq!(secret.verify(forged, DAY), Err(TokenError::Forged), "{forged}");
        }
        let old = secret.sign_at("a.View", &location(), None, now() - DAY.as_secs() - 5);
        assert_eq!(secret.verify(&old, DAY), Err(TokenError::Expired));
    }
}
