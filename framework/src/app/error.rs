//! Why a `Djust` can't be built.

use crate::http::MalformedToken;
use crate::push::PathError;
use crate::transport::MalformedSetting;

/// Why a [`Djust`](crate::Djust) can't be built: a mistake in the program, reported when it starts.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A view path is malformed.
    #[error(transparent)]
    Path(#[from] PathError),
    /// Two views have the same path.
    #[error("two views have the path `{0}`: give one of them another with #[live_view(path = \"…\")]")]
    DuplicatePath(String),
    /// Two views have different paths but the same group name.
    #[error("`{first}` and `{second}` have the same group `{group}`: give one of them another path")]
    Collision {
        /// One path.
        first: String,
        /// The other.
        second: String,
        /// The group.
        group: String,
    },
    /// The secret is too short: it can be guessed.
    #[error("the secret has {0} bytes: use at least 32 random ones")]
    ShortSecret(usize),
    /// This is not a scheme, or its URLs can run scripts.
    #[error(
        "the URL scheme `{0}` can't be allowed: use one like `sms`, without a colon, that runs no script"
    )]
    UrlScheme(String),
    /// There is no secret, but several servers share the work. They would refuse each other's join
    /// tokens.
    #[error(
        "no secret is configured, but the channel layer joins several servers: give each the same 32 random bytes or \
         more with Djust::builder().secret(…)"
    )]
    NoSecret,
    /// This is not an origin.
    #[error(
        "`{0}` is not an origin: write a scheme and a host, and nothing after it, as in https://partner.example"
    )]
    MalformedOrigin(String),
    /// This is not a host.
    #[error("`{0}` is not a host: write shop.example, or shop.example:8080")]
    MalformedHost(String),
    /// This is neither an address nor a network.
    #[error("`{0}` is not a proxy's address: write 10.0.0.7, or a network as in 10.0.0.0/8")]
    MalformedProxy(String),
    /// This can't be a base path.
    #[error(
        "`{0}` is not a base path: write /djust, or /prefix/djust, of letters, digits, `-`, `.`, `_` and `~`"
    )]
    MalformedBasePath(String),
    /// djust itself uses this path.
    #[error("djust itself uses the path `{0}`: give the view another one")]
    ReservedPath(String),
    /// The token for pushes over HTTP is too short: it can be guessed.
    #[error("the push token has {0} bytes: use at least 16, of random letters and digits")]
    ShortPushToken(usize),
    /// The token for pushes over HTTP can't be sent in a header.
    #[error(
        "the push token has characters other than visible ASCII ones, such as a space or a line end: use \
         random letters and digits"
    )]
    MalformedPushToken,
}

impl From<MalformedSetting> for BuildError {
    fn from(setting: MalformedSetting) -> Self {
        match setting {
            MalformedSetting::Origin(origin) => BuildError::MalformedOrigin(origin),
            MalformedSetting::Host(host) => BuildError::MalformedHost(host),
            MalformedSetting::Proxy(proxy) => BuildError::MalformedProxy(proxy),
        }
    }
}

impl From<MalformedToken> for BuildError {
    fn from(token: MalformedToken) -> Self {
        match token {
            MalformedToken::Short(bytes) => BuildError::ShortPushToken(bytes),
            MalformedToken::NotAHeader => BuildError::MalformedPushToken,
        }
    }
}
