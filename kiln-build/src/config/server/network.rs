//! A network of IP addresses: `10.0.0.0/8`, or a single address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// A network of IP addresses. A single address is a network with the longest prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Network {
    /// The first address of the network. An IPv4-mapped IPv6 address is stored as IPv4.
    pub(crate) address: IpAddr,
    /// The length of the prefix in bits.
    pub(crate) prefix: u8,
}

impl Network {
    /// Parses an address, or a network in CIDR notation.
    pub(super) fn parse(text: &str) -> Result<Self, (String, String)> {
        let (shown, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let Ok(address) = shown.parse::<IpAddr>() else {
            return Err((
                format!("`{}` is not an IP address", shown.escape_debug()),
                address_hint(shown).unwrap_or_else(|| {
                    "write, for example, \"127.0.0.1\", \"::1\", or the network \"10.0.0.0/8\""
                        .into()
                }),
            ));
        };
        let length: u8 = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix.map(parse_prefix) {
            None => length,
            Some(Some(prefix)) if prefix <= length => prefix,
            Some(_) => {
                return Err((
                    format!("`{}` is not a valid network", text.escape_debug()),
                    format!("write the length of the prefix after the `/`, at most {length}"),
                ));
            }
        };
        let first = first_address(address, prefix);
        if first != address {
            return Err((
                format!("`{text}` does not start with the first address of the network"),
                format!(
                    "write \"{first}/{prefix}\" for the network, or \"{address}\" for the one address"
                ),
            ));
        }
        Ok(Network { address, prefix }.canonical())
    }

    /// Converts an IPv4-mapped IPv6 network to IPv4.
    fn canonical(self) -> Self {
        match (self.address.to_canonical(), self.prefix.checked_sub(96)) {
            (address @ IpAddr::V4(_), Some(prefix)) if self.address.is_ipv6() => {
                Network { address, prefix }
            }
            _ => self,
        }
    }
}

fn first_address(address: IpAddr, prefix: u8) -> IpAddr {
    // Rust does not allow a shift by the full width.
    match address {
        IpAddr::V4(address) => {
            let kept = u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0);
            Ipv4Addr::from_bits(address.to_bits() & kept).into()
        }
        IpAddr::V6(address) => {
            let kept = u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0);
            Ipv6Addr::from_bits(address.to_bits() & kept).into()
        }
    }
}

fn parse_prefix(prefix: &str) -> Option<u8> {
    let is_number = prefix.chars().all(|c| c.is_ascii_digit());
    prefix.parse().ok().filter(|_| is_number)
}

/// The address within a longer text, or the one of a known name.
fn address_hint(text: &str) -> Option<String> {
    let inside = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    let with_port = text.parse::<SocketAddr>().ok().map(|address| address.ip());
    let with_brackets = inside.and_then(|inside| inside.parse::<Ipv6Addr>().ok());
    let named = (text == "localhost").then_some(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let meant = with_port.or(with_brackets.map(IpAddr::V6)).or(named)?;
    Some(format!("write \"{meant}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_take_one_form() {
        for (text, address, prefix) in [
            ("127.0.0.1", "127.0.0.1", 32),
            ("10.0.0.0/8", "10.0.0.0", 8),
            ("10.0.0.1/32", "10.0.0.1", 32),
            ("0.0.0.0/0", "0.0.0.0", 0),
            ("192.168.4.0/22", "192.168.4.0", 22),
            ("::1", "::1", 128),
            ("::/0", "::", 0),
            ("2001:DB8::/32", "2001:db8::", 32),
            ("::ffff:10.1.2.3", "10.1.2.3", 32),
            ("::ffff:10.0.0.0/104", "10.0.0.0", 8),
            ("::ffff:0:0/96", "0.0.0.0", 0),
        ] {
            let address = address.parse().expect("an address");
            assert_eq!(Network::parse(text), Ok(Network { address, prefix }), "{text}");
        }
    }

    #[track_caller]
    fn refuses(text: &str, message: &str, hint: &str) {
        let (given_message, actual_hint) = Network::parse(text).expect_err(text);
        assert_eq!(given_message, message, "{text}");
        assert!(actual_hint.starts_with(hint), "{text}: {actual_hint}");
    }

    #[test]
    fn invalid_addresses_are_refused() {
        for text in
            ["", "1.2.3", "256.0.0.1", "010.0.0.1", "10.0.0.*", "a.de", "fe80::1%eth0", ":::1"]
        {
            refuses(
                text,
                &format!("`{text}` is not an IP address"),
                "write, for example, \"127.0.0.1\"",
            );
        }
        refuses("localhost", "`localhost` is not an IP address", "write \"127.0.0.1\"");
        refuses("127.0.0.1:80", "`127.0.0.1:80` is not an IP address", "write \"127.0.0.1\"");
        refuses("[::1]:80", "`[::1]:80` is not an IP address", "write \"::1\"");
        refuses("[::1]", "`[::1]` is not an IP address", "write \"::1\"");
        refuses("a\n/8", "`a\\n` is not an IP address", "write, for example,");
    }

    #[test]
    fn invalid_networks_are_refused() {
        for prefix in ["", "33", "+8", "-1", "8/8", "255.0.0.0", "256", " 8"] {
            let text = format!("10.0.0.0/{prefix}");
            let hint = "write the length of the prefix after the `/`, at most 32";
            refuses(&text, &format!("`{text}` is not a valid network"), hint);
        }
        refuses(
            "::/129",
            "`::/129` is not a valid network",
            "write the length of the prefix after the `/`, at most 128",
        );
        refuses(
            "10.0.0.1/8",
            "`10.0.0.1/8` does not start with the first address of the network",
            "write \"10.0.0.0/8\" for the network, or \"10.0.0.1\" for the one address",
        );
        refuses(
            "2001:db8::1/33",
            "`2001:db8::1/33` does not start with the first address of the network",
            "write \"2001:db8::/33\" for the network, or \"2001:db8::1\" for the one address",
        );
        let hint = "write \"0.0.0.0/0\" for the network";
        refuses(
            "1.0.0.0/0",
            "`1.0.0.0/0` does not start with the first address of the network",
            hint,
        );
    }
}
