//! The hosts that the server answers at: a page of another site must not reach it under a name of its own (DNS rebinding).

use std::net::IpAddr;
use std::sync::{PoisonError, RwLock};

use crate::listen;

/// The accepted values of `Host`.
#[derive(Debug)]
pub(crate) struct Hosts {
    /// `--host`, in lower case and without brackets; `None` for this machine alone.
    listened: Option<String>,
    /// The addresses of the machine, if others can reach it.
    own: Vec<IpAddr>,
    /// `allowed-hosts` of kiln.toml.
    allowed: RwLock<Vec<String>>,
}

impl Hosts {
    /// The hosts for the value of `--host`.
    pub(crate) fn of(listened: Option<&str>) -> Self {
        let listened = listened.map(|host| plain(host).to_ascii_lowercase());
        let own = match &listened {
            Some(host) if !Hosts::is_loopback(host) => listen::own_addresses(),
            _ => vec![],
        };
        Hosts { listened, own, allowed: RwLock::default() }
    }

    /// Replaces `allowed-hosts`.
    pub(crate) fn allow(&self, hosts: &[String]) {
        let mut allowed = self.allowed.write().unwrap_or_else(PoisonError::into_inner);
        *allowed = hosts.iter().map(|host| host.to_ascii_lowercase()).collect();
    }

    /// Returns true if and only if a host is the machine itself, by name or address.
    pub(crate) fn is_loopback(host: &str) -> bool {
        let host = plain(host);
        host.eq_ignore_ascii_case("localhost")
            || host.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
    }

    /// Returns true if and only if the server answers at a host, with or without a port.
    pub(crate) fn has(&self, authority: &str) -> bool {
        let authority = authority.to_ascii_lowercase();
        let Some(host) = host_of(&authority) else { return false };
        if Hosts::is_loopback(host) {
            return true;
        }
        let address = plain(host).parse::<IpAddr>().ok();
        let is_own = address.is_some_and(|address| self.own.contains(&address.to_canonical()));
        // Any name may lead to `0.0.0.0`, and none is that host.
        let is_listened = self.listened.as_deref() == Some(plain(host))
            && !address.is_some_and(|address| address.is_unspecified());
        let allowed = self.allowed.read().unwrap_or_else(PoisonError::into_inner);
        let is_allowed = |entry: &String| match host_of(entry) {
            // An entry without a port allows all ports.
            Some(entry_host) if entry_host == entry => entry_host == host,
            _ => *entry == authority,
        };
        is_own || is_listened || allowed.iter().any(is_allowed)
    }
}

/// An IPv6 address without its brackets.
fn plain(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

/// The host of an authority, with brackets; `None` if it is invalid.
fn host_of(authority: &str) -> Option<&str> {
    let end = match authority.strip_prefix('[') {
        Some(rest) => rest.find(']')? + 2,
        None => authority.find(':').unwrap_or(authority.len()),
    };
    let (host, port) = authority.split_at(end);
    let is_port =
        |port: &str| port.parse::<u16>().is_ok_and(|port| port != 0) && !port.starts_with('+');
    let is_valid = |byte: u8| byte.is_ascii_alphanumeric() || b"-._[]:".contains(&byte);
    let has_port = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
    (has_port && !host.is_empty() && host.bytes().all(is_valid)).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(hosts: &Hosts, authority: &str, expected: bool) {
        assert_eq!(hosts.has(authority), expected, "{authority}");
    }

    #[test]
    fn only_this_machine_and_allowed_hosts_are_answered() {
        let hosts = Hosts::of(None);
        hosts.allow(&["Dev.Example".to_owned(), "other.example:8080".to_owned()]);
        for host in [
            "localhost",
            "localhost:4321",
            "LOCALHOST:80",
            "127.0.0.1",
            "127.0.0.1:4321",
            "127.8.9.1",
            "[::1]",
            "[::1]:4321",
            "[::ffff:127.0.0.1]:80",
            "dev.example",
            "DEV.example:1",
            "other.example:8080",
        ] {
            check(&hosts, host, true);
        }
        for host in [
            "",
            "evil.example",
            "evil.example:4321",
            "localhost.evil.example",
            "127.0.0.1.nip.io",
            "0.0.0.0:4321",
            "192.168.1.1",
            "other.example",
            "other.example:80",
            "localhost:",
            "localhost:0",
            "localhost:99999",
            "user@localhost",
            "localhost/x",
            "[::1",
            "[::1]x",
            "a b",
            "..",
            "dev.example.",
        ] {
            check(&hosts, host, false);
        }
    }

    #[test]
    fn with_a_host_the_addresses_of_the_machine_are_answered_too() {
        let own: IpAddr = "192.0.2.7".parse().expect("an address");
        let hosts = Hosts { own: vec![own], ..Hosts::of(Some("0.0.0.0")) };
        check(&hosts, "192.0.2.7:4321", true);
        check(&hosts, "192.0.2.8:4321", false);
        check(&hosts, "0.0.0.0:4321", false);
        check(&hosts, "evil.example:4321", false);
        check(&Hosts::of(Some("My-Machine.local")), "my-machine.local:4321", true);
    }
}
