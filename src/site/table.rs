//! Which route answers a path.

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
    /// A route answers, with the params of the path.
    Route {
        /// The first route in the order of the table whose pattern the path fits.
        route: &'static Route,
        /// Its params, decoded and NFC-normalised. A rest param that matched nothing is absent.
        params: RawParams,
    },
    /// A route answers the canonical form of the path: with a trailing slash or without.
    Redirect {
        /// The canonical URL path, with base and percent-encoded, as [`Context::url`](crate::Context::url)
        /// has it. The query of the request is to be added.
        to: String,
    },
    /// No route answers, so the 404 page does.
    NotFound,
    /// The path is invalid.
    BadPath(BadPath),
}

/// A route or a redirect that may answer a path, with the params of the path.
#[derive(Debug)]
pub(crate) enum Candidate {
    Route(&'static Route, RawParams),
    Redirect(&'static RedirectRule, RawParams),
}

impl Site {
    /// Finds the route that answers the path of a request.
    ///
    /// The path is the URL's: percent-encoded, with base and without a query. Where `trailing-slash` is `always`
    /// or `never` and the path has the other form, the result is a redirect. `404.rs` and `500.rs` answer no
    /// path.
    ///
    /// Only patterns are compared. A prerendered route may have no page for the params, and a page rendered on request may
    /// have fields that they do not parse into.
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
        let Some((route, params)) = self.matches(&path).next() else { return RouteMatch::NotFound };
        // No other route answers its path: with a `404.rs`, `/404` is not for `[slug].rs`.
        if route.pattern.is_error_page() {
            return RouteMatch::NotFound;
        }
        if self.is_canonical(request, &path, route) {
            RouteMatch::Route { route, params }
        } else {
            RouteMatch::Redirect { to: path.url(&route.pattern, self.config) }
        }
    }

    /// Returns true if and only if a request has the form of a route's path that is answered: with a trailing slash or
    /// without, as the site is set.
    pub(crate) fn is_canonical(
        &self,
        request: &RequestPath,
        path: &RoutePath,
        route: &Route,
    ) -> bool {
        self.config.trailing_slash == TrailingSlash::Ignore
            || request.has_trailing_slash() == path.ends_in_slash(&route.pattern, self.config)
    }

    /// The routes and the redirects of kiln.toml whose patterns a path fits, in the order in which they are tried.
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

    /// The canonical URL path of what answers a path, a page or a redirect of kiln.toml; `None` where nothing does.
    pub(crate) fn url_of(&self, path: &RoutePath) -> Option<String> {
        let mut routes = self.matches(path).map(|(route, _)| &route.pattern);
        let is_redirect = |rule: &&RedirectRule| matching::params(&rule.source, path).is_some();
        let mut rules = self.redirects.iter();
        let source = routes.next().or_else(|| Some(&rules.find(is_redirect)?.source));
        source.map(|source| path.url(source, self.config))
    }

    /// The routes whose patterns a path fits, in the order of the table, each with its params.
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
