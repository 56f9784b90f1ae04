//! The origin of a site and the address of a client, from headers that kiln.toml trusts.

use std::borrow::Cow;
use std::net::{IpAddr, SocketAddr};

use http::{HeaderMap, HeaderName, header};

use crate::config::{Config, Server};
use crate::page::origin::Origin;
use crate::request::authority::Authority;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// What the server believes of `Host`, `X-Forwarded-Host`, `X-Forwarded-Proto` and `X-Forwarded-For`: only what the settings allow.
#[derive(Debug, Clone)]
pub(crate) struct Forwarded {
    /// `site` of kiln.toml.
    site: Option<Origin>,
    server: Server,
    /// The origin for requests whose host is not in `allowed-hosts`.
    own: Origin,
}

impl Forwarded {
    /// The settings of a site, and the address that the server listens on, if that is known.
    pub(crate) fn of(config: &Config, address: Option<SocketAddr>) -> Self {
        let own = match address {
            Some(address) => format!("http://{address}").into(),
            None => Origin::of(config),
        };
        Forwarded { site: config.site.map(Origin::from), server: config.server, own }
    }

    /// The origin of absolute URLs in the response to a request.
    pub(crate) fn origin(&self, headers: &HeaderMap, peer: Option<IpAddr>) -> Cow<'_, Origin> {
        if let Some(site) = &self.site {
            return Cow::Borrowed(site);
        }
        if self.server.allowed_hosts.is_empty() {
            return Cow::Borrowed(&self.own);
        }
        let is_forwarded = peer.is_some_and(|peer| self.is_proxy(peer));
        let forwarded = |name| one(headers, name).filter(|_| is_forwarded);
        let host = forwarded(FORWARDED_HOST).and_then(|host| self.allowed(host));
        let host = host.or_else(|| self.allowed(one(headers, header::HOST)?));
        let proto = forwarded(FORWARDED_PROTO);
        let scheme = if proto == Some("https") { "https" } else { "http" };
        host.map_or(Cow::Borrowed(&self.own), |host| {
            Cow::Owned(format!("{scheme}://{host}").into())
        })
    }

    /// Returns true if and only if the site is at a host.
    pub(crate) fn is_at(&self, authority: &Authority) -> bool {
        let is_it = |origin: &Origin| {
            let origin = origin.as_str();
            let host = origin.split_once("://").map_or(origin, |(_, host)| host);
            host.parse::<Authority>().is_ok_and(|own| own == *authority)
        };
        self.site.as_ref().is_some_and(is_it) || is_it(&self.own) || self.is_allowed(authority)
    }

    /// The address of a client: that of the connection, or the one that a trusted proxy names.
    pub(crate) fn client(&self, headers: &HeaderMap, peer: IpAddr) -> IpAddr {
        if !self.is_proxy(peer) {
            return peer;
        }
        // Each proxy appends the address that it sees, so the last one that is not a trusted proxy is the client.
        let values = headers.get_all(FORWARDED_FOR).iter();
        let list = values.flat_map(|value| value.to_str().unwrap_or_default().split(','));
        let mut client = peer;
        for address in list.collect::<Vec<_>>().into_iter().rev() {
            let Ok(address) = address.trim().parse() else { break };
            client = address;
            if !self.is_proxy(address) {
                break;
            }
        }
        client
    }

    fn allowed(&self, host: &str) -> Option<String> {
        let authority = host.parse().ok()?;
        self.is_allowed(&authority).then(|| authority.to_string())
    }

    /// An entry of `allowed-hosts` without a port allows all ports.
    fn is_allowed(&self, authority: &Authority) -> bool {
        let is_it = |entry: &&str| {
            entry.parse::<Authority>().is_ok_and(|entry| {
                entry.host == authority.host
                    && (entry.port.is_none() || entry.port == authority.port)
            })
        };
        self.server.allowed_hosts.iter().any(is_it)
    }

    fn is_proxy(&self, address: IpAddr) -> bool {
        self.server.trusted_proxies.iter().any(|network| network.contains(address))
    }
}

/// The value of a header; `None` if it is repeated.
fn one(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::config::Network;
    use crate::support::CONFIG;

    const PROXY: [u8; 4] = [10, 0, 0, 1];
    const CLIENT: [u8; 4] = [192, 0, 2, 7];

    const TEN: &[Network] =
        &[Network { address: IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 0)), prefix: 8 }];

    fn origins(site: Option<&'static str>) -> Forwarded {
        let server = Server {
            allowed_hosts: &["example.com", "admin.example.com:8443"],
            trusted_proxies: TEN,
            ..CONFIG.server
        };
        let address = SocketAddr::from(([127, 0, 0, 1], 4321));
        Forwarded::of(&Config { site, server, ..CONFIG }, Some(address))
    }

    fn map(list: &[(&'static str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in list {
            map.append(*name, value.parse().expect("a value"));
        }
        map
    }

    #[test]
    fn the_origin_is_what_the_settings_allow() {
        let own = "http://127.0.0.1:4321";
        for (peer, headers, expected) in [
            (CLIENT, vec![], own),
            (CLIENT, vec![("host", "example.com")], "http://example.com"),
            (CLIENT, vec![("host", "EXAMPLE.com:8080")], "http://example.com:8080"),
            (CLIENT, vec![("host", "admin.example.com:8443")], "http://admin.example.com:8443"),
            (CLIENT, vec![("host", "admin.example.com")], own),
            (CLIENT, vec![("host", "evil.com")], own),
            (CLIENT, vec![("host", "example.com.evil.com")], own),
            (CLIENT, vec![("host", "x"), ("x-forwarded-host", "example.com")], own),
            (PROXY, vec![("host", "x"), ("x-forwarded-host", "example.com")], "http://example.com"),
            (
                PROXY,
                vec![("host", "example.com"), ("x-forwarded-host", "evil.com")],
                "http://example.com",
            ),
            (
                PROXY,
                vec![("host", "example.com"), ("x-forwarded-proto", "https")],
                "https://example.com",
            ),
            (
                CLIENT,
                vec![("host", "example.com"), ("x-forwarded-proto", "https")],
                "http://example.com",
            ),
            (
                PROXY,
                vec![("host", "example.com"), ("x-forwarded-proto", "x:admin?")],
                "http://example.com",
            ),
            (
                PROXY,
                vec![("host", "example.com"), ("x-forwarded-proto", "https, http")],
                "http://example.com",
            ),
        ] {
            let (peer, map) = (Some(IpAddr::from(peer)), map(&headers));
            assert_eq!(origins(None).origin(&map, peer).as_str(), expected, "{peer:?} {headers:?}");
            let site = "https://site.example";
            assert_eq!(origins(Some(site)).origin(&map, peer).as_str(), site);
        }
    }

    #[test]
    fn the_client_is_the_last_that_is_not_a_trusted_proxy() {
        for (peer, forwarded, expected) in [
            (CLIENT, vec![], "192.0.2.7"),
            (CLIENT, vec!["203.0.113.9"], "192.0.2.7"),
            (PROXY, vec![], "10.0.0.1"),
            (PROXY, vec!["203.0.113.9"], "203.0.113.9"),
            (PROXY, vec!["6.6.6.6, 203.0.113.9"], "203.0.113.9"),
            (PROXY, vec!["6.6.6.6, 203.0.113.9, 10.0.0.2"], "203.0.113.9"),
            (PROXY, vec!["6.6.6.6", "203.0.113.9"], "203.0.113.9"),
            (PROXY, vec!["203.0.113.9, nonsense"], "10.0.0.1"),
            (PROXY, vec!["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ] {
            let headers: Vec<_> =
                forwarded.iter().map(|value| ("x-forwarded-for", *value)).collect();
            let client = origins(None).client(&map(&headers), peer.into());
            assert_eq!(client.to_string(), expected, "{peer:?} {forwarded:?}");
        }
    }

    #[test]
    fn the_site_is_at_its_own_and_the_allowed_hosts() {
        for (host, expected) in [
            ("127.0.0.1:4321", true),
            ("127.0.0.1", false),
            ("example.com:80", true),
            ("site.example", true),
            ("evil.com", false),
        ] {
            let authority = host.parse().expect("a host");
            assert_eq!(origins(Some("https://site.example")).is_at(&authority), expected, "{host}");
        }
    }
}
