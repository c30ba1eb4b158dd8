//! How many sockets each address has open on this process, all workers together.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

/// Counts the open sockets of each address. Only addresses with an open socket are in it.
#[derive(Debug, Default)]
pub(crate) struct Connections(Mutex<HashMap<IpAddr, usize>>);

/// One open socket. It counts until this is dropped.
#[derive(Debug)]
pub(crate) struct Counted {
    connections: Arc<Connections>,
    address: IpAddr,
}

impl Connections {
    /// Counts a socket of this address. `None` if the limit is reached.
    pub(super) fn count(self: &Arc<Self>, address: IpAddr, limit: usize) -> Option<Counted> {
        let address = customer(address);
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.get(&address).copied().unwrap_or(0);
        if count >= limit {
            return None;
        }
        open.insert(address, count + 1);
        Some(Counted { connections: Arc::clone(self), address })
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut open = self.connections.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.address);
            }
        }
    }
}

/// Stands for all addresses of one customer: for IPv6 the first 64 bits (RFC 6177).
fn customer(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = u128::from(address) >> 64 << 64;
            IpAddr::V6(Ipv6Addr::from(network))
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn an_address_has_as_many_as_it_may_and_gets_back_those_that_ended() {
        let connections = Arc::<Connections>::default();
        let count = |text| connections.count(address(text), 2);
        let first = count("192.0.2.1").expect("room");
        let second = count("::ffff:192.0.2.1").expect("the same address, written for IPv6");
        assert!(count("192.0.2.1").is_none());
        assert!(count("192.0.2.2").is_some());
        drop(second);
        assert!(count("192.0.2.1").is_some());
        drop(first);
        assert!(connections.0.lock().expect("nobody panics").is_empty());
    }

    #[test]
    fn a_network_of_64_bits_is_one_address() {
        let connections = Arc::<Connections>::default();
        let _first = connections.count(address("2001:db8::1"), 1).expect("room");
        assert!(connections.count(address("2001:db8::ffff:1"), 1).is_none());
        assert!(connections.count(address("2001:db8:0:1::1"), 1).is_some());
    }
}
