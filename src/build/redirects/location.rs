//! The target of a redirect: validated, normalized, and as a path of the site if it is one.

use crate::routing::page_path::RoutePath;
use crate::routing::request_path::RequestPath;
use crate::routing::url::escaped;
use crate::site::Site;

/// An invalid target: the message, and the hint.
pub(crate) type InvalidLocation = (String, &'static str);

/// Normalizes a `Location` and percent-encodes it: an absolute URL with `http` or `https`, or a path with a leading
/// slash.
///
/// # Errors
///
/// Fails for anything else: another scheme, another host without a scheme, a relative path, or an invalid URL.
pub(crate) fn normalize(location: &str) -> Result<String, InvalidLocation> {
    let refuse = |what: &str, hint| Err((format!("redirects to {location:?}, {what}"), hint));
    if location.contains(|c: char| c.is_control() || c == '\\') {
        return refuse(
            "which contains a character that is not allowed in URLs",
            "remove control characters and backslashes",
        );
    }
    if location.starts_with("//") {
        return refuse(
            "which leads to another site without a scheme",
            "write `https://` for another site, or one slash for this one",
        );
    }
    if location.starts_with('/') {
        return Ok(escaped(location));
    }
    let lower = location.get(..8).unwrap_or(location).to_ascii_lowercase();
    let scheme = ["https://", "http://"].into_iter().find(|scheme| lower.starts_with(scheme));
    let Some(scheme) = scheme else {
        return refuse(
            "which is neither a path of this site nor a URL with `https://` or `http://`",
            "write the path with a leading slash, `routes::…()` for a page of this site, or the whole URL",
        );
    };
    let rest = &location[scheme.len()..];
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.is_empty() || host.starts_with(':') || host.contains(['@', ' ']) {
        return refuse(
            "which has no valid host",
            "write, for example, \"https://example.com/new\", without a user",
        );
    }
    Ok(format!("{scheme}{}", escaped(rest)))
}

/// The kind of a validated location.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Another site.
    External,
    /// The host of the site, but not below its base.
    OutsideBase,
    /// A path that no page can have.
    NoPage,
    /// A path of the site.
    Page(RoutePath),
}

/// Classifies a validated location.
pub(crate) fn classify(site: &Site, location: &str) -> Target {
    let own = site.config.site.and_then(|origin| location.strip_prefix(origin));
    let path = match own {
        Some("") => "/",
        Some(path) if path.starts_with(['/', '?', '#']) => path,
        _ if location.starts_with('/') => location,
        _ => return Target::External,
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = if path.is_empty() { "/" } else { path };
    let Ok(path) = RequestPath::parse(path) else { return Target::NoPage };
    match path.below(site.config.base) {
        None => Target::OutsideBase,
        Some(path) => path.route_path().cloned().map_or(Target::NoPage, Target::Page),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::support::{self, CONFIG, vectors};

    #[test]
    fn locations_are_normalized() {
        for (location, expected) in [
            ("/new", "/new"),
            ("/a b", "/a%20b"),
            ("/caf\u{e9}?x=\"y\"#z", "/caf%C3%A9?x=%22y%22#z"),
            ("/a%20b", "/a%20b"),
            ("/50%", "/50%25"),
            ("/%e", "/%25e"),
            ("/x\"><script>alert(1)</script>", "/x%22%3E%3Cscript%3Ealert(1)%3C/script%3E"),
            ("/x' onload=", "/x'%20onload="),
            ("/x;url=https://evil", "/x;url=https://evil"),
            ("https://example.com", "https://example.com"),
            ("HTTP://example.com/a b", "http://example.com/a%20b"),
            ("https://example.com:8080?x", "https://example.com:8080?x"),
        ] {
            assert_eq!(normalize(location).as_deref(), Ok(expected), "{location}");
        }
    }

    #[test]
    fn invalid_locations_are_refused() {
        for location in [
            "",
            "?q",
            "#f",
            "new",
            "../new",
            "./new",
            "//evil.com",
            "///evil.com",
            "\\\\evil.com",
            "/\\evil.com",
            "\\/\\/evil",
            "javascript:alert(1)",
            "JAVASCRIPT:alert(1)",
            "java\tscript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "mailto:a@b.c",
            "x:foo",
            " https://example.com",
            "https:evil.com",
            "https:///evil.com",
            "http://user@evil.com",
            "http://:80/",
            "https://",
            "/a\r\nSet-Cookie: a=b",
            "/\0",
        ] {
            assert!(normalize(location).is_err(), "{location:?}");
        }
    }

    #[test]
    fn paths_are_classified() {
        let config = Config { site: Some("https://a.de"), base: "/docs", ..CONFIG };
        let site = support::site(&["/"], config);
        let here = |path: &str| Target::Page(RoutePath::of_segments(path).expect("a path"));
        for (location, expected) in [
            ("/docs/a/?x#y", here("a")),
            ("/docs/caf%C3%A9", here("caf\u{e9}")),
            ("/docs", here("")),
            ("https://a.de/docs/a", here("a")),
            ("/a", Target::OutsideBase),
            ("/docsX", Target::OutsideBase),
            ("https://a.de", Target::OutsideBase),
            ("https://a.dev/docs/a", Target::External),
            ("https://b.de/docs", Target::External),
            ("/docs//a", Target::NoPage),
            ("/docs/../a", Target::NoPage),
        ] {
            assert_eq!(classify(&site, location), expected, "{location}");
        }
    }

    #[test]
    fn other_sites_are_detected_as_in_astro() {
        vectors::check("redirect_is_external", IS_EXTERNAL, |case| {
            let location = vectors::text(&case["destination"]);
            let is_external = match normalize(location) {
                Ok(location) => !location.starts_with('/'),
                Err(_) => return Err("is refused".into()),
            };
            vectors::same(&Some(is_external), &case["expect"].as_bool())
        });
    }

    const IS_EXTERNAL: &vectors::LeftOut = &[
        ("a path has a leading slash", &["redirect_is_external-008"]),
        ("another host needs a scheme", &["redirect_is_external-009"]),
    ];
}
