//! The tokens that allow a push over HTTP.
//!
//! Tokens are kept as HMACs under a random key of this process. A presented token is compared with
//! all of them, so that the time it takes reveals nothing.

use crate::transport::Secret;
use actix_web::HttpRequest;
use actix_web::http::header;

/// The least length of a token. 16 random bytes can't be guessed.
const MIN_TOKEN_LEN: usize = 16;

/// The tokens that are accepted. There are several while one is being replaced.
pub(crate) struct PushTokens {
    key: Secret,
    digests: Vec<Vec<u8>>,
}

/// Why a token can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MalformedToken {
    /// It has only this many bytes and can be guessed.
    Short(usize),
    /// It can't be sent in a header.
    NotAHeader,
}

impl PushTokens {
    pub(crate) fn new(tokens: &[String]) -> Result<Self, MalformedToken> {
        for token in tokens {
            if token.len() < MIN_TOKEN_LEN {
                return Err(MalformedToken::Short(token.len()));
            }
            if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(MalformedToken::NotAHeader);
            }
        }
        let key = Secret::random();
        let digests = tokens.iter().map(|token| key.digest(token.as_bytes())).collect();
        Ok(PushTokens { key, digests })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.digests.is_empty()
    }

    /// Which token the request presents, counted from 1 in the order of configuration.
    pub(super) fn presented_by(&self, request: &HttpRequest) -> Option<usize> {
        let header = request.headers().get(header::AUTHORIZATION)?.as_bytes();
        let (scheme, token) = header.split_at_checked("Bearer ".len())?;
        scheme.eq_ignore_ascii_case(b"Bearer ").then(|| self.number_of(token.trim_ascii()))?
    }

    fn number_of(&self, token: &[u8]) -> Option<usize> {
        let mut found = None;
        for (i, digest) in self.digests.iter().enumerate() {
            if self.key.matches(token, digest) {
                found = Some(i + 1);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    const OLD: &str = "an old token, long enough";
    const FIRST: &str = "first-token-0123456789";
    const SECOND: &str = "second-token-0123456789";

    fn presented(header: &str) -> Option<usize> {
        let tokens = PushTokens::new(&[FIRST.to_owned(), SECOND.to_owned()]).expect("good tokens");
        let request = TestRequest::default().insert_header((header::AUTHORIZATION, header)).to_http_request();
        tokens.presented_by(&request)
    }

    #[test]
    fn each_token_is_known_by_its_number_and_nothing_else_is() {
        assert_eq!(presented(&format!("Bearer {FIRST}")), Some(1));
        assert_eq!(presented(&format!("bearer  {SECOND} ")), Some(2));
        let part = &FIRST[..20];
        for bad in ["", "Bearer", "Bearer ", FIRST, &format!("Basic {FIRST}"), &format!("Bearer {part}")] {
            assert_eq!(presented(bad), None, "{bad}");
        }
        let none = PushTokens::new(&[]).expect("none");
        assert!(none.is_empty() && none.number_of(b"").is_none());
    }

    #[test]
    fn tokens_that_can_be_guessed_or_not_be_sent_are_refused() {
        let refused = |token: &str| PushTokens::new(&[token.to_owned()]).err().expect("refused");
        assert!(matches!(refused("15 bytes long.."), MalformedToken::Short(15)));
        assert!(matches!(refused(OLD), MalformedToken::NotAHeader));
        assert!(matches!(refused("from-a-file-0123456789\n"), MalformedToken::NotAHeader));
    }
}
