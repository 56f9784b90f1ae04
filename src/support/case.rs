//! The site of a test case: the JavaScript of a vector, written in Rust.

use std::collections::BTreeSet;

use crate::config::{Config, Format, TrailingSlash};
use crate::middleware::{Middleware, Next};
use crate::page::context::Context;
use crate::page::route::{Endpoint, ResponseFuture, Route};
use crate::site::Site;
use crate::support::sort_patterns;

/// The middleware and the pages of a case.
pub(crate) struct Case {
    pub(crate) on_request: Option<OnRequest>,
    pub(crate) pages: &'static [Page],
}

pub(crate) type OnRequest = for<'a> fn(&'a mut Context, Next<'a>) -> ResponseFuture<'a>;

/// The name of a page file in the vector, such as `posts/[slug].ts`, a method, and its endpoint.
pub(crate) type Page = (&'static str, &'static str, for<'a> fn(&'a Context) -> ResponseFuture<'a>);

/// The [`OnRequest`] of a case: `middleware!(|ctx, next| next.run(ctx).await)`.
macro_rules! middleware {
    (|$ctx:pat_param, $next:pat_param| $answer:expr) => {
        Some(|$ctx, $next| $crate::private::boxed(async move { $answer }))
    };
}

/// A [`Page`] of a case: `page!("a.ts", GET, |ctx| ctx.url.to_string())`.
macro_rules! page {
    ($file:literal, $method:ident, |$ctx:pat_param| $answer:expr) => {
        ($file, stringify!($method), |$ctx| {
            $crate::private::boxed(async move { $crate::private::respond($answer) })
        })
    };
}

pub(crate) use {middleware, page};

impl Case {
    /// A site without middleware.
    pub(crate) const fn of(pages: &'static [Page]) -> Self {
        Case { on_request: None, pages }
    }

    /// The names of its page files.
    pub(crate) fn files(&self) -> BTreeSet<&'static str> {
        self.pages.iter().map(|(file, ..)| *file).collect()
    }

    /// The whole site. The files that the second argument accepts are prerendered.
    pub(crate) fn site(
        &self,
        config: &'static Config,
        is_prerendered: impl Fn(&str) -> bool,
        folder: &'static str,
    ) -> Site {
        let mut routes: Vec<Route> = Vec::new();
        for file in self.files() {
            let endpoints: Vec<_> = self.endpoints(file).collect();
            let prerender = is_prerendered(file);
            routes.push(Route { endpoints: endpoints.leak(), prerender, ..*route(file, config) });
        }
        let mut order: Vec<&str> = routes.iter().map(Route::pattern).collect();
        sort_patterns(&mut order);
        routes.sort_by_key(|route| order.iter().position(|pattern| *pattern == route.pattern()));
        let middleware = self.on_request.map(|on_request| Middleware { on_request, matcher: None });
        let routes = routes.leak();
        Site { package: folder, folder, config, routes, middleware, ..Site::EMPTY }
    }

    fn endpoints(&self, file: &str) -> impl Iterator<Item = (&'static str, Endpoint)> {
        let pages = self.pages.iter().filter(move |(of, ..)| *of == file);
        pages.map(|(_, method, endpoint)| (*method, Endpoint::OnContext(*endpoint)))
    }
}

/// The route of a page file: `posts/index.ts` and `posts.ts` both make `/posts`.
pub(crate) fn route(file: &str, config: &Config) -> &'static Route {
    let (stem, _) = file.rsplit_once('.').expect("an extension");
    let config = Config { ..*config };
    match stem.strip_suffix("/index").or((stem == "index").then_some("")) {
        Some(folder) => super::index_route(&format!("/{folder}"), config),
        None => super::route(&format!("/{stem}"), config),
    }
}

/// The path of the request as in Astro, where it has a trailing slash with `ignore` and folders. The group
/// `origin_pathname` has cases for this difference, which would hide all others here.
pub(crate) fn origin_pathname(ctx: &Context) -> String {
    let path = &ctx.origin_pathname;
    let config = ctx.engine.as_ref().map(|engine| engine.config());
    let has_slash = config.is_some_and(|config| {
        config.trailing_slash == TrailingSlash::Ignore && config.format == Format::Directory
    });
    match has_slash && !path.ends_with('/') {
        true => format!("{path}/"),
        false => path.clone(),
    }
}
