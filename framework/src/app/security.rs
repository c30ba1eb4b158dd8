//! Settings of who may connect: origins, hosts, proxies, and the cookie that tokens are bound to.
//!
//! They are kept as they are given and read at [`DjustBuilder::build`], so that a mistake is told there.

use super::builder::DjustBuilder;
use super::error::BuildError;
use crate::push::ChannelLayer;
use crate::transport::OriginPolicy;

/// What was given to the builder.
#[derive(Default)]
pub(super) struct SecuritySettings {
    origins: Vec<String>,
    hosts: Vec<String>,
    proxies: Vec<String>,
}

impl SecuritySettings {
    /// Reads them.
    pub(super) fn policy(&self) -> Result<OriginPolicy, BuildError> {
        let mut policy = OriginPolicy::default();
        self.origins.iter().try_for_each(|origin| policy.allow_origin(origin))?;
        self.hosts.iter().try_for_each(|host| policy.allow_host(host))?;
        self.proxies.iter().try_for_each(|proxy| policy.proxies.trust(proxy))?;
        Ok(policy)
    }
}

/// Several servers would refuse each other's tokens, without a secret that they share.
pub(super) fn check_secret(secret: Option<&[u8]>, layer: &dyn ChannelLayer) -> Result<(), BuildError> {
    match secret {
        Some(secret) if secret.len() < 32 => Err(BuildError::ShortSecret(secret.len())),
        Some(_) => Ok(()),
        None if layer.is_shared() => Err(BuildError::NoSecret),
        None => {
            tracing::warn!(
                "no secret is configured: a random one is used, and open pages renew their tokens after a restart"
            );
            Ok(())
        }
    }
}

/// The base path with one slash before it and none after it.
pub(super) fn base_path(base: &str) -> Result<String, BuildError> {
    let base = base.trim_matches('/');
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let is_segment = |segment: &str| {
        !segment.is_empty() && segment != "." && segment != ".." && segment.bytes().all(is_part)
    };
    match base {
        "" => Ok(String::new()),
        base if base.split('/').all(is_segment) => Ok(format!("/{base}")),
        base => Err(BuildError::MalformedBasePath(base.to_owned())),
    }
}

impl DjustBuilder {
    /// Lets pages of another origin, such as `https://partner.example`, open sockets. Those of the same origin may always.
    ///
    /// ```
    /// use djust::Djust;
    ///
    /// let djust = Djust::builder().allow_origin("https://partner.example").build()?;
    /// assert!(Djust::builder().allow_origin("partner.example").build().is_err(), "the scheme is missing");
    /// # Ok::<(), djust::BuildError>(())
    /// ```
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Self {
        self.security.origins.push(origin.into());
        self
    }

    /// Answers pages and sockets under this host only, and under others for which this is called as well: `shop.example`, or
    /// `shop.example:8080` where the port matters. Without it any host is answered.
    ///
    /// It protects servers that are reached inside of a network or on one's own machine: a page of `evil.example`, whose
    /// name is made to lead there later (DNS rebinding), has the same origin as the server then, but not its host.
    ///
    /// ```
    /// use djust::Djust;
    ///
    /// let djust = Djust::builder().allow_host("shop.example").allow_host("localhost").build()?;
    /// # Ok::<(), djust::BuildError>(())
    /// ```
    pub fn allow_host(mut self, host: impl Into<String>) -> Self {
        self.security.hosts.push(host.into());
        self
    }

    /// Believes what a proxy at this address, or in this network, says about the browser's request: `Forwarded`,
    /// `X-Forwarded-Host` and `X-Forwarded-Proto`. Without it nobody is believed, as anybody can write such headers.
    ///
    /// A proxy that passes `Host` on unchanged needs no such setting; with it, djust also knows whether the
    /// page came over https.
    ///
    /// ```
    /// use djust::Djust;
    ///
    /// let djust = Djust::builder().trust_proxy("127.0.0.1").trust_proxy("10.0.0.0/8").build()?;
    /// # Ok::<(), djust::BuildError>(())
    /// ```
    pub fn trust_proxy(mut self, network: impl Into<String>) -> Self {
        self.security.proxies.push(network.into());
        self
    }

    /// Binds each join token to the visitor's cookie of this name: a page's token can be used only by a browser whose
    /// socket comes with the same value as its page did, or without the cookie as its page did.
    ///
    /// The token has a keyed digest of the value. Where the value differs, the browser fetches its page again for a
    /// fresh token: so after a login or logout in another tab, an open page becomes that of the new visitor. Two things
    /// are needed of the cookie: `Path=/`, so that it comes with pages and sockets alike, and a value that stays while
    /// its page is open. A session cookie that is written anew with each response can't be bound.
    ///
    /// ```
    /// use djust::Djust;
    ///
    /// let djust = Djust::builder().bind_to_cookie("session").build()?;
    /// # Ok::<(), djust::BuildError>(())
    /// ```
    pub fn bind_to_cookie(mut self, name: impl Into<String>) -> Self {
        self.bound_cookie = Some(name.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_path_begins_with_a_slash_and_ends_without() {
        for (given, base) in [("/djust", "/djust"), ("a/b/", "/a/b"), ("/", ""), ("", "")] {
            assert_eq!(base_path(given).ok().as_deref(), Some(base), "{given}");
        }
        for malformed in ["/a//b", "/a/../b", "/{a}", "/a b", "https://a/b", "/a?b", "/ü"] {
            assert!(base_path(malformed).is_err(), "{malformed}");
        }
    }
}
