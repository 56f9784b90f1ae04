//! The host and port of a URL or a `Host` header.

use std::fmt;
use std::net::Ipv6Addr;
use std::str::FromStr;

/// A host and its optional port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Authority {
    /// In lower case. An IPv6 address has brackets, and its shortest form.
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
}

/// The error of a text that is not a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadAuthority;

impl fmt::Display for BadAuthority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a host: give a name or an address, and a port from 1 to 65535 behind `:`")
    }
}

impl std::error::Error for BadAuthority {}

impl FromStr for Authority {
    type Err = BadAuthority;

    /// Parses `host`, `host:port`, `[::1]` and `[::1]:port`.
    ///
    /// A name has the characters of the domain name system, and `_`.
    fn from_str(text: &str) -> Result<Self, BadAuthority> {
        let (host, port) = parts(text)?;
        let host = match host {
            Host::Name(name) => name.to_ascii_lowercase(),
            Host::Address(address) => format!("[{address}]"),
        };
        Ok(Authority { host, port })
    }
}

impl Authority {
    /// Returns true if and only if a text is a host, with or without a port.
    pub(crate) fn is_valid(text: &str) -> bool {
        parts(text).is_ok()
    }
}

enum Host<'a> {
    Name(&'a str),
    Address(Ipv6Addr),
}

fn parts(text: &str) -> Result<(Host<'_>, Option<u16>), BadAuthority> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']').ok_or(BadAuthority)?;
            let address = address.parse::<Ipv6Addr>().map_err(|_| BadAuthority)?;
            let port = match port {
                "" => None,
                port => Some(port.strip_prefix(':').ok_or(BadAuthority)?),
            };
            (Host::Address(address), port)
        }
        None => {
            // This is `split_once(':')`, in a fraction of its instructions.
            let (name, port) = match text.bytes().position(|byte| byte == b':') {
                Some(at) => (&text[..at], Some(&text[at + 1..])),
                None => (text, None),
            };
            if !is_name(name) {
                return Err(BadAuthority);
            }
            (Host::Name(name), port)
        }
    };
    Ok((host, port.map(parse_port).transpose()?))
}

impl fmt::Display for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.host)?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

fn is_name(name: &str) -> bool {
    let is_allowed = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let is_label = |label: &[u8]| matches!(label.len(), 1..=63) && label.iter().all(is_allowed);
    // A dot at the end says that the name is not relative.
    let labels = name.strip_suffix('.').unwrap_or(name).as_bytes();
    name.len() <= 254 && labels.split(|byte| *byte == b'.').all(is_label)
}

fn parse_port(port: &str) -> Result<u16, BadAuthority> {
    let is_number = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    let port = port.parse().ok().filter(|port| is_number && *port != 0);
    port.ok_or(BadAuthority)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn parses(text: &str, host: &str, port: Option<u16>) {
        assert_eq!(text.parse(), Ok(Authority { host: host.to_owned(), port }), "{text}");
    }

    #[test]
    fn hosts_with_and_without_port() {
        parses("example.com", "example.com", None);
        parses("Example.COM:8080", "example.com", Some(8080));
        parses("example.com.", "example.com.", None);
        parses("localhost", "localhost", None);
        parses("127.0.0.1:1", "127.0.0.1", Some(1));
        parses("[::1]", "[::1]", None);
        parses("[2001:DB8:0:0::1]:65535", "[2001:db8::1]", Some(65535));
        parses("my_host-2:080", "my_host-2", Some(80));
    }

    #[test]
    fn a_displayed_authority_parses() {
        for text in ["example.com", "example.com:8080", "[::1]", "[::1]:80"] {
            assert_eq!(text.parse::<Authority>().map(|it| it.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn invalid_hosts_are_refused() {
        for text in [
            "",
            ".",
            "..",
            "a..b",
            ".a",
            "a b",
            "a/b",
            "a?b",
            "a#b",
            "a\\b",
            "user@a",
            "a@",
            "a:",
            ":80",
            "a:0",
            "a:65536",
            "a:+1",
            "a:b",
            "a:80:80",
            "a:80/",
            "::1",
            "[::1",
            "[::1]a",
            "[::1]:",
            "[a]",
            "[]",
            "[::1%25eth0]",
            "a,b",
            "a%2fb",
            "caf\u{e9}",
            "a\tb",
            "a\0",
            "example.com/health?x=",
            "good#@evil",
        ] {
            assert_eq!(text.parse::<Authority>(), Err(BadAuthority), "{text:?}");
        }
        assert_eq!("a".repeat(64).parse::<Authority>(), Err(BadAuthority));
        assert_eq!("a.".repeat(128).parse::<Authority>(), Err(BadAuthority));
    }
}
