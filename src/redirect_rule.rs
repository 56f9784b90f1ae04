//! A redirect of `kiln.toml`, as the generated code gives it: read and checked when the site is compiled.

use anyhow::Result;

use crate::params::RawParams;
use crate::path::{self, RoutePath};
use crate::route::{Part, Route};
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
                path::push_encoded(&mut url, params.get(name).unwrap_or_default());
            }
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

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
