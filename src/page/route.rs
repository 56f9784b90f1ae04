//! A route: the pattern of its paths, its endpoints and its page file.

use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;

use anyhow::Result;
use axum::response::Response;

use crate::config::Config;
use crate::page::context::Context;
use crate::page::error;
use crate::page::static_path::Sink;
use crate::routing::page_path::RoutePath;
use crate::routing::params::RawParams;
use crate::routing::pattern::Pattern;

/// A route of the site: a pattern such as `/posts/[slug]`, its endpoints and its page file.
///
/// `static_paths` may take its own route, as `route: &Route`.
#[derive(Clone, Copy)]
pub struct Route {
    #[doc(hidden)]
    pub config: &'static Config,
    #[doc(hidden)]
    pub pattern: Pattern,
    #[doc(hidden)]
    pub file: &'static str,
    #[doc(hidden)]
    pub prerender: bool,
    /// `REVALIDATE` of the page; see [`Route::revalidate`] for 0.
    #[doc(hidden)]
    pub revalidate: Option<u64>,
    /// Whether params parse into the page's `struct Params`; `None` if it has none.
    #[doc(hidden)]
    pub accepts: Option<fn(&RawParams) -> bool>,
    #[doc(hidden)]
    pub endpoints: &'static [(&'static str, Endpoint)],
}

/// The future of a response.
pub(crate) type ResponseFuture<'a> = Pin<Box<dyn Future<Output = Result<Response>> + Send + 'a>>;

/// The callable side of a route, for one method.
#[derive(Clone, Copy)]
pub enum Endpoint {
    /// Called with only the context.
    OnContext(for<'a> fn(&'a Context) -> ResponseFuture<'a>),
    /// Called for each path that `static_paths` returns, with its params and props.
    OnStaticPaths(fn(&'static Route, &mut Sink<'_>) -> Result<()>),
}

impl Route {
    /// The pattern of its paths, for example `/posts/[slug]`.
    pub fn pattern(&self) -> &'static str {
        self.pattern.text
    }

    /// The page file, relative to the site's folder, for example `src/pages/posts/[slug].rs`.
    pub fn file(&self) -> &'static str {
        self.file
    }

    /// The methods that have an endpoint, in upper case. `ALL` means every method.
    pub fn methods(&self) -> impl Iterator<Item = &'static str> {
        self.endpoints.iter().map(|(method, _)| *method)
    }

    /// The names of its params, in the order of their brackets.
    pub fn params(&self) -> impl Iterator<Item = &'static str> {
        self.pattern.params()
    }

    /// Returns true if and only if its pages are rendered when the site is built, rather than on request.
    pub fn is_prerendered(&self) -> bool {
        self.prerender
    }

    /// The seconds for which the server caches a rendered page: the page's `REVALIDATE`.
    ///
    /// `None` if the page has no `REVALIDATE`, or if it is 0. A page on request is then rendered for every request, and
    /// a prerendered page never changes.
    pub fn revalidate(&self) -> Option<u64> {
        self.revalidate.filter(|seconds| *seconds > 0)
    }

    /// The URL path of the page with these values of its params, in the order of the brackets.
    ///
    /// # Panics
    ///
    /// Panics if a value cannot be part of a path of this route. A build refuses the same values.
    #[doc(hidden)]
    #[track_caller]
    pub fn link(&self, values: &[&dyn fmt::Display]) -> String {
        let params: RawParams = self.params().zip(values).collect();
        match RoutePath::new(&self.pattern, &params) {
            Ok(path) => path.url(&self.pattern, self.config),
            Err(error) => panic!("cannot link to `{}`: {error:#}", self.pattern),
        }
    }

    /// Returns true if and only if params parse into the fields of the page's `Params`.
    ///
    /// # Errors
    ///
    /// Fails if the `FromStr` of a field, or the `Display` of its error, panics.
    pub(crate) fn takes(&self, params: &RawParams) -> Result<bool> {
        let Some(accepts) = self.accepts else { return Ok(true) };
        let what = || format!("the `FromStr` of a param of {}", self.file);
        catch_unwind(AssertUnwindSafe(|| accepts(params)))
            .map_err(|panic| error::panicked(what(), panic))
    }

    /// The endpoint that a static build calls.
    pub(crate) fn prerendered_endpoint(&self) -> Option<Endpoint> {
        let of = |method| self.endpoints.iter().find(|(name, _)| *name == method);
        of("GET").or_else(|| of("ALL")).map(|(_, endpoint)| *endpoint)
    }

    /// Returns true if and only if its page file is an `index.rs`.
    pub(crate) fn is_index(&self) -> bool {
        self.file.ends_with("/index.rs")
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Route")
            .field("pattern", &self.pattern.text)
            .field("file", &self.file)
            .field("prerender", &self.prerender)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Endpoint::OnContext(_) => "OnContext",
            Endpoint::OnStaticPaths(_) => "OnStaticPaths",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::TrailingSlash;
    use crate::support::{self, CONFIG};

    #[test]
    fn links_are_the_urls_of_pages() {
        let config = Config { base: "/docs", trailing_slash: TrailingSlash::Always, ..CONFIG };
        let route = support::route("/[lang]/v[major]/[...path]", config);
        assert_eq!(route.link(&[&"en", &2, &"a b/c"]), "/docs/en/v2/a%20b/c/");
        assert_eq!(route.link(&[&"en", &2, &""]), "/docs/en/v2/");
        assert_eq!(support::route("/", CONFIG).link(&[]), "/");
    }

    #[test]
    #[should_panic = "cannot link to `/[a]`: the param `a` = \"..\" would lead to another folder"]
    fn a_link_with_an_invalid_value_panics() {
        support::route("/[a]", CONFIG).link(&[&".."]);
    }

    #[test]
    fn an_index_is_recognized_by_its_file() {
        assert!(support::index_route("/about", CONFIG).is_index());
        assert!(support::route("/", CONFIG).is_index());
        assert!(!support::route("/about", CONFIG).is_index());
        assert!(!support::route("/myindex", CONFIG).is_index());
        assert!(!support::route("/index.json", CONFIG).is_index());
    }

    #[test]
    fn a_page_with_a_revalidate_of_0_is_not_cached() {
        let route = |revalidate| Route { revalidate, ..*support::route("/now", CONFIG) };
        assert_eq!(route(None).revalidate(), None);
        assert_eq!(route(Some(0)).revalidate(), None);
        assert_eq!(route(Some(60)).revalidate(), Some(60));
    }
}
