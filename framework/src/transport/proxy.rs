//! Which proxies are trusted when they say what a browser asked for.
//!
//! Anybody who reaches this server can write `Forwarded`, `X-Forwarded-Host` and
//! `X-Forwarded-Proto`, so they count only on connections from addresses that the application
//! names.

use super::origin::MalformedSetting;
use actix_web::HttpRequest;
use std::net::IpAddr;

/// The networks of trusted proxies; none by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TrustedProxies(Vec<Network>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    address: u128,
    /// How many bits of the address count.
    prefix: u32,
}

impl TrustedProxies {
    /// Trusts an address, or a network such as `10.0.0.0/8`.
    pub(crate) fn trust(&mut self, network: &str) -> Result<(), MalformedSetting> {
        let parsed = Network::parse(network).ok_or_else(|| MalformedSetting::Proxy(network.to_owned()))?;
        self.0.push(parsed);
        Ok(())
    }

    /// Whether a request came from one of them. A connection without an address is a Unix socket,
    /// which other machines can't reach.
    pub(crate) fn sent(&self, request: &HttpRequest) -> bool {
        let contains = |peer: std::net::SocketAddr| self.0.iter().any(|network| network.contains(peer.ip()));
        !self.0.is_empty() && request.peer_addr().is_none_or(contains)
    }
}

impl Network {
    fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse::<u32>().ok()?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let bits = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.unwrap_or(bits);
        (prefix <= bits).then(|| Network { address: number(address), prefix: 128 - bits + prefix })
    }

    fn contains(self, address: IpAddr) -> bool {
        let differs = self.address ^ number(address);
        self.prefix == 0 || differs >> (128 - self.prefix) == 0
    }
}

/// An address as a number. IPv4 addresses are mapped as on a socket that listens for both kinds
/// (RFC 4291, section 2.5.5.2).
fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_has_the_addresses_that_begin_like_it() {
        let contains = |network: &str, address: &str| {
            Network::parse(network).expect(network).contains(address.parse().expect(address))
        };
        for (network, address) in [
            ("10.0.0.0/8", "10.255.0.1"),
            ("10.0.0.7", "10.0.0.7"),
            ("10.0.0.7", "::ffff:10.0.0.7"),
            ("0.0.0.0/0", "203.0.113.9"),
            ("::1", "::1"),
            ("fd00::/8", "fdff::1"),
            ("::/0", "10.0.0.1"),
        ] {
            assert!(contains(network, address), "{network} {address}");
        }
        for (network, address) in
            [("10.0.0.0/8", "11.0.0.1"), ("10.0.0.7", "10.0.0.8"), ("::1", "::2"), ("0.0.0.0/0", "fd00::1")]
        {
            assert!(!contains(network, address), "{network} {address}");
        }
        for malformed in ["", "proxy", "10.0.0.0/33", "10.0.0", "::1/129", "10.0.0.0/x", "10.0.0.0/-1"] {
            assert_eq!(Network::parse(malformed), None, "{malformed}");
        }
    }
}
