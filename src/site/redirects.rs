//! The sources and targets of the redirects of kiln.toml in a site.

use anyhow::Result;

use crate::page::route::Route;
use crate::routing::page_path::RoutePath;
use crate::routing::params::RawParams;
use crate::routing::redirect_rule::{RedirectRule, RedirectTarget, external};
use crate::site::Site;

/// The value of all params in [`Site::sample_route`].
const SAMPLE: &str = "x";

impl Site {
    /// Returns true if and only if a build knows all paths of a rule: it has a fixed path, or it leads to prerendered
    /// pages.
    pub(crate) fn is_listed(&self, rule: &RedirectRule) -> bool {
        match rule.target {
            _ if rule.source.is_static() => true,
            RedirectTarget::External(_) => false,
            RedirectTarget::Internal { .. } => {
                self.sample_route(rule).is_none_or(Route::is_prerendered)
            }
        }
    }

    /// The route of the target pages of a rule: the first that matches the target if all params have a sample value.
    pub(crate) fn sample_route(&self, rule: &RedirectRule) -> Option<&'static Route> {
        let target = rule.target_pattern()?;
        let params: RawParams = target.params().map(|name| (name, SAMPLE)).collect();
        let path = RoutePath::new(target, &params).ok()?;
        self.matches(&path).next().map(|(route, _)| route)
    }

    /// The target of a rule for these params: an absolute URL, or a canonical path of the site with the base.
    ///
    /// `is_public` returns whether `public/` has a file at a path.
    ///
    /// # Errors
    ///
    /// Fails if the params do not make a valid path of the site.
    pub(crate) fn location(
        &self,
        rule: &RedirectRule,
        params: &RawParams,
        is_public: impl FnOnce(&RoutePath) -> bool,
    ) -> Result<String> {
        match &rule.target {
            RedirectTarget::External(parts) => Ok(external(parts, params)),
            RedirectTarget::Internal { path: pattern, tail } => {
                let path = RoutePath::new(pattern, params)?;
                let url = match is_public(&path) {
                    true => None,
                    false => self.url_of(&path),
                };
                let url = url.unwrap_or_else(|| path.url(pattern, self.config));
                Ok(format!("{url}{tail}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;
    use crate::routing::matching;
    use crate::routing::request_path::RequestPath;
    use crate::support::{self, CONFIG, leak, vectors};

    #[test]
    fn the_target_is_the_same_as_in_astro() {
        vectors::check("redirect_target", TARGET, |case| {
            let redirect = &case["redirect"];
            let to = redirect.as_str().or(redirect["destination"].as_str()).ok_or("no target")?;
            let rule = support::redirect_rule("/a", to, None);
            let site = support::site(&[], CONFIG);
            let params = vectors::params(&case["params"]);
            let location = site.location(&rule, &params, |_| false);
            let location = location.map_err(|error| error.to_string())?;
            let expected = case["expect_location"].as_str().or(case["expect_target"].as_str());
            vectors::same(&Some(&*location), &expected)
        });
    }

    const TARGET: &vectors::LeftOut = &[
        ("a redirect has a target", &["redirect_target-004"]),
        ("params are filled everywhere in the target", &["redirect_target-016"]),
    ];

    /// Converts a rule of Next.js to a pattern of kiln: `:a` is `[a]`, and `:a*` is `[...a]`.
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
    fn rules_match_as_in_next_js() {
        vectors::check("redirects", NEXT, |case| {
            let base = case["next_config"]["basePath"].as_str().unwrap_or_default();
            let url = vectors::text(&case["url"]).trim_start_matches("https://example.com");
            // The server adds the query of the request.
            let url = url.split('?').next().unwrap_or_default();
            let path = RequestPath::parse(url).map_err(|error| error.to_string())?;
            let path = path.below(base).and_then(|path| path.route_path().cloned());
            let rules = case["config"].as_array().expect("rules").iter().map(|rule| {
                let text = |key: &str| in_brackets(vectors::text(&rule[key]));
                support::redirect_rule(&text("source"), &text("destination"), None)
            });
            let site = support::site(&[], Config { base: leak(base.to_owned()), ..CONFIG });
            let location = rules.into_iter().find_map(|rule| {
                let params = matching::params(&rule.source, path.as_ref()?)?;
                site.location(&rule, &params, |_| false).ok()
            });
            let expected = case["location"].as_str().map(|to| to.split('?').next().unwrap_or(to));
            vectors::same(&location.as_deref(), &expected)
        });
    }

    const NEXT: &vectors::LeftOut = &[
        ("paths are case-sensitive", &["redirects-002"]),
        ("a path with a trailing slash is redirected directly", &["redirects-003"]),
        ("a param has no pattern, and is in the path of the target", &["redirects-007"]),
        (
            "a redirect only depends on the path",
            &["redirects-010", "redirects-011", "redirects-014"],
        ),
        ("all redirects are below the base", &["redirects-017"]),
        (
            "the router redirects paths that are not canonical",
            &["redirects-020", "redirects-021", "redirects-023", "redirects-025", "redirects-026"],
        ),
    ];
}
