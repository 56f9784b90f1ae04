//! A redirect of `kiln.toml`. The code generator has parsed and checked it.

use http::Method;

use crate::routing::params::RawParams;
use crate::routing::pattern::{Part, Pattern};
use crate::routing::url;

/// A rule of `[redirects]`, which redirects the paths of a pattern to another page or to another site.
#[derive(Debug, Clone, Copy)]
pub struct RedirectRule {
    /// The pattern of the paths that are redirected.
    pub source: Pattern,
    /// The target of the redirect.
    pub target: RedirectTarget,
    /// 301, 302, 303, 307 or 308; `None` if the rule does not set one.
    pub status: Option<u16>,
    /// The number of routes in the table that are tried before it.
    pub after: usize,
    /// The line in kiln.toml, from 1.
    pub line: u32,
    /// Its location for messages, such as `kiln.toml:3:1`.
    pub place: &'static str,
}

/// The target of a redirect of `kiln.toml`. All its params are also params of the source.
#[derive(Debug, Clone, Copy)]
pub enum RedirectTarget {
    /// A URL of another site. Its texts are not encoded, and the host name has no params.
    External(&'static [Part]),
    /// A path of this site.
    Internal {
        /// The path as a pattern, below the base.
        path: Pattern,
        /// The query with its `?` and the fragment with its `#`; empty if there is neither.
        tail: &'static str,
    },
}

impl RedirectRule {
    /// The status of the redirect in a static build.
    pub(crate) fn static_status(&self) -> u16 {
        self.status.unwrap_or(301)
    }

    /// The status of the response to a request with this method. With 308, a `POST` stays a `POST`.
    pub(crate) fn status_for(&self, method: &Method) -> u16 {
        let default = if matches!(*method, Method::GET | Method::HEAD) { 301 } else { 308 };
        self.status.unwrap_or(default)
    }

    /// The pattern of the target; `None` if it is another site.
    pub(crate) fn target_pattern(&self) -> Option<&Pattern> {
        match &self.target {
            RedirectTarget::External(_) => None,
            RedirectTarget::Internal { path, .. } => Some(path),
        }
    }
}

/// Fills the URL of another site. The values of params are always encoded as parts of a path.
pub(crate) fn external(parts: &[Part], params: &RawParams) -> String {
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
    use crate::support::{self, vectors};

    #[test]
    fn the_status_is_the_same_as_in_astro() {
        vectors::check("redirect_status", STATUS, |case| {
            let status =
                case["redirect"]["status"].as_u64().and_then(|status| status.try_into().ok());
            let rule = support::redirect_rule("/a", "/b", status);
            let is_get = case["method"] == "GET";
            let status = is_get.then(|| rule.static_status().into());
            vectors::same(&status, &case["expect_status"].as_u64())
        });
    }

    const STATUS: &vectors::LeftOut = &[
        ("a status in kiln.toml applies to every method", &["redirect_status-005"]),
        (
            "a static build only renders the response to `GET`",
            &["redirect_status-002", "redirect_status-006", "redirect_status-008"],
        ),
    ];

    #[test]
    fn a_param_cannot_leave_the_path_of_the_url() {
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
