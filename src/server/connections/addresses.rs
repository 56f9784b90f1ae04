//! Counts the open connections of each address.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

/// The number of open connections by address: otherwise one client could take them all. hyper sees one connection only.
#[derive(Debug, Default)]
pub(super) struct Addresses(Mutex<BTreeMap<IpAddr, usize>>);

/// A place among the connections of an address, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    addresses: Arc<Addresses>,
    address: IpAddr,
}

impl Addresses {
    /// Takes a place, unless the address has `most` of them.
    ///
    /// An address of a private network may be a proxy that all clients come through, so it has as many as it needs. A client of
    /// IPv6 has a whole network of 64 bits.
    pub(super) fn enter(self: &Arc<Self>, address: IpAddr, most: usize) -> Option<Place> {
        let address = network(address.to_canonical());
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(address).or_default();
        if *count >= most && !is_private(address) {
            return None;
        }
        *count += 1;
        Some(Place { addresses: Arc::clone(self), address })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.addresses.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(address) if address != Ipv6Addr::LOCALHOST => {
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)))
        }
        address => address,
    }
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            address.is_loopback() || address.is_private() || address.is_link_local()
        }
        IpAddr::V6(address) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_places() {
        let addresses = Arc::new(Addresses::default());
        let enter = |address: &str| addresses.enter(address.parse().expect("an address"), 2);
        let places = [enter("203.0.113.1"), enter("::ffff:203.0.113.1")];
        assert!(places.iter().all(Option::is_some));
        assert!(enter("203.0.113.1").is_none());
        assert!(enter("203.0.113.2").is_some());
        drop(places);
        assert!(enter("203.0.113.1").is_some());
        let network = [enter("2001:db8::1"), enter("2001:db8::2")];
        assert!(network.iter().all(Option::is_some));
        assert!(enter("2001:db8::3").is_none() && enter("2001:db8:0:1::1").is_some());
        drop(network);
        assert!(addresses.0.lock().expect("counts").is_empty());
    }

    #[test]
    fn a_proxy_has_as_many_as_it_needs() {
        let addresses = Arc::new(Addresses::default());
        for address in ["127.0.0.1", "::1", "10.1.2.3", "172.17.0.1", "fd00::1", "fe80::1"] {
            let enter = || addresses.enter(address.parse().expect("an address"), 1);
            let places = [enter(), enter()];
            assert!(places.iter().all(Option::is_some), "{address}");
        }
    }
}
