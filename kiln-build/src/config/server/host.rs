//! A host that the site is served for: a name or an IP address, and optionally a port.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Normalizes a host as in the comparison with requests: lower case, and IPv6 addresses in their shortest form.
pub(super) fn parse(text: &str) -> Result<String, (String, String)> {
    let refuse = |message: String, hint: String| Err((message, hint));
    if let Some((_, rest)) = text.split_once("://") {
        return refuse("a host has no scheme".into(), instead(rest));
    }
    if let Some((_, host)) = text.rsplit_once('@') {
        return refuse("a host has no user".into(), instead(host));
    }
    if text.contains(['/', '?', '#']) {
        return refuse("a host has no path".into(), instead(text));
    }
    if text.contains('*') {
        let hint = "write each host by itself, for example \"www.example.com\"";
        return refuse("a host has no `*`".into(), hint.into());
    }
    if text.parse::<Ipv6Addr>().is_ok() {
        return refuse(format!("`{text}` needs brackets"), format!("write \"[{text}]\""));
    }
    let (name, port) = match text.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, Some(port)),
        _ => (text, None),
    };
    let name = match name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
        Some(address) => match address.parse::<Ipv6Addr>() {
            Ok(address) => format!("[{address}]"),
            Err(_) => {
                let hint = "write, for example, \"[2001:db8::1]\"";
                let message = format!("`{}` is not a valid IPv6 address", name.escape_debug());
                return refuse(message, hint.into());
            }
        },
        None if text.contains(['[', ']']) => {
            let hint = "write, for example, \"[2001:db8::1]:8080\"";
            return refuse(format!("`{}` is not a valid host", text.escape_debug()), hint.into());
        }
        None => parse_name(name)?,
    };
    match port.map(parse_port) {
        None => Ok(name),
        Some(Some(port)) => Ok(format!("{name}:{port}")),
        Some(None) => {
            let hint = format!("write a number from 1 to 65535, for example \"{name}:8080\"");
            refuse(
                format!("`{}` is not a valid port", port.unwrap_or_default().escape_debug()),
                hint,
            )
        }
    }
}

/// The hint that shows only the host of a URL without its scheme.
fn instead(rest: &str) -> String {
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    match parse(host) {
        Ok(host) => format!("write \"{host}\""),
        Err(_) => "write only the host, for example \"example.com\"".into(),
    }
}

fn parse_name(name: &str) -> Result<String, (String, String)> {
    let shown = name.escape_debug();
    if let Some(without) = name.strip_suffix('.').filter(|without| is_name(without)) {
        return Err((format!("`{shown}` ends in a dot"), format!("write \"{without}\"")));
    }
    if is_name(name) {
        return Ok(name.to_ascii_lowercase());
    }
    let hint = match name.is_ascii() {
        true => {
            "write letters, digits, dots and hyphens, and optionally a port: \"example.com:8080\""
        }
        false => {
            "write the name in ASCII, as it appears in requests: labels with other letters start with `xn--`"
        }
    };
    Err((format!("`{shown}` is not a valid host name"), hint.into()))
}

fn is_name(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(is_plain)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    // Browsers parse a name that ends in a number as an IPv4 address, or reject it.
    let last = name.rsplit('.').next().unwrap_or_default();
    let is_number = last.chars().all(|c| c.is_ascii_digit());
    name.len() <= 253
        && name.split('.').all(is_label)
        && (!is_number || name.parse::<Ipv4Addr>().is_ok())
}

fn parse_port(port: &str) -> Option<u16> {
    let is_number = port.chars().all(|c| c.is_ascii_digit());
    port.parse().ok().filter(|port| is_number && *port > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_take_one_form() {
        for (text, host) in [
            ("example.com", "example.com"),
            ("Example.COM:8080", "example.com:8080"),
            ("localhost", "localhost"),
            ("my_service.internal", "my_service.internal"),
            ("xn--mnchen-3ya.de", "xn--mnchen-3ya.de"),
            ("127.0.0.1:080", "127.0.0.1:80"),
            ("1.2.3.4.example", "1.2.3.4.example"),
            ("[::1]", "[::1]"),
            ("[2001:DB8:0:0::1]:65535", "[2001:db8::1]:65535"),
        ] {
            assert_eq!(parse(text).as_deref(), Ok(host), "{text}");
        }
    }

    #[track_caller]
    fn refuses(text: &str, message: &str, hint: &str) {
        let (given_message, actual_hint) = parse(text).expect_err(text);
        assert_eq!(given_message, message, "{text}");
        assert!(actual_hint.starts_with(hint), "{text}: {actual_hint}");
    }

    #[test]
    fn only_hosts_are_accepted() {
        refuses("https://A.de:1/b", "a host has no scheme", "write \"a.de:1\"");
        refuses("https://me:secret@a.de/", "a host has no scheme", "write \"a.de\"");
        refuses("https://", "a host has no scheme", "write only the host");
        refuses("me@a.de", "a host has no user", "write \"a.de\"");
        refuses("a.de/", "a host has no path", "write \"a.de\"");
        refuses("a.de?b", "a host has no path", "write \"a.de\"");
        refuses("/a", "a host has no path", "write only the host");
        refuses("*.a.de", "a host has no `*`", "write each host by itself");
        refuses("*", "a host has no `*`", "write each host by itself");
    }

    #[test]
    fn invalid_hosts_are_refused() {
        let long = "a".repeat(64);
        let deep = "a.".repeat(127);
        for text in
            ["", ".", "a..de", "-a.de", "a-.de", "a b.de", "a,b", "1.2.3", "256.1.1.1", &long]
        {
            refuses(
                text,
                &format!("`{text}` is not a valid host name"),
                "write letters, digits, dots",
            );
        }
        refuses(
            &format!("{deep}a"),
            &format!("`{deep}a` is not a valid host name"),
            "write letters",
        );
        refuses("a\n.de", "`a\\n.de` is not a valid host name", "write letters");
        refuses(
            "m\u{fc}nchen.de",
            "`m\u{fc}nchen.de` is not a valid host name",
            "write the name in ASCII",
        );
        refuses("a.de.", "`a.de.` ends in a dot", "write \"a.de\"");
        refuses("::1", "`::1` needs brackets", "write \"[::1]\"");
        refuses("[1.2.3.4]", "`[1.2.3.4]` is not a valid IPv6 address", "write, for example,");
        for text in ["[::1", "::1]", "a]", "[::1]80"] {
            refuses(
                text,
                &format!("`{text}` is not a valid host"),
                "write, for example, \"[2001:db8::1]:8080\"",
            );
        }
    }

    #[test]
    fn ports_are_numbers() {
        for port in ["", "0", "65536", "+80", "http", "-1"] {
            let hint = "write a number from 1 to 65535, for example \"a.de:8080\"";
            refuses(&format!("a.de:{port}"), &format!("`{port}` is not a valid port"), hint);
        }
    }
}
