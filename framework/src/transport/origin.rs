//! Who may open a socket: pages of the same origin, and of the origins that the application lists.
//!
//! Browsers send `Origin` with each WebSocket handshake, and no page can forge it (RFC 6454,
//! section 7). A client that sends none is not a browser, so no visitor's cookies are at stake.
//!
//! Origins are compared as scheme, host and port: in lower case, with addresses in one spelling,
//! and with the scheme's default port if none is written. This server's own origin comes from:
//!
//! | | from a [trusted](super::proxy) proxy | otherwise |
//! |---|---|---|
//! | host | `Forwarded`'s `host`, `X-Forwarded-Host` | `Host`, or HTTP/2's `:authority` |
//! | scheme | `Forwarded`'s `proto`, `X-Forwarded-Proto` | https over TLS; otherwise unknown, because a proxy may have ended TLS |
//!
//! If the scheme is unknown, the page's scheme is assumed: then host and port must be equal.

use super::proxy::TrustedProxies;
use crate::view::excerpt;
use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderName};
use std::net::{Ipv4Addr, Ipv6Addr};

/// Decides which origins and hosts are allowed.
#[derive(Default)]
pub(crate) struct OriginPolicy {
    others: Vec<Origin>,
    hosts: Vec<Authority>,
    pub(crate) proxies: TrustedProxies,
}

/// A scheme, a host and a port.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Origin {
    scheme: String,
    host: String,
    port: u16,
}

/// A host, and a port if one is written.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Authority {
    host: String,
    port: Option<u16>,
}

/// Why a page may not connect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OriginError {
    #[error(
        "a page of {page} may not connect to {here}: allow it with Djust::builder().allow_origin(…), or, if \
         a proxy is in front of this server, let it pass the Host header on or name it with trust_proxy(…)"
    )]
    Foreign { page: String, here: String },
    #[error("the host {0} is not allowed: add it with Djust::builder().allow_host(…)")]
    Host(String),
}

/// A setting that can't be read, as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MalformedSetting {
    Origin(String),
    Host(String),
    Proxy(String),
}

impl OriginPolicy {
    /// Lets pages of this origin connect.
    pub(crate) fn allow_origin(&mut self, origin: &str) -> Result<(), MalformedSetting> {
        let parsed = Origin::parse(origin.strip_suffix('/').unwrap_or(origin));
        self.others.push(parsed.ok_or_else(|| MalformedSetting::Origin(origin.to_owned()))?);
        Ok(())
    }

    /// Answers under this host, and no longer under hosts that are not allowed too.
    pub(crate) fn allow_host(&mut self, host: &str) -> Result<(), MalformedSetting> {
        let parsed = Authority::parse(host).ok_or_else(|| MalformedSetting::Host(host.to_owned()))?;
        self.hosts.push(Authority { host: without_dot(&parsed.host).to_owned(), ..parsed });
        Ok(())
    }

    /// Whether a request is for a host of this application.
    pub(crate) fn check_host(&self, request: &HttpRequest) -> Result<(), OriginError> {
        if self.hosts.is_empty() {
            return Ok(());
        }
        let asked = self.host_of(request);
        let parsed = asked.as_deref().and_then(Authority::parse);
        let is_asked = |asked: &Authority, listed: &Authority| {
            without_dot(&asked.host) == listed.host && (listed.port.is_none() || listed.port == asked.port)
        };
        match parsed.is_some_and(|asked| self.hosts.iter().any(|listed| is_asked(&asked, listed))) {
            true => Ok(()),
            false => Err(OriginError::Host(shown(asked.as_deref()))),
        }
    }

    /// Whether a page may open a socket.
    pub(super) fn check(&self, request: &HttpRequest) -> Result<(), OriginError> {
        self.check_host(request)?;
        let mut origins = request.headers().get_all(header::ORIGIN);
        let Some(origin) = origins.next() else { return Ok(()) };
        let host = self.host_of(request);
        let foreign = || {
            let page = String::from_utf8_lossy(origin.as_bytes());
            let scheme = self.scheme_of(request).unwrap_or_else(|| "http(s)".to_owned());
            let here = format!("{}://{}", excerpt(&scheme), shown(host.as_deref()));
            OriginError::Foreign { page: excerpt(&page), here }
        };
        let page = origin.to_str().ok().and_then(Origin::parse).ok_or_else(foreign)?;
        let is_one = origins.next().is_none();
        let is_own = || self.own(request, host.as_deref(), &page.scheme).is_some_and(|own| own == page);
        if is_one && (self.others.contains(&page) || is_own()) { Ok(()) } else { Err(foreign()) }
    }

    /// This server's origin, as far as it is known.
    fn own(&self, request: &HttpRequest, host: Option<&str>, page_scheme: &str) -> Option<Origin> {
        let scheme = self.scheme_of(request).unwrap_or_else(|| page_scheme.to_owned());
        Authority::parse(host?)?.under(&scheme)
    }

    /// The host of a request, as it is written there.
    fn host_of(&self, request: &HttpRequest) -> Option<String> {
        if let Some(host) = self.forwarded(request, "host", "x-forwarded-host") {
            return Some(host);
        }
        let mut hosts = request.headers().get_all(header::HOST);
        match (hosts.next(), hosts.next()) {
            (Some(host), None) => host.to_str().ok().map(str::to_owned),
            (None, _) => request.uri().authority().map(|authority| authority.as_str().to_owned()),
            (Some(_), Some(_)) => None,
        }
    }

    /// The scheme that the browser used, if it is known.
    fn scheme_of(&self, request: &HttpRequest) -> Option<String> {
        let scheme = self.forwarded(request, "proto", "x-forwarded-proto");
        scheme.or_else(|| request.app_config().secure().then(|| "https".to_owned()))
    }

    /// What a trusted proxy says: if there are several values, the first, which is nearest to the
    /// browser.
    fn forwarded(&self, request: &HttpRequest, parameter: &str, name: &'static str) -> Option<String> {
        if !self.proxies.sent(request) {
            return None;
        }
        let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        let standard = text(header::FORWARDED).and_then(|value| forwarded_parameter(value, parameter));
        standard.or_else(|| {
            let first = text(HeaderName::from_static(name))?.split(',').next()?.trim();
            (!first.is_empty()).then(|| first.to_ascii_lowercase())
        })
    }
}

/// A parameter of the first element of a `Forwarded` header (RFC 7239).
fn forwarded_parameter(value: &str, name: &str) -> Option<String> {
    let pairs = value.split(',').next()?.split(';');
    let mut pairs = pairs.filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(key, _)| key.trim().eq_ignore_ascii_case(name))?;
    Some(value.trim().trim_matches('"').to_ascii_lowercase())
}

impl Origin {
    /// Reads an origin as a browser sends it. `None` for one without a host, such as `null`.
    fn parse(text: &str) -> Option<Self> {
        let (scheme, authority) = text.split_once("://")?;
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
        if !scheme.starts_with(|c: char| c.is_ascii_alphabetic()) || !scheme.bytes().all(is_part) {
            return None;
        }
        Authority::parse(authority)?.under(&scheme.to_ascii_lowercase())
    }
}

impl Authority {
    /// Reads `host` or `host:port`, and nothing else.
    fn parse(text: &str) -> Option<Self> {
        let end =
            if text.starts_with('[') { text.find(']')? + 1 } else { text.find(':').unwrap_or(text.len()) };
        let (host, port) = text.split_at(end);
        let port = match port.strip_prefix(':') {
            None if port.is_empty() => None,
            None => return None,
            Some("") => None,
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => Some(digits.parse().ok()?),
            Some(_) => return None,
        };
        Some(Authority { host: normalized(host)?, port })
    }

    fn under(self, scheme: &str) -> Option<Origin> {
        let default = match scheme {
            "http" | "ws" => Some(80),
            "https" | "wss" => Some(443),
            _ => None,
        };
        Some(Origin { scheme: scheme.to_owned(), port: self.port.or(default).unwrap_or(0), host: self.host })
    }
}

/// A host, in the one spelling that is compared.
fn normalized(host: &str) -> Option<String> {
    if let Some(address) = host.strip_prefix('[') {
        let address: Ipv6Addr = address.strip_suffix(']')?.parse().ok()?;
        return Some(format!("[{address}]"));
    }
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        return Some(address.to_string());
    }
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    (!host.is_empty() && host.bytes().all(is_part)).then(|| host.to_ascii_lowercase())
}

/// A DNS name means the same with a dot at its end.
fn without_dot(host: &str) -> &str {
    host.strip_suffix('.').unwrap_or(host)
}

fn shown(host: Option<&str>) -> String {
    host.map_or_else(|| "a request without one Host".to_owned(), excerpt)
}

#[cfg(test)]
#[path = "origin_tests.rs"]
mod tests;
