//! What a page knows of the request that it answers.

use anyhow::{Context as _, Result};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode, Uri, header};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::params::RawParams;
use crate::path::RoutePath;
use crate::route::Route;

/// What a header cannot hold although a URL may be written with it. Line breaks are refused, and not escaped.
const NOT_ASCII: &AsciiSet = &CONTROLS.remove(b'\r').remove(b'\n').remove(b'\0').remove(b'\t');

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
    /// The path of the request, decoded and without base; with a slash at its end where the URL has one.
    pub origin_pathname: String,
}

impl Context {
    /// The context of a page in a static build.
    pub(crate) fn prerendering(route: &Route, path: &RoutePath, params: RawParams) -> Result<Self> {
        let url = path.url_below(route.config.origin(), route);
        let url =
            Uri::try_from(url).with_context(|| format!("`{}` makes no URL", path.display()))?;
        let mut request = Request::new(Bytes::new());
        *request.uri_mut() = url.clone();
        Ok(Context {
            params,
            url,
            request,
            site: route.config.site,
            route_pattern: route.pattern,
            is_prerendered: true,
            origin_pathname: path.pathname(route),
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
    /// Where the status is not 301, 302, 303, 307 or 308, or the target cannot stand in a header.
    pub fn redirect_with(&self, status: StatusCode, to: impl AsRef<str>) -> Result<Response> {
        let to = to.as_ref();
        if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
            anyhow::bail!(
                "a redirect to `{to}` has the status 301, 302, 303, 307 or 308, and not {status}"
            );
        }
        // A header holds ASCII; what is escaped already stays as it is.
        let location = utf8_percent_encode(to, NOT_ASCII).to_string();
        let location = HeaderValue::from_str(&location)
            .with_context(|| format!("a redirect cannot lead to {to:?}"))?;
        Ok((status, [(header::LOCATION, location)]).into_response())
    }

    /// The name and version of what makes the site: `kiln/x.y.z`, for `<meta name="generator">`.
    pub fn generator(&self) -> &'static str {
        concat!("kiln/", env!("CARGO_PKG_VERSION"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{self, vectors};

    #[test]
    fn urls_are_those_of_astro() {
        vectors::check("request_url", REQUEST_URL, |case| {
            let file = vectors::text(&case["page_file"]);
            let (stem, _) = file.rsplit_once('.').expect("a file with an extension");
            let config = vectors::config(&case["config"]);
            let route = match stem.strip_suffix("index") {
                Some(folder) if matches!(folder.chars().last(), None | Some('/')) => {
                    testing::index_route(&format!("/{}", folder.trim_end_matches('/')), config)
                }
                _ => testing::route(&format!("/{stem}"), config),
            };
            let path = RoutePath::new(route, &RawParams::new()).expect("a path");
            let ctx = Context::prerendering(route, &path, RawParams::new()).expect("a context");
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
