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

#[derive(Serialize, Deserialize)]
struct Claims {
    #[serde(flatten)]
    location: Location,
    /// Unix time of issue, in seconds.
    #[serde(rename = "t")]
    issued: u64,
    /// The digest of the cookie that the token is bound to.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    cookie: Option<String>,
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

/// The secret that tokens are signed with.
#[derive(Clone)]
pub(crate) struct Secret(Vec<u8>);

impl Secret {
    pub(crate) fn new(secret: Vec<u8>) -> Self {
        Secret(secret)
    }

    /// Makes 32 bytes from the system's generator.
    pub(crate) fn random() -> Self {
        let mut secret = vec![0; 32];
        getrandom::fill(&mut secret).expect("the system gives random bytes");
        Secret(secret)
    }

    /// Makes a token for this location, and for a visitor with a cookie of this digest.
    pub(crate) fn sign(&self, location: Location, cookie: Option<String>) -> Result<String, TokenError> {
        let token = self.sign_at(location, cookie, now());
        if token.len() > Limits::TOKEN { Err(TokenError::TooLarge) } else { Ok(token) }
    }

    fn sign_at(&self, location: Location, cookie: Option<String>, issued: u64) -> String {
        let claims = Claims { location, issued, cookie };
        let claims = serde_json::to_vec(&claims).expect("strings have a JSON form");
        let mut token = BASE64.encode(claims);
        let signature = self.mac(&token).finalize().into_bytes();
        token.push('.');
        BASE64.encode_string(signature, &mut token);
        token
    }

    /// Reads a token that is at most `max_age` old. Returns its location and the digest of its
    /// cookie.
    pub(super) fn verify(
        &self,
        token: &str,
        max_age: Duration,
    ) -> Result<(Location, Option<String>), TokenError> {
        if token.len() > Limits::TOKEN {
            return Err(TokenError::TooLarge);
        }
        let (claims, signature) = token.split_once('.').ok_or(TokenError::Forged)?;
        let signature = BASE64.decode(signature).map_err(|_| TokenError::Forged)?;
        self.mac(claims).verify_slice(&signature).map_err(|_| TokenError::Forged)?;
        let claims = BASE64.decode(claims).map_err(|_| TokenError::Forged)?;
        let claims: Claims = serde_json::from_slice(&claims).map_err(|_| TokenError::Forged)?;
        if now().saturating_sub(claims.issued) > max_age.as_secs() {
            return Err(TokenError::Expired);
        }
        Ok((claims.location, claims.cookie))
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
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(bytes);
        mac
    }

    fn mac(&self, message: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(b"djust join token 1\n");
        mac.update(message.as_bytes());
        mac
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
            view: "a.View".into(),
            path: "/rooms/7".into(),
            parameters: vec![("room".into(), "7".into())],
            query: "page=2".into(),
        }
    }

    #[test]
    fn a_token_brings_the_location_back() {
        let secret = Secret::new(b"secret".to_vec());
        let token = |cookie| secret.sign(location(), cookie).expect("it is short");
        assert_eq!(secret.verify(&token(None), DAY), Ok((location(), None)));
        let bound = Some(secret.cookie_digest("session", b"7"));
        assert_eq!(secret.verify(&token(bound.clone()), DAY), Ok((location(), bound)));
    }

    #[test]
    fn forged_and_expired_tokens_are_refused() {
        let secret = Secret::new(b"secret".to_vec());
        let token = secret.sign(location(), None).expect("it is short");
        let other = Secret::new(b"another".to_vec()).sign(location(), None).expect("it is short");
        let spliced = format!(
            "{}.{}",
            token.split('.').next().expect("claims"),
            other.split('.').nth(1).expect("signature")
        );
        for forged in ["", ".", "a.b", &token[1..], &token[..token.len() - 2], &other, &spliced] {
            assert_eq!(secret.verify(forged, DAY), Err(TokenError::Forged), "{forged}");
        }
        let old = secret.sign_at(location(), None, now() - DAY.as_secs() - 5);
        assert_eq!(secret.verify(&old, DAY), Err(TokenError::Expired));
    }
}
