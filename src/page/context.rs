//! The context of a page: the request that it answers, and its site.

mod body;
#[cfg(test)]
mod vectors;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode, Uri, header};

use crate::page::cookies::Cookies;
use crate::page::locals::Locals;
use crate::page::rewrite::Rewrite;
use crate::page::route::Route;
use crate::routing::page_path::RoutePath;
use crate::routing::params::RawParams;
use crate::routing::request_path::RequestPath;
use crate::routing::url;

/// The context of a request: params, URL, and what else a page or a layout reads.
///
/// It is one concrete type, so layouts and helpers take `&Context`. In a static build there is one for each
/// page, and its request is a `GET` without headers and body.
///
/// # Example
///
/// ```
/// use kiln::prelude::*;
///
/// pub fn get(ctx: &Context) -> impl IntoResponse {
///     Html(format!("<p>This is {}, made by {}</p>", ctx.url.path(), ctx.generator()))
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Context {
    /// The params of the path, exactly as `static_paths` gave them.
    pub params: RawParams,
    /// The absolute URL of the page. Its origin is `site` of kiln.toml, or `http://localhost:4321`.
    pub url: Uri,
    /// The request; in a static build a `GET` without headers and body.
    pub request: Request<Bytes>,
    /// `site` of kiln.toml.
    pub site: Option<&'static str>,
    /// Values that middleware put there for the pages behind it.
    pub locals: Locals,
    /// The cookies of the request, and those that are set with the response. In a static build there are none, and
    /// setting one fails the page: static files have no cookies.
    pub cookies: Cookies,
    /// The pattern of the route, for example `/posts/[slug]`; that of the 404 page, `/404`, where no route answers.
    pub route_pattern: &'static str,
    /// Whether the page is one that is rendered while the site is built.
    pub is_prerendered: bool,
    /// The path of the request before any rewrite, decoded and without base; with a slash at its end where the URL has
    /// one.
    pub origin_pathname: String,
    /// The site, whose other pages may answer; `None` outside of a site.
    pub(crate) engine: Option<Arc<dyn Rewrite>>,
    /// The paths that the request was rewritten to, the latest last.
    pub(crate) rewrites: Vec<String>,
}

impl Context {
    /// A context outside of a site: for adapters, and for tests of an endpoint or a middleware alone.
    ///
    /// It has the URL, the headers and the body of the request, and no params; `ctx.params` and `ctx.locals` may be
    /// filled in by hand. It knows no pages: a rewrite is an error. To send a request through a whole site, see
    /// [`testing::call`](crate::testing::call).
    ///
    /// # Example
    ///
    /// ```
    /// use kiln::prelude::*;
    ///
    /// pub fn get(ctx: &Context) -> Result<impl IntoResponse> {
    ///     let id: u32 = ctx.params.parse("id")?;
    ///     Ok(Json(json!({ "id": id, "theme": ctx.cookies.get("theme") })))
    /// }
    ///
    /// # fn main() -> Result<()> {
    /// let request = http::Request::get("/users/7").header("cookie", "theme=dark").body(Bytes::new())?;
    /// let mut ctx = Context::create(request);
    /// ctx.params = RawParams::from([("id", 7)]);
    /// assert_eq!(get(&ctx)?.into_response().status(), StatusCode::OK);
    /// # Ok(())
    /// # }
    /// ```
    pub fn create(request: Request<Bytes>) -> Self {
        let path = RequestPath::parse(request.uri().path());
        let origin_pathname =
            path.map_or_else(|_| request.uri().path().to_owned(), |path| path.display());
        let url = absolute(request.uri());
        let cookies = Cookies::from_headers(request.headers());
        let mut ctx = Context::new(request, url, origin_pathname, None, None);
        ctx.cookies = cookies;
        ctx
    }

    /// All contexts are made here.
    #[inline]
    fn new(
        request: Request<Bytes>,
        url: Uri,
        origin_pathname: String,
        engine: Option<Arc<dyn Rewrite>>,
        site: Option<&'static str>,
    ) -> Self {
        Context {
            params: RawParams::new(),
            url,
            request,
            site,
            locals: Locals::default(),
            cookies: Cookies::default(),
            route_pattern: "",
            is_prerendered: false,
            origin_pathname,
            engine,
            rewrites: Vec::new(),
        }
    }

    /// The context of a page in a static build.
    ///
    /// # Errors
    ///
    /// Where no URL can be made of the path.
    pub(crate) fn prerendering(
        engine: Option<Arc<dyn Rewrite>>,
        route: &Route,
        path: &RoutePath,
        params: RawParams,
    ) -> Result<Self> {
        let url = path.url_below(route.config.origin(), &route.pattern, route.config);
        let url =
            Uri::try_from(url).with_context(|| format!("`{}` makes no URL", path.display()))?;
        let mut request = Request::new(Bytes::new());
        *request.uri_mut() = url.clone();
        let origin_pathname = path.pathname(&route.pattern, route.config);
        let mut ctx = Context::new(request, url, origin_pathname, engine, route.config.site);
        ctx.set_route(route, params);
        Ok(ctx)
    }

    /// The context of a request that has a page. `shown` is the path of the request, decoded and without base.
    pub(crate) fn for_page(
        engine: Arc<dyn Rewrite>,
        origin: &str,
        request: Request<Bytes>,
        shown: String,
        path: &RoutePath,
        (route, params): (&Route, RawParams),
    ) -> Self {
        let url = path.url_below(origin, &route.pattern, route.config);
        let mut ctx = Context::for_request(engine, request, shown, url);
        ctx.set_route(route, params);
        ctx
    }

    /// The context of a request that has no page. `whole` is its decoded path with base, or a path outside of the base;
    /// `shown` is the path without base.
    pub(crate) fn not_found(
        engine: Arc<dyn Rewrite>,
        origin: &str,
        request: Request<Bytes>,
        shown: String,
        whole: &str,
    ) -> Self {
        let mut url = origin.to_owned();
        url::push_encoded(&mut url, whole);
        Context::for_request(engine, request, shown, url)
    }

    /// The context of a request to a site, at a URL without a query.
    fn for_request(
        engine: Arc<dyn Rewrite>,
        request: Request<Bytes>,
        origin_pathname: String,
        url: String,
    ) -> Self {
        let cookies = Cookies::from_headers(request.headers());
        let site = engine.config().site;
        let mut ctx = Context::new(request, Uri::default(), origin_pathname, Some(engine), site);
        ctx.cookies = cookies;
        if !ctx.set_url(url) {
            ctx.url = absolute(ctx.request.uri());
        }
        ctx
    }

    /// Changes it to the context of another page of the site, which a rewrite leads to.
    pub(crate) fn set_page(&mut self, path: &RoutePath, route: &Route, params: RawParams) {
        let origin = self.origin();
        self.set_url(path.url_below(&origin, &route.pattern, route.config));
        self.set_route(route, params);
    }

    /// Sets what a context knows of the route that answers.
    #[inline]
    pub(crate) fn set_route(&mut self, route: &Route, params: RawParams) {
        self.params = params;
        self.route_pattern = route.pattern.text;
        self.is_prerendered = route.is_prerendered();
    }

    fn origin(&self) -> String {
        let scheme = self.url.scheme_str().unwrap_or("http");
        let authority = self.url.authority().map_or("localhost:4321", |it| it.as_str());
        format!("{scheme}://{authority}")
    }

    /// Sets the URL, which is given without a query; the query is that of the request. Returns false, and changes nothing, if
    /// the URL is invalid.
    fn set_url(&mut self, mut url: String) -> bool {
        if let Some(query) = self.request.uri().query() {
            url.push('?');
            url.push_str(query);
        }
        let Ok(url) = Uri::try_from(url) else { return false };
        *self.request.uri_mut() = url.clone();
        self.url = url;
        true
    }

    /// Redirects to a path or URL with status 302 (found): the browser follows, and keeps the old address.
    ///
    /// Characters that a URL cannot contain are percent-encoded; existing escapes such as `%20` stay as they are.
    ///
    /// # Errors
    ///
    /// Where the target contains a control character, such as a line break.
    pub fn redirect(&self, to: impl AsRef<str>) -> Result<Response> {
        self.redirect_with(StatusCode::FOUND, to)
    }

    /// Redirects to a path or URL with a status of your choice, such as 301 (moved permanently).
    ///
    /// # Errors
    ///
    /// Where the status is not 301, 302, 303, 307 or 308, or the target contains a control character.
    pub fn redirect_with(&self, status: StatusCode, to: impl AsRef<str>) -> Result<Response> {
        let to = to.as_ref();
        if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
            anyhow::bail!(
                "a redirect to `{to}` has the status 301, 302, 303, 307 or 308, and not {status}"
            );
        }
        if to.contains(char::is_control) {
            bail!("a redirect cannot lead to {to:?}, which contains a control character");
        }
        let location = HeaderValue::from_str(&url::escaped(to))
            .with_context(|| format!("a redirect cannot lead to {to:?}"))?;
        Ok((status, [(header::LOCATION, location)]).into_response())
    }

    /// Lets another page of the site answer: the address in the browser stays.
    ///
    /// The page is called with a context of its own, whose params, URL and pattern are those of the page; locals and
    /// cookies are shared, and middleware runs again, for the path of that page. In a static build the file is that of the
    /// first path. The path is given with or without base, and may have a query. To go on from a middleware without
    /// running it again, see [`Next::rewrite`](crate::Next::rewrite).
    ///
    /// # Errors
    ///
    /// Where no page answers the path (the 404 page on request), where rewrites lead in a circle (508), and what the page
    /// fails with.
    ///
    /// # Example
    ///
    /// ```
    /// // src/pages/latest.rs
    /// use kiln::prelude::*;
    ///
    /// pub async fn get(ctx: &Context) -> Result<Response> {
    ///     ctx.rewrite("/posts/hello").await
    /// }
    /// ```
    pub async fn rewrite(&self, path: impl AsRef<str>) -> Result<Response> {
        let mut ctx = self.for_rewrite();
        let path = path.as_ref();
        let engine = self.engine.clone().with_context(|| {
            format!("cannot be rewritten to `{path}`: `Context::create` makes a context outside of a site")
        })?;
        engine.rewrite(&mut ctx, path).await
    }

    /// The context of the page that a rewrite leads to: it shares the cookies.
    fn for_rewrite(&self) -> Self {
        let (request, url) = (self.request.clone(), self.url.clone());
        let (path, engine) = (self.origin_pathname.clone(), self.engine.clone());
        let mut ctx = Context::new(request, url, path, engine, self.site);
        ctx.locals = self.locals.clone();
        ctx.cookies = self.cookies.share();
        ctx.route_pattern = self.route_pattern;
        ctx.is_prerendered = self.is_prerendered;
        ctx.rewrites.clone_from(&self.rewrites);
        ctx
    }

    /// The address of the client.
    ///
    /// # Errors
    ///
    /// In a static build, which has no client; and if the address is not known. For a context made by
    /// [`create`](Context::create), it is an `IpAddr` or a `SocketAddr` among the extensions of the request.
    pub fn client_address(&self) -> Result<IpAddr> {
        let extensions = self.request.extensions();
        let of_socket = || extensions.get::<SocketAddr>().map(SocketAddr::ip);
        match extensions.get::<IpAddr>().copied().or_else(of_socket) {
            Some(address) => Ok(address),
            None if self.is_prerendered => bail!(
                "a page that is rendered when the site is built has no client: `pub const PRERENDER: bool = false;` has it rendered on request"
            ),
            None => bail!("the address of the client is not known here"),
        }
    }

    /// The name and version of what makes the site: `kiln/x.y.z`, for `<meta name="generator">`.
    pub fn generator(&self) -> &'static str {
        concat!("kiln/", env!("CARGO_PKG_VERSION"))
    }
}

/// The absolute URL of a request that may not name its host.
fn absolute(uri: &Uri) -> Uri {
    match uri.scheme() {
        Some(_) => uri.clone(),
        None => {
            Uri::try_from(format!("http://localhost:4321{uri}")).unwrap_or_else(|_| uri.clone())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{self, vectors};

    #[test]
    fn urls_are_those_of_astro() {
        vectors::check("request_url", REQUEST_URL, |case| {
            let file = vectors::text(&case["page_file"]);
            let (stem, _) = file.rsplit_once('.').expect("a file with an extension");
            let config = vectors::config(&case["config"]);
            let route = match stem.strip_suffix("index") {
                Some(folder) if matches!(folder.chars().last(), None | Some('/')) => {
                    support::index_route(&format!("/{}", folder.trim_end_matches('/')), config)
                }
                _ => support::route(&format!("/{stem}"), config),
            };
            let path = RoutePath::new(&route.pattern, &RawParams::new()).expect("a path");
            let ctx =
                Context::prerendering(None, route, &path, RawParams::new()).expect("a context");
            for (key, actual) in [
                ("expect_pathname", ctx.url.path()),
                ("expect_url", &*ctx.url.to_string()),
                ("expect_origin_pathname", &*ctx.origin_pathname),
            ] {
                if let Some(expected) = case[key].as_str() {
                    vectors::same(actual, expected)?;
                }
            }
            Ok(())
        });
    }

    const REQUEST_URL: &vectors::LeftOut = &[
        (
            "no file name is in the canonical URL, whatever the format",
            &[
                "request_url-001",
                "request_url-002",
                "request_url-003",
                "request_url-054",
                "request_url-056",
                "request_url-058",
                "request_url-059",
                "request_url-060",
                "request_url-064",
                "request_url-065",
                "request_url-067",
                "request_url-068",
                "request_url-069",
                "request_url-071",
                "request_url-072",
                "request_url-073",
                "request_url-074",
                "request_url-077",
                "request_url-079",
                "request_url-080",
                "request_url-082",
                "request_url-083",
                "request_url-087",
                "request_url-088",
                "request_url-092",
                "request_url-093",
                "request_url-095",
                "request_url-098",
                "request_url-102",
                "request_url-105",
                "request_url-107",
                "request_url-112",
                "request_url-113",
            ],
        ),
        (
            "the canonical URL has no slash with `ignore`",
            &[
                "request_url-004",
                "request_url-040",
                "request_url-041",
                "request_url-048",
                "request_url-049",
                "request_url-106",
                "request_url-111",
            ],
        ),
        (
            "`origin_pathname` has a slash where the canonical URL has one",
            &[
                "request_url-013",
                "request_url-021",
                "request_url-043",
                "request_url-044",
                "request_url-052",
                "request_url-053",
                "request_url-114",
            ],
        ),
    ];
}
