//! Finds the route of a path.

use crate::config::TrailingSlash;
use crate::page::route::Route;
use crate::routing::matching;
use crate::routing::page_path::RoutePath;
use crate::routing::params::RawParams;
use crate::routing::redirect_rule::RedirectRule;
use crate::routing::request_path::{BadPath, RequestPath};
use crate::site::Site;

/// The result of [`Site::find`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum RouteMatch {
    /// A route matches the path.
    Route {
        /// The first route in the table whose pattern matches the path.
        route: &'static Route,
        /// The params, decoded and NFC-normalised. A rest param that matched nothing is absent.
        params: RawParams,
    },
    /// A route matches, but the path is not in canonical form: it has a trailing slash, or lacks one.
    Redirect {
        /// The canonical URL path, with the base and percent-encoded, as in [`Context::url`](crate::Context::url). The
        /// query of the request must be appended.
        to: String,
    },
    /// No route matches, so the 404 page answers.
    NotFound,
    /// The path is invalid.
    BadPath(BadPath),
}

/// A route or a redirect that matches a path, with the params of the path.
#[derive(Debug)]
pub(crate) enum Candidate {
    Route(&'static Route, RawParams),
    Redirect(&'static RedirectRule, RawParams),
}

impl Site {
    /// Finds the route for the path of a request.
    ///
    /// The path is that of a URL: percent-encoded, with the base and without a query. If `trailing-slash` is `always`
    /// or `never` and the path has the other form, the result is a redirect. `404.rs` and `500.rs` never match.
    ///
    /// Only patterns are compared. A prerendered route may not have a page for the params, and the params may not parse
    /// into the fields of a page on request.
    ///
    /// # Example
    ///
    /// ```
    /// use kiln::RouteMatch;
    /// # use kiln::private::{Config, Part, Pattern, TrailingSlash};
    /// # static CONFIG: Config =
    /// #     Config { trailing_slash: TrailingSlash::Never, ..Config::DEFAULT };
    /// # static ROUTES: [kiln::Route; 1] = [kiln::Route {
    /// #     config: &CONFIG,
    /// #     pattern: Pattern {
    /// #         text: "/posts/[slug]",
    /// #         segments: &[&[Part::Text("posts")], &[Part::Param("slug")]],
    /// #     },
    /// #     file: "src/pages/posts/[slug].rs",
    /// #     prerender: true,
    /// #     revalidate: None,
    /// #     accepts: None,
    /// #     endpoints: &[],
    /// # }];
    /// # static SITE: kiln::Site =
    /// #     kiln::Site { config: &CONFIG, routes: &ROUTES, ..kiln::Site::EMPTY };
    ///
    /// // In a site with src/pages/posts/[slug].rs, where `SITE` is what `kiln::site!()` defines:
    /// let RouteMatch::Route { route, params } = SITE.find("/posts/caf%C3%A9") else { panic!("not found") };
    /// assert_eq!(route.pattern(), "/posts/[slug]");
    /// assert_eq!(&params["slug"], "caf\u{e9}");
    ///
    /// // With trailing-slash = "never":
    /// assert!(matches!(SITE.find("/posts/hello/"), RouteMatch::Redirect { to } if to == "/posts/hello"));
    /// assert!(matches!(SITE.find("/posts"), RouteMatch::NotFound));
    /// assert!(matches!(SITE.find("/posts/../secret"), RouteMatch::BadPath(_)));
    /// ```
    pub fn find(&self, path: &str) -> RouteMatch {
        let path = match RequestPath::parse(path) {
            Ok(path) => path,
            Err(reason) => return RouteMatch::BadPath(reason),
        };
        match path.below(self.config.base) {
            Some(path) => self.find_below_base(&path),
            None => RouteMatch::NotFound,
        }
    }

    fn find_below_base(&self, request: &RequestPath) -> RouteMatch {
        let Some(path) = request.route_path() else { return RouteMatch::NotFound };
        let Some((route, params)) = self.matches(path).next() else { return RouteMatch::NotFound };
        // No other route answers at its path: with a `404.rs`, `/404` is not for `[slug].rs`.
        if route.pattern.is_error_page() {
            return RouteMatch::NotFound;
        }
        if self.is_canonical(request, path, route) {
            RouteMatch::Route { route, params }
        } else {
            RouteMatch::Redirect { to: path.url(&route.pattern, self.config) }
        }
    }

    /// Returns true if and only if the path of a request is canonical for a route, with respect to its trailing slash.
    pub(crate) fn is_canonical(
        &self,
        request: &RequestPath,
        path: &RoutePath,
        route: &Route,
    ) -> bool {
        self.config.trailing_slash == TrailingSlash::Ignore
            || request.has_trailing_slash() == path.ends_in_slash(&route.pattern, self.config)
    }

    /// The routes and the redirects of kiln.toml that match a path, in the order in which they are tried.
    pub(crate) fn candidates(&self, path: &RoutePath) -> impl Iterator<Item = Candidate> {
        let mut rules = self.redirects.iter().peekable();
        let mut routes = self.routes.iter().enumerate().peekable();
        std::iter::from_fn(move || {
            loop {
                let at = routes.peek().map_or(self.routes.len(), |(at, _)| *at);
                if let Some(rule) = rules.next_if(|rule| rule.after <= at) {
                    if let Some(params) = matching::params(&rule.source, path) {
                        return Some(Candidate::Redirect(rule, params));
                    }
                    continue;
                }
                let (_, route) = routes.next()?;
                if let Some(params) = matching::params(&route.pattern, path) {
                    return Some(Candidate::Route(route, params));
                }
            }
        })
    }

    /// The canonical URL path of the page or redirect at a path; `None` if there is neither.
    pub(crate) fn url_of(&self, path: &RoutePath) -> Option<String> {
        let mut routes = self.matches(path).map(|(route, _)| &route.pattern);
        let is_redirect = |rule: &&RedirectRule| matching::params(&rule.source, path).is_some();
        let mut rules = self.redirects.iter();
        let source = routes.next().or_else(|| Some(&rules.find(is_redirect)?.source));
        source.map(|source| path.url(source, self.config))
    }

    /// The routes that match a path, in table order, each with the params.
    pub(crate) fn matches(
        &self,
        path: &RoutePath,
    ) -> impl Iterator<Item = (&'static Route, RawParams)> {
        let fits = |route: &'static Route| Some((route, matching::params(&route.pattern, path)?));
        self.routes.iter().filter_map(fits)
    }
}

#[cfg(test)]
mod tests;
