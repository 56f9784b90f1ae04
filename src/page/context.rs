//! The context of a page: the request, and the site.

mod body;
mod files;
#[cfg(test)]
mod vectors;

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};

use anyhow::{Context as _, Error, Result, bail};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::uri::PathAndQuery;
use http::{HeaderValue, Request, StatusCode, Uri, header};

use crate::page::cookies::Cookies;
use crate::page::image::Failed;
use crate::page::locals::Locals;
use crate::page::origin::Origin;
use crate::page::rewrite::Rewrite;
use crate::page::route::Route;
use crate::routing::page_path::RoutePath;
use crate::routing::params::RawParams;
use crate::routing::request_path::RequestPath;
use crate::routing::url;

/// The context of a request: the params, the URL, and everything else that a page or a layout reads.
///
/// It is a single concrete type, so layouts and helpers simply take `&Context`. In a static build, every page has its
/// own context, whose request is a `GET` without headers and body.
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
    /// The params of the path, exactly as `static_paths` returned them.
    pub params: RawParams,
    /// The absolute URL of the page. Its origin is `site` of kiln.toml, or `http://localhost:4321`.
    pub url: Uri,
    /// The request. In a static build, it is a `GET` without headers and body.
    pub request: Request<Bytes>,
    /// `site` of kiln.toml.
    pub site: Option<&'static str>,
    /// The values that middleware has set for pages.
    pub locals: Locals,
    /// The cookies of the request, and those that the response sets. In a static build there are none, and a page that
    /// sets one fails: static files cannot set cookies.
    pub cookies: Cookies,
    /// The pattern of the route, for example `/posts/[slug]`. If no route matches, it is that of the 404 page, `/404`.
    pub route_pattern: &'static str,
    /// Whether the page is prerendered, that is, rendered when the site is built.
    pub is_prerendered: bool,
    /// The path of the request before any rewrite, decoded and without the base. It has the trailing slash of the URL.
    pub origin_pathname: String,
    /// The client, as the server knows it.
    pub(crate) client: Option<IpAddr>,
    /// The site, for rewrites; `None` outside of a site.
    pub(crate) engine: Option<Arc<dyn Rewrite>>,
    /// The paths that the request was rewritten to, in order.
    pub(crate) rewrites: Vec<String>,
    /// Errors that came up when an image was written, where no `Result` can be returned.
    failed: OnceLock<Arc<Failed>>,
}

impl Context {
    /// Creates a context outside of a site, for adapters and for unit tests of an endpoint or a middleware.
    ///
    /// It has the URL, the headers and the body of the request. It has no params, but `ctx.params` and `ctx.locals` can
    /// be set. Rewrites fail, since there are no pages. To send a request through a whole site, use
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

    /// The only constructor of contexts.
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
            client: None,
            engine,
            rewrites: Vec::new(),
            failed: OnceLock::new(),
        }
    }

    /// The context of a page in a static build.
    ///
    /// # Errors
    ///
    /// Fails if the path does not make a valid URL.
    pub(crate) fn prerendering(
        engine: Option<Arc<dyn Rewrite>>,
        origin: &Origin,
        route: &Route,
        path: &RoutePath,
        params: RawParams,
    ) -> Result<Self> {
        let url = PathAndQuery::try_from(path.url(&route.pattern, route.config))
            .map_err(Error::from)
            .and_then(|path| origin.url(path))
            .with_context(|| format!("`{}` does not make a valid URL", path.display()))?;
        let mut request = Request::new(Bytes::new());
        *request.uri_mut() = url.clone();
        let origin_pathname = path.pathname(&route.pattern, route.config);
        let mut ctx = Context::new(request, url, origin_pathname, engine, route.config.site);
        ctx.set_route(route, params);
        Ok(ctx)
    }

    /// The context of a request that has a page. `shown` is the path of the request, decoded and without the base.
    pub(crate) fn for_page(
        engine: Arc<dyn Rewrite>,
        origin: &Origin,
        request: Request<Bytes>,
        shown: String,
        path: &RoutePath,
        (route, params): (&Route, RawParams),
    ) -> Self {
        let mut ctx = Context::for_request(engine, request, shown);
        ctx.set_route(route, params);
        let asked = ctx.request.uri();
        let is_url = path.is_url(asked.path(), &route.pattern, route.config);
        // Nearly all requests ask for the URL of the page, so nothing has to be encoded, copied and parsed again.
        match asked.path_and_query().filter(|_| is_url).map(|path| origin.url(path.clone())) {
            Some(Ok(url)) => ctx.replace_url(url),
            _ => ctx.set_url(path.url_below(origin.as_str(), &route.pattern, route.config)),
        }
        ctx
    }

    /// The context of a request that has no page. `whole` is the whole decoded path, and `shown` the path without the
    /// base.
    pub(crate) fn not_found(
        engine: Arc<dyn Rewrite>,
        origin: &Origin,
        request: Request<Bytes>,
        shown: String,
        whole: &str,
    ) -> Self {
        let mut ctx = Context::for_request(engine, request, shown);
        let mut url = origin.as_str().to_owned();
        url::push_encoded(&mut url, whole);
        ctx.set_url(url);
        ctx
    }

    /// The context of a request to a site, without a URL.
    #[inline]
    fn for_request(
        engine: Arc<dyn Rewrite>,
        request: Request<Bytes>,
        origin_pathname: String,
    ) -> Self {
        let cookies = Cookies::from_headers(request.headers());
        let site = engine.config().site;
        let mut ctx = Context::new(request, Uri::default(), origin_pathname, Some(engine), site);
        ctx.cookies = cookies;
        ctx
    }

    /// Changes the page of the context to the target of a rewrite.
    pub(crate) fn set_page(&mut self, path: &RoutePath, route: &Route, params: RawParams) {
        let origin = self.origin();
        if let Some(url) = self.with_query(path.url_below(&origin, &route.pattern, route.config)) {
            self.replace_url(url);
        }
        self.set_route(route, params);
    }

    /// Sets the fields that depend on the route.
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

    /// Sets the URL, with the query of the request, or to that of the request if the URL is invalid.
    fn set_url(&mut self, url: String) {
        match self.with_query(url) {
            Some(url) => self.replace_url(url),
            None => self.url = absolute(self.request.uri()),
        }
    }

    /// A URL with the query of the request; `None` if it is invalid.
    fn with_query(&self, mut url: String) -> Option<Uri> {
        if let Some(query) = self.request.uri().query() {
            url.push('?');
            url.push_str(query);
        }
        url.try_into().ok()
    }

    #[inline]
    fn replace_url(&mut self, url: Uri) {
        self.request.uri_mut().clone_from(&url);
        self.url = url;
    }

    /// Returns a redirect to a path or URL with the status 302 (found), for a temporary redirect.
    ///
    /// Characters that a URL cannot contain are percent-encoded. Existing escapes such as `%20` are kept. A target that starts with `//`,
    /// which is another host, fails the page: another site needs `https://` or `http://`.
    ///
    /// # Errors
    ///
    /// Returns an error if the target contains a control character, such as a line break.
    pub fn redirect(&self, to: impl AsRef<str>) -> Result<Response> {
        self.redirect_with(StatusCode::FOUND, to)
    }

    /// Returns a redirect to a path or URL with the given status, such as 301 (moved permanently).
    ///
    /// # Errors
    ///
    /// Returns an error if the status is not 301, 302, 303, 307 or 308, or if the target contains a control character.
    pub fn redirect_with(&self, status: StatusCode, to: impl AsRef<str>) -> Result<Response> {
        let to = to.as_ref();
        if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
            anyhow::bail!(
                "a redirect to `{to}` needs the status 301, 302, 303, 307 or 308, not {status}"
            );
        }
        if to.contains(char::is_control) {
            bail!("cannot redirect to {to:?}, which contains a control character");
        }
        let location = HeaderValue::from_str(&url::escaped(to))
            .with_context(|| format!("cannot redirect to {to:?}"))?;
        Ok((status, [(header::LOCATION, location)]).into_response())
    }

    /// Answers with another page of the site, without changing the URL in the browser.
    ///
    /// The page is called with its own context, which has the params, the URL and the pattern of that page. Locals and
    /// cookies are shared. Middleware runs again, for the path of that page. In a static build, the file is that of the
    /// original path. The path may include the base, and may have a query. To rewrite from a middleware without running
    /// it again, use [`Next::rewrite`](crate::Next::rewrite).
    ///
    /// # Errors
    ///
    /// Returns an error if there is no page at the path (on request, the 404 page answers), if there are too many
    /// rewrites (508), or if the page fails.
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
            format!(
                "cannot rewrite to `{path}`: a context from `Context::create` is outside of a site"
            )
        })?;
        engine.rewrite(&mut ctx, path).await
    }

    /// The context for a rewrite, which shares the cookies.
    fn for_rewrite(&self) -> Self {
        let (request, url) = (self.request.clone(), self.url.clone());
        let (path, engine) = (self.origin_pathname.clone(), self.engine.clone());
        let mut ctx = Context::new(request, url, path, engine, self.site);
        ctx.locals = self.locals.clone();
        ctx.cookies = self.cookies.share();
        ctx.route_pattern = self.route_pattern;
        ctx.is_prerendered = self.is_prerendered;
        ctx.client = self.client;
        ctx.rewrites.clone_from(&self.rewrites);
        ctx
    }

    /// The IP address of the client.
    ///
    /// For a context from [`create`](Context::create), it is taken from an `IpAddr` or a `SocketAddr` in the extensions
    /// of the request.
    ///
    /// # Errors
    ///
    /// Returns an error in a static build, which has no client, and if the address is unknown.
    pub fn client_address(&self) -> Result<IpAddr> {
        let extensions = self.request.extensions();
        let of_socket = || extensions.get::<SocketAddr>().map(SocketAddr::ip);
        match extensions.get::<IpAddr>().copied().or(self.client).or_else(of_socket) {
            Some(address) => Ok(address),
            None if self.is_prerendered => bail!(
                "a prerendered page has no client: to render it on request, add `pub const PRERENDER: bool = false;`"
            ),
            None => bail!("the address of the client is unknown"),
        }
    }

    /// The name and version of kiln, `kiln/x.y.z`, for `<meta name="generator">`.
    pub fn generator(&self) -> &'static str {
        concat!("kiln/", env!("CARGO_PKG_VERSION"))
    }
}

/// The absolute URL of a request, which may lack a host.
fn absolute(uri: &Uri) -> Uri {
    match uri.scheme() {
        Some(_) => uri.clone(),
        None => {
            Uri::try_from(format!("http://localhost:4321{uri}")).unwrap_or_else(|_| uri.clone())
        }
    }
}

#[cfg(test)]
mod tests;
