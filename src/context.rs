//! What a page knows of the request that it answers.

use anyhow::{Context as _, Result};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode, Uri, header};

use crate::params::RawParams;
use crate::path::RoutePath;
use crate::route::Route;

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
    /// The pattern of the route, for example `/posts/[slug]`.
    pub route_pattern: &'static str,
    /// Whether the page is rendered while the site is built.
    pub is_prerendered: bool,
    /// The path of the request, decoded and without base.
    pub origin_pathname: String,
}

impl Context {
    /// The context of a page in a static build.
    pub(crate) fn prerendering(route: &Route, path: &RoutePath, params: RawParams) -> Result<Self> {
        let target = path.url(route);
        let url = format!("{}{target}", route.config.origin());
        let url: Uri = url.parse().with_context(|| format!("`{url}` is no URL"))?;
        let mut request = Request::new(Bytes::new());
        *request.uri_mut() = url.clone();
        Ok(Context {
            params,
            url,
            request,
            site: route.config.site,
            route_pattern: route.pattern,
            is_prerendered: true,
            origin_pathname: path.display(),
        })
    }

    /// Redirects to a path or URL with status 302 (found): the browser follows, and keeps the old address.
    ///
    /// # Errors
    ///
    /// Where the target cannot stand in a header, because it holds a line break for example.
    pub fn redirect(&self, to: impl AsRef<str>) -> Result<Response> {
        self.redirect_with(StatusCode::FOUND, to)
    }

    /// Redirects to a path or URL with a status of your choice, such as 301 (moved permanently).
    ///
    /// # Errors
    ///
    /// Where the status is no redirection, or the target cannot stand in a header.
    pub fn redirect_with(&self, status: StatusCode, to: impl AsRef<str>) -> Result<Response> {
        let to = to.as_ref();
        if !status.is_redirection() {
            anyhow::bail!("a redirect to `{to}` cannot have the status {status}");
        }
        let location = HeaderValue::from_str(to)
            .with_context(|| format!("a redirect cannot lead to {to:?}"))?;
        Ok((status, [(header::LOCATION, location)]).into_response())
    }

    /// The name and version of what makes the site: `kiln/x.y.z`, for `<meta name="generator">`.
    pub fn generator(&self) -> &'static str {
        concat!("kiln/", env!("CARGO_PKG_VERSION"))
    }
}
