//! Settings that say who may connect: origins, hosts, proxies, and the cookie that tokens are bound
//! to.
//!
//! They are stored as given. [`DjustBuilder::build`] reads them and reports a mistake.

use super::builder::DjustBuilder;
use super::error::BuildError;
use crate::push::ChannelLayer;
use crate::transport::OriginPolicy;

/// The settings as the builder was given them.
#[derive(Default)]
pub(super) struct SecuritySettings {
    origins: Vec<String>,
    hosts: Vec<String>,
    proxies: Vec<String>,
}

impl SecuritySettings {
    /// Reads the settings.
    pub(super) fn policy(&self) -> Result<OriginPolicy, BuildError> {
        let mut policy = OriginPolicy::default();
        self.origins.iter().try_for_each(|origin| policy.allow_origin(origin))?;
        self.hosts.iter().try_for_each(|host| policy.allow_host(host))?;
        self.proxies.iter().try_for_each(|proxy| policy.proxies.trust(proxy))?;
        Ok(policy)
    }
}

/// Requires a secret if the layer is shared: without one, several servers would refuse each other's
/// tokens.
pub(super) fn check_secret(secret: Option<&[u8]>, layer: &dyn ChannelLayer) -> Result<(), BuildError> {
    match secret {
        Some(secret) if secret.len() < 32 => Err(BuildError::ShortSecret(secret.len())),
        Some(_) => Ok(()),
        None if layer.is_shared() => Err(BuildError::NoSecret),
        None => {
            tracing::warn!(
                "no secret is configured, so a random one is used and open pages renew their tokens after a \
                 restart: set one with Djust::builder().secret(…)"
            );
            Ok(())
        }
    }
}

/// Returns the base path with one slash before it and none after it.
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
    /// Lets pages of another origin, such as `https://partner.example`, open sockets. Pages of the
    /// same origin always may.
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

    /// Answers pages and sockets under this host only. Call it several times to allow several
    /// hosts. Write `shop.example`, or `shop.example:8080` if the port matters. Without this
    /// setting, any host is answered.
    ///
    /// It protects servers inside a network or on a developer's machine from DNS rebinding: a page
    /// of `evil.example` makes its name resolve to the server later. Then the page has the server's
    /// origin, but not its host.
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

    /// Trusts what a proxy at this address, or in this network, says about the browser's request:
    /// `Forwarded`, `X-Forwarded-Host` and `X-Forwarded-Proto`. Without this setting nobody is
    /// trusted, because anybody can send such headers.
    ///
    /// A proxy that passes `Host` on unchanged needs no such setting. With it, djust also knows
    /// whether the page came over https.
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

    /// Binds each join token to the visitor's cookie of this name. A token then works only if the
    /// socket comes with the same cookie value as the page did, or if neither has the cookie.
    ///
    /// The token holds a keyed digest of the value. If the value differs, the browser fetches its
    /// page again for a fresh token. So after a login or logout in another tab, an open page
    /// reloads for the new visitor. The cookie needs `Path=/`, so that pages and sockets both get
    /// it, and a value that stays the same while the page is open. A session cookie that changes
    /// with each response can't be bound.
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
