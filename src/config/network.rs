//! Networks of IP addresses.

use std::net::IpAddr;

/// A network of IP addresses, such as `10.0.0.0/8`. For a single address, the prefix is the whole address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    /// The first address of the network; never an IPv4-mapped IPv6 address.
    pub address: IpAddr,
    /// The length of the prefix in bits: at most 32 for IPv4, and 128 for IPv6.
    pub prefix: u8,
}

impl Network {
    /// Returns true if and only if the network contains an address.
    ///
    /// An IPv4-mapped IPv6 address counts as IPv4, because a dual-stack socket reports IPv4 clients in this form.
    pub fn contains(&self, address: IpAddr) -> bool {
        let prefix = u32::from(self.prefix);
        // With a prefix of 0, no bits are compared, and a shift by all bits would overflow.
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let differs = network.to_bits() ^ address.to_bits();
                differs.checked_shr(32_u32.saturating_sub(prefix)).unwrap_or(0) == 0
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let differs = network.to_bits() ^ address.to_bits();
                differs.checked_shr(128_u32.saturating_sub(prefix)).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(network: &str, inside: &[&str], outside: &[&str]) {
        let (address, prefix) = network.split_once('/').expect("a prefix");
        let address = address.parse().expect("an address");
        let network = Network { address, prefix: prefix.parse().expect("a number") };
        for address in inside {
            assert!(network.contains(address.parse().expect("an address")), "{address}");
        }
        for address in outside {
            assert!(!network.contains(address.parse().expect("an address")), "{address}");
        }
    }

    #[test]
    fn a_network_contains_the_addresses_with_its_prefix() {
        check("127.0.0.1/32", &["127.0.0.1"], &["127.0.0.0", "127.0.0.2", "0.0.0.0"]);
        check(
            "10.0.0.0/8",
            &["10.0.0.0", "10.255.255.255"],
            &["9.255.255.255", "11.0.0.0", "138.0.0.0"],
        );
        check(
            "192.168.4.0/22",
            &["192.168.4.0", "192.168.7.255"],
            &["192.168.3.255", "192.168.8.0"],
        );
        check("128.0.0.0/1", &["128.0.0.0", "255.255.255.255"], &["127.255.255.255", "0.0.0.0"]);
        check("10.0.0.2/31", &["10.0.0.2", "10.0.0.3"], &["10.0.0.1", "10.0.0.4"]);
        check("::1/128", &["::1"], &["::", "::2"]);
        check("fd00::/8", &["fd00::", "fdff:1::9"], &["fc00::", "fe00::", "::"]);
        check(
            "2001:db8::/61",
            &["2001:db8:0:7:ffff::"],
            &["2001:db8:0:8::", "2001:db7:ffff:ffff::"],
        );
    }

    #[test]
    fn a_network_with_an_empty_prefix_contains_its_whole_family() {
        check("0.0.0.0/0", &["0.0.0.0", "1.2.3.4", "255.255.255.255"], &["::", "2001:db8::1"]);
        check("::/0", &["::", "2001:db8::1", "ffff::"], &["0.0.0.0", "1.2.3.4"]);
    }

    #[test]
    fn an_ipv4_mapped_address_counts_as_ipv4() {
        check("10.0.0.0/8", &["::ffff:10.1.2.3"], &["::ffff:11.1.2.3", "::10.1.2.3"]);
        check("::/0", &["::10.1.2.3"], &["::ffff:10.1.2.3"]);
        check("::ffff:0:0/95", &[], &["::ffff:10.1.2.3", "10.1.2.3"]);
    }
}
