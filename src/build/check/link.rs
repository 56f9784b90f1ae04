//! Resolves the URL of a link as browsers do.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::config::Config;
use crate::routing::request_path::RequestPath;
use crate::routing::url::escaped_by_browsers;

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// Another host, or a URL that is not of the web, such as `mailto:`.
    Elsewhere,
    /// A path that no page can have. It is decoded as far as possible, and without the base, to find a similar one.
    NoPage(String),
    Path(TargetPath),
}

/// A path of this site's host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TargetPath {
    /// The decoded segments, joined with `/`; without the base if it is below it.
    pub(crate) path: String,
    pub(crate) has_slash: bool,
    pub(crate) is_below_base: bool,
    /// The decoded fragment; `None` if there is none, or if it leads to the top of any page.
    pub(crate) fragment: Option<String>,
}

/// The URL that links of a page are relative to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Base<'a> {
    config: &'a Config,
    /// The path, with a leading slash and percent-encoded; `None` on another host.
    page: Option<&'a str>,
}

impl<'a> Base<'a> {
    /// The URL path of a page.
    pub(crate) fn of_page(config: &'a Config, url: &'a str) -> Self {
        Base { config, page: Some(url) }
    }

    /// The base that a `<base href>` in the page sets. Its path is written to `buffer`.
    pub(crate) fn with(self, href: &str, buffer: &'a mut String) -> Self {
        match self.location(&cleaned(href)) {
            Some(Location { path, .. }) => {
                *buffer = path.into_owned();
                Base { page: Some(buffer), ..self }
            }
            None => Base { page: None, ..self },
        }
    }

    /// Resolves a link.
    pub(crate) fn target(self, link: &str) -> Target {
        let link = cleaned(link);
        let Some(Location { path, fragment }) = self.location(&link) else {
            return Target::Elsewhere;
        };
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let Ok(request) = RequestPath::parse(&path) else {
            let path = path.strip_prefix(self.config.base).unwrap_or(&path);
            let segments: Vec<&str> =
                path.split('/').filter(|segment| !segment.is_empty()).collect();
            return Target::NoPage(decoded(&segments.join("/")));
        };
        let has_slash = request.has_trailing_slash();
        let (path, is_below_base) = match self.config.base {
            "" => (request, true),
            base => match request.clone().below(base) {
                Some(below) => (below, true),
                None => (request, false),
            },
        };
        let fragment = fragment.map(id_of).map(decoded).filter(|id| !is_everywhere(id));
        Target::Path(TargetPath { path: path.into_string(), has_slash, is_below_base, fragment })
    }

    /// The location of a URL on this host; `None` on another one.
    fn location<'u>(self, url: &'u str) -> Option<Location<'u>>
    where
        'a: 'u,
    {
        let (url, fragment) = match url.split_once('#') {
            Some((url, fragment)) => (url, Some(fragment)),
            None => (url, None),
        };
        let url = url.split('?').next().unwrap_or_default();
        if url.contains('\\') {
            let path = self.path(&url.replace('\\', "/"))?.into_owned();
            return Some(Location { path: path.into(), fragment });
        }
        Some(Location { path: self.path(url)?, fragment })
    }

    /// The path of a URL on this host.
    fn path<'u>(self, url: &'u str) -> Option<Cow<'u, str>>
    where
        'a: 'u,
    {
        let path = match scheme(url) {
            Some(scheme) => {
                let rest = url[scheme.len() + 1..].strip_prefix("//")?;
                Cow::Borrowed(self.own_path(Some(scheme), rest)?)
            }
            None => match url.strip_prefix("//") {
                Some(rest) => Cow::Borrowed(self.own_path(None, rest)?),
                None => self.joined(url)?,
            },
        };
        Some(match path {
            Cow::Borrowed(path) => without_dots(escaped_by_browsers(path)),
            Cow::Owned(path) => without_dots(escaped_by_browsers(&path)).into_owned().into(),
        })
    }

    /// The path of a URL, from its host on; `None` if that is another one.
    fn own_path<'u>(self, scheme: Option<&str>, rest: &'u str) -> Option<&'u str> {
        let (own_scheme, own_host) = self.config.site?.split_once("://")?;
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let port = if own_scheme.eq_ignore_ascii_case("https") { ":443" } else { ":80" };
        let host = host.strip_suffix(port).unwrap_or(host);
        let is_own = host.eq_ignore_ascii_case(own_host)
            && scheme.is_none_or(|scheme| scheme.eq_ignore_ascii_case(own_scheme));
        is_own.then_some(if path.is_empty() { "/" } else { path })
    }

    /// A URL without scheme and host, joined with the base.
    fn joined<'u>(self, url: &'u str) -> Option<Cow<'u, str>>
    where
        'a: 'u,
    {
        let base = self.page?;
        Some(match url {
            "" => base.into(),
            url if url.starts_with('/') => url.into(),
            url => format!("{}/{url}", &base[..base.rfind('/').unwrap_or_default()]).into(),
        })
    }
}

/// A location on this host.
struct Location<'a> {
    /// Percent-encoded, with a leading slash and without `.` and `..`.
    path: Cow<'a, str>,
    fragment: Option<&'a str>,
}

/// A URL without what browsers ignore.
fn cleaned(url: &str) -> Cow<'_, str> {
    const IGNORED: [char; 3] = ['\t', '\n', '\r'];
    let url = url.trim_matches(|c: char| c <= ' ');
    if url.contains(IGNORED) { url.replace(IGNORED, "").into() } else { url.into() }
}

/// The scheme of a URL, without its colon.
fn scheme(url: &str) -> Option<&str> {
    let (scheme, _) = url.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    is_scheme.then_some(scheme)
}

/// Removes segments that are `.` or `..`.
fn without_dots(path: Cow<'_, str>) -> Cow<'_, str> {
    if !path.contains("/.") && !path.contains("/%2") {
        return path;
    }
    let mut segments: Vec<&str> = Vec::new();
    let all = path.strip_prefix('/').unwrap_or(&path).split('/');
    let count = all.clone().count();
    for (at, segment) in all.enumerate() {
        let plain = segment.to_ascii_lowercase().replace("%2e", ".");
        match plain.as_str() {
            "." => {}
            ".." => {
                segments.pop();
            }
            _ => {
                segments.push(segment);
                continue;
            }
        }
        // A dot at the end names a folder.
        if at + 1 == count {
            segments.push("");
        }
    }
    format!("/{}", segments.join("/")).into()
}

/// A fragment without the text that browsers search for.
fn id_of(fragment: &str) -> &str {
    fragment.split(":~:").next().unwrap_or_default()
}

/// Returns true if and only if a fragment leads to the top of any page.
fn is_everywhere(fragment: &str) -> bool {
    fragment.is_empty() || fragment.eq_ignore_ascii_case("top")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::CONFIG;

    const BASED: Config = Config { site: Some("https://a.de"), base: "/docs", ..CONFIG };
    const PLAIN: Config = Config { site: Some("https://a.de"), ..CONFIG };

    /// The target as a path with the base, if it is below one in brackets, and the fragment.
    fn shown(target: &Target) -> String {
        match target {
            Target::Elsewhere => "elsewhere".to_owned(),
            Target::NoPage(path) => format!("no page: {path}"),
            Target::Path(TargetPath { path, has_slash, is_below_base, fragment }) => {
                let slash = if *has_slash && !path.is_empty() { "/" } else { "" };
                let outside = if *is_below_base { "" } else { " outside" };
                let fragment = fragment.as_ref().map(|it| format!("#{it}")).unwrap_or_default();
                format!("/{path}{slash}{fragment}{outside}")
            }
        }
    }

    #[track_caller]
    fn check(config: &Config, page: &str, link: &str, expected: &str) {
        assert_eq!(
            shown(&Base::of_page(config, page).target(link)),
            expected,
            "{link:?} on {page}"
        );
    }

    #[test]
    fn links_are_resolved_as_browsers_do() {
        for (page, link, expected) in [
            ("/a/b", "/x", "/x"),
            ("/a/b", "/x/", "/x/"),
            ("/a/b", "/", "/"),
            ("/a/b", "x", "/a/x"),
            ("/a/b/", "x", "/a/b/x"),
            ("/a/b/", "../x", "/a/x"),
            ("/a/b/", "..", "/a/"),
            ("/a/b/", ".", "/a/b/"),
            ("/a/b", "./x/./y/../z", "/a/x/z"),
            ("/a", "../../../x", "/x"),
            ("/a", "/%2e%2E/x", "/x"),
            ("/a/b", "?q=/x", "/a/b"),
            ("/a/b", "/x?q=1#y", "/x#y"),
            ("/a/b", "#y", "/a/b#y"),
            ("/a/b/", "#y", "/a/b/#y"),
            ("/a", "/x#", "/x"),
            ("/a", "/x#TOP", "/x"),
            ("/a", "/x#:~:text=b", "/x"),
            ("/a", "/x#y:~:text=b", "/x#y"),
            ("/a", "/x#caf%C3%A9", "/x#caf\u{e9}"),
            ("/a", "/x#caf\u{e9}", "/x#caf\u{e9}"),
            ("/a", "/caf\u{e9} b", "/caf\u{e9} b"),
            ("/a", "/caf%C3%A9%20b", "/caf\u{e9} b"),
            ("/a", "\\x\\y", "/x/y"),
            ("/a", " /x\n", "/x"),
            ("/a", "/x\n/y", "/x/y"),
            ("/a", "x:y", "elsewhere"),
            ("/a", "./x:y", "/x:y"),
            ("/a", "1:2", "/1:2"),
        ] {
            check(&PLAIN, page, link, expected);
        }
    }

    #[test]
    fn other_hosts_are_not_this_site() {
        for (link, expected) in [
            ("https://a.de", "/"),
            ("https://a.de/x?y", "/x"),
            ("HTTPS://A.DE:443/x", "/x"),
            ("//a.de/x", "/x"),
            ("\\\\a.de/x", "/x"),
            ("https:\\\\a.de\\x", "/x"),
            ("http://a.de/x", "elsewhere"),
            ("https://a.de:8080/x", "elsewhere"),
            ("https://a.de.evil/x", "elsewhere"),
            ("https://b.de/x", "elsewhere"),
            ("//b.de/x", "elsewhere"),
            ("///x", "elsewhere"),
            ("https:/x", "elsewhere"),
            ("mailto:a@b.de", "elsewhere"),
            ("tel:+49", "elsewhere"),
            ("javascript:void(0)", "elsewhere"),
            ("data:text/html,<a href=/x>", "elsewhere"),
            ("java\nscript:x", "elsewhere"),
        ] {
            check(&PLAIN, "/a", link, expected);
        }
        check(&CONFIG, "/a", "https://a.de/x", "elsewhere");
    }

    #[test]
    fn some_paths_have_no_page() {
        for (link, expected) in [
            ("/x//y", "no page: x/y"),
            ("/50%", "no page: 50%"),
            ("/a%2Fb", "no page: a/b"),
            ("/%ff", "no page: \u{fffd}"),
        ] {
            check(&PLAIN, "/a", link, expected);
        }
    }

    #[test]
    fn paths_are_below_the_base() {
        for (link, expected) in [
            ("/docs/x", "/x"),
            ("/docs", "/"),
            ("/docs/", "/"),
            ("x", "/x"),
            ("../x", "/x outside"),
            ("/x", "/x outside"),
            ("/docsx", "/docsx outside"),
            ("/docs//x", "no page: x"),
            ("https://a.de/docs/x", "/x"),
        ] {
            check(&BASED, "/docs/a", link, expected);
        }
    }

    #[test]
    fn a_base_of_the_page_changes_what_links_are_relative_to() {
        for (href, link, expected) in [
            ("/x/", "y", "/x/y"),
            ("/x/", "/y", "/y"),
            ("/x/", "#y", "/x/#y"),
            ("x/", "y", "/a/x/y"),
            ("https://a.de/x/", "y", "/x/y"),
            ("https://b.de/x/", "y", "elsewhere"),
            ("https://b.de/x/", "/y", "elsewhere"),
            ("https://b.de/x/", "https://a.de/y", "/y"),
            ("", "y", "/a/y"),
        ] {
            let mut buffer = String::new();
            let base = Base::of_page(&PLAIN, "/a/b").with(href, &mut buffer);
            assert_eq!(shown(&base.target(link)), expected, "{link} below {href}");
        }
    }
}
