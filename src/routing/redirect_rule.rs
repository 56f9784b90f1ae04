//! A redirect of `kiln.toml`, as the generated code gives it: read and checked when the site is compiled.

use anyhow::Result;
use http::Method;

use crate::page::route::{Part, Route};
use crate::routing::page_path::RoutePath;
use crate::routing::params::RawParams;
use crate::routing::url;
use crate::site::Site;

/// A value that stands for any other.
const SAMPLE: &str = "x";

/// A rule of `[redirects]`: from the paths of a pattern to another page, or to another site.
#[derive(Debug, Clone, Copy)]
pub struct RedirectRule {
    /// The pattern that it redirects from, as a route without endpoints whose file is a place in kiln.toml.
    pub source: Route,
    /// Where it leads.
    pub target: RedirectTarget,
    /// One of 301, 302, 303, 307 and 308, where the rule says which.
    pub status: Option<u16>,
    /// How many routes of the table are tried before it.
    pub after: usize,
    /// The line of kiln.toml, from 1.
    pub line: u32,
}

/// Where a redirect of `kiln.toml` leads. All params in it are params of the source.
#[derive(Debug, Clone, Copy)]
pub enum RedirectTarget {
    /// To another site. Texts are pieces of a URL and stand as they are; no param is in the name of the host.
    External(&'static [Part]),
    /// To a path of this site.
    Internal {
        /// The path as a pattern, below the base.
        path: Route,
        /// The query and the fragment, each with the character that it starts with; or nothing.
        tail: &'static str,
    },
}

impl RedirectRule {
    /// The status in a static build.
    pub(crate) fn static_status(&self) -> u16 {
        self.status.unwrap_or(301)
    }

    /// The status that answers a request of a method: a `POST` stays one.
    pub(crate) fn status_for(&self, method: &Method) -> u16 {
        let default = if matches!(*method, Method::GET | Method::HEAD) { 301 } else { 308 };
        self.status.unwrap_or(default)
    }

    /// Returns true if and only if it leads from one path alone.
    pub(crate) fn is_static(&self) -> bool {
        self.source.params().next().is_none()
    }

    /// Returns true if and only if the paths that it leads from are known when the site is built: there is one, or they are those
    /// of prerendered pages.
    pub(crate) fn is_listed(&self, site: &Site) -> bool {
        match self.target {
            _ if self.is_static() => true,
            RedirectTarget::External(_) => false,
            RedirectTarget::Internal { .. } => {
                self.sample_route(site).is_none_or(Route::is_prerendered)
            }
        }
    }

    /// The target as a pattern, where it is of this site.
    pub(crate) fn target_pattern(&self) -> Option<&'static str> {
        match self.target {
            RedirectTarget::External(_) => None,
            RedirectTarget::Internal { path, .. } => Some(path.pattern),
        }
    }

    /// The route that answers its target, for values of which nothing is known.
    pub(crate) fn sample_route(&self, site: &Site) -> Option<&'static Route> {
        let RedirectTarget::Internal { path, .. } = &self.target else { return None };
        let params: RawParams = path.params().map(|name| (name, SAMPLE)).collect();
        let path = RoutePath::new(path, &params).ok()?;
        site.matches(&path).next().map(|(route, _)| route)
    }

    /// Where it leads from the path with these params: an absolute URL, or a canonical path of the site with its base.
    ///
    /// `is_public` tells whether a file of `public/` is at a path.
    ///
    /// # Errors
    ///
    /// Where the params make no path of this site.
    pub(crate) fn location(
        &self,
        site: &Site,
        params: &RawParams,
        is_public: impl FnOnce(&RoutePath) -> bool,
    ) -> Result<String> {
        match &self.target {
            RedirectTarget::External(parts) => Ok(external(parts, params)),
            RedirectTarget::Internal { path: pattern, tail } => {
                let path = RoutePath::new(pattern, params)?;
                let url = match is_public(&path) {
                    true => path.url(pattern),
                    false => site.url_of(&path).unwrap_or_else(|| path.url(pattern)),
                };
                Ok(format!("{url}{tail}"))
            }
        }
    }
}

/// Fills the address of another site. What a param holds is a piece of its path, and never anything else.
fn external(parts: &[Part], params: &RawParams) -> String {
    let mut url = String::new();
    for part in parts {
        match part {
            Part::Text(text) => url.push_str(text),
            Part::Param(name) | Part::Rest(name) => {
                url::push_encoded(&mut url, params.get(name).unwrap_or_default());
            }
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::routing::matching;
    use crate::routing::request_path::RequestPath;
    use crate::support::{self, CONFIG, leak, vectors};

    #[test]
    fn the_status_is_that_of_astro() {
        vectors::check("redirect_status", STATUS, |case| {
            let status =
                case["redirect"]["status"].as_u64().and_then(|status| status.try_into().ok());
            let rule = support::redirect_rule("/a", "/b", status, leak(CONFIG));
            let is_get = case["method"] == "GET";
            let status = is_get.then(|| rule.static_status().into());
            vectors::same(&status, &case["expect_status"].as_u64())
        });
    }

    const STATUS: &vectors::LeftOut = &[
        ("a status in kiln.toml always counts", &["redirect_status-005"]),
        (
            "a static build asks by `GET` alone",
            &["redirect_status-002", "redirect_status-006", "redirect_status-008"],
        ),
    ];

    #[test]
    fn the_target_is_that_of_astro() {
        vectors::check("redirect_target", TARGET, |case| {
            let redirect = &case["redirect"];
            let to = redirect.as_str().or(redirect["destination"].as_str()).ok_or("no target")?;
            let rule = support::redirect_rule("/a", to, None, leak(CONFIG));
            let site = support::site(&[], CONFIG);
            let params = vectors::params(&case["params"]);
            let location = rule.location(&site, &params, |_| false);
            let location = location.map_err(|error| error.to_string())?;
            let expected = case["expect_location"].as_str().or(case["expect_target"].as_str());
            vectors::same(&Some(&*location), &expected)
        });
    }

    const TARGET: &vectors::LeftOut = &[
        ("a redirect has a target", &["redirect_target-004"]),
        ("a param is filled in wherever it stands", &["redirect_target-016"]),
    ];

    /// Next.js's rules in kiln's words: `:a` is `[a]`, and `:a*` is `[...a]`.
    fn in_brackets(text: &str) -> String {
        let mut segments = text.split('/').map(|segment| match segment.strip_prefix(':') {
            Some(name) => match name.strip_suffix('*') {
                Some(name) => format!("[...{name}]"),
                None => format!("[{name}]"),
            },
            None => segment.to_owned(),
        });
        let first = segments.next().unwrap_or_default();
        segments.fold(first, |path, segment| path + "/" + &segment)
    }

    #[test]
    fn rules_match_as_in_next() {
        vectors::check("redirects", NEXT, |case| {
            let base = case["next_config"]["basePath"].as_str().unwrap_or_default();
            let config = leak(Config { base: leak(base.to_owned()), ..CONFIG });
            let url = vectors::text(&case["url"]).trim_start_matches("https://example.com");
            // The server adds the query of the request.
            let url = url.split('?').next().unwrap_or_default();
            let path = RequestPath::parse(url).map_err(|error| error.to_string())?;
            let path = path.below(base).and_then(|path| path.route_path());
            let rules = case["config"].as_array().expect("rules").iter().map(|rule| {
                let text = |key: &str| in_brackets(vectors::text(&rule[key]));
                support::redirect_rule(&text("source"), &text("destination"), None, config)
            });
            let site = support::site(&[], Config { ..*config });
            let location = rules.into_iter().find_map(|rule| {
                let params = matching::params(&rule.source, path.as_ref()?)?;
                rule.location(&site, &params, |_| false).ok()
            });
            let expected = case["location"].as_str().map(|to| to.split('?').next().unwrap_or(to));
            vectors::same(&location.as_deref(), &expected)
        });
    }

    const NEXT: &vectors::LeftOut = &[
        ("paths are told apart by case", &["redirects-002"]),
        ("a redirect is taken with a slash at its end at once", &["redirects-003"]),
        ("a param has no pattern, and stands in the path of the target", &["redirects-007"]),
        (
            "a redirect depends on its path alone",
            &["redirects-010", "redirects-011", "redirects-014"],
        ),
        ("all redirects are below the base", &["redirects-017"]),
        (
            "the other form of a path is the router's to redirect",
            &["redirects-020", "redirects-021", "redirects-023", "redirects-025", "redirects-026"],
        ),
    ];

    #[test]
    fn a_param_stays_in_the_path_of_the_other_site() {
        let parts = [Part::Text("https://good.com/"), Part::Rest("x"), Part::Text("?a=b")];
        for (value, expected) in [
            ("a", "https://good.com/a?a=b"),
            ("a/b c", "https://good.com/a/b%20c?a=b"),
            ("", "https://good.com/?a=b"),
            ("@evil.com", "https://good.com/@evil.com?a=b"),
            (".evil.com", "https://good.com/.evil.com?a=b"),
            ("\r\nSet-Cookie:a=b", "https://good.com/%0D%0ASet-Cookie:a=b?a=b"),
            ("?q", "https://good.com/%3Fq?a=b"),
            ("#f", "https://good.com/%23f?a=b"),
            ("%2f", "https://good.com/%252f?a=b"),
        ] {
            assert_eq!(external(&parts, &RawParams::from([("x", value)])), expected);
        }
    }
}
