//! The sitemap that a build would write.
//!
//! A build lists the pages that it has rendered. Here, they are rendered for the request.

use std::collections::BTreeSet;

use anyhow::Result;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{Method, Request, StatusCode, header};

use crate::build::sitemap::{file, list};
use crate::page::response::{Xml, body};
use crate::request::path::RequestedPath;
use crate::request::{handle, known_pages, method};
use crate::routing::request_path::RequestPath;
use crate::site::Site;

/// Returns true if and only if a request is for the sitemap of a site that has one.
pub(super) fn is_asked_for(site: &Site, request: &Request<Bytes>) -> bool {
    let path = RequestPath::parse(request.uri().path()).ok();
    let path =
        path.and_then(|path| RequestedPath::new(path, site.config.base).route_path().cloned());
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    is_read && path.is_some_and(|path| site.has_sitemap_at(&path))
}

/// Answers with the sitemap. The status is 500 if a page fails, since the build would fail, too.
pub(super) async fn answer(
    site: &'static Site,
    method: &Method,
    log: impl Fn(&str) + Sync,
) -> Response {
    let mut response = match lines(site, &log).await {
        Ok(lines) => Xml(file::document(lines.iter().map(String::as_str))).into_response(),
        Err(error) => {
            log(&format!("/sitemap.xml: {error:#}"));
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            (status, status.to_string()).into_response()
        }
    };
    method::settle_head(method, &mut response);
    response
}

/// The lines of all pages that are listed, in the order of URLs.
async fn lines(site: &'static Site, log: &(impl Fn(&str) + Sync)) -> Result<BTreeSet<String>> {
    let mut lines = BTreeSet::new();
    for route in site.routes().iter().filter(|route| route.is_prerendered()) {
        for path in known_pages::of_route(route).await? {
            let url = path.url(&route.pattern, route.config);
            lines.extend(line(site, &url, log).await?);
        }
    }
    Ok(lines)
}

/// The line of a page; `None` if it is not listed.
async fn line(
    site: &'static Site,
    url: &str,
    log: &(impl Fn(&str) + Sync),
) -> Result<Option<String>> {
    let request = Request::get(url).body(Bytes::new())?;
    let (head, body) = handle::answer(site, request, log).await.into_parts();
    anyhow::ensure!(!head.status.is_server_error(), "the page {url} fails");
    let kind = head.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let is_html = kind.is_some_and(|kind| kind.starts_with("text/html"));
    if head.status != StatusCode::OK || !is_html {
        return Ok(None);
    }
    Ok(list::line_of_bytes(site, url, &head.headers, &body::bytes(body).await?))
}

#[cfg(test)]
mod tests {
    use axum::response::Html;

    use super::*;
    use crate::config::{Config, Sitemap};
    use crate::page::context::Context;
    use crate::page::error;
    use crate::page::route::{Endpoint, ResponseFuture, Route};
    use crate::support::{self, CONFIG, leak};
    use crate::testing::{block_on, call};

    fn dated(_: &Context) -> ResponseFuture<'_> {
        let headers = [(header::LAST_MODIFIED, "Fri, 27 Nov 2026 10:00:00 GMT")];
        Box::pin(async move { Ok((headers, Html("<h1>Dated</h1>")).into_response()) })
    }

    fn hidden(_: &Context) -> ResponseFuture<'_> {
        let page = Html("<meta name=robots content=noindex>");
        Box::pin(async move { Ok(page.into_response()) })
    }

    fn fails(_: &Context) -> ResponseFuture<'_> {
        Box::pin(async { Err(error::error(StatusCode::INTERNAL_SERVER_ERROR, "no data")) })
    }

    type Call = fn(&Context) -> ResponseFuture<'_>;

    fn site(pages: &[(&str, Call)], base: &'static str) -> &'static Site {
        let sitemap = Some(Sitemap { exclude: &[] });
        let config = Config { site: Some("https://a.b"), base, sitemap, ..CONFIG };
        let config = leak(config);
        let route = |(pattern, call): &(&str, Call)| {
            let endpoints = vec![("GET", Endpoint::OnContext(*call))].leak();
            Route { config, endpoints, ..*support::route(pattern, CONFIG) }
        };
        let routes: Vec<Route> = pages.iter().map(route).collect();
        leak(Site { config, routes: routes.leak(), ..support::site(&[], CONFIG) })
    }

    fn get(site: &'static Site, path: &str) -> (StatusCode, String) {
        let response = block_on(call(site, Request::get(path).body(()).expect("a request")));
        let status = response.status();
        let bytes = block_on(body::bytes(response.into_body())).expect("a body");
        (status, String::from_utf8_lossy(&bytes).into_owned())
    }

    #[test]
    fn the_sitemap_is_that_of_a_build() {
        let site = site(&[("/b", dated), ("/a", dated), ("/hidden", hidden), ("/404", dated)], "");
        let (status, text) = get(site, "/sitemap.xml");
        assert_eq!(status, StatusCode::OK);
        let lines = ["https://a.b/a\t2026-11-27T10:00:00Z", "https://a.b/b\t2026-11-27T10:00:00Z"];
        assert_eq!(text, file::document(lines));
    }

    #[test]
    fn it_is_below_the_base_and_for_reading() {
        let site = site(&[("/a", dated)], "/docs");
        assert!(get(site, "/docs/sitemap.xml").1.contains("<loc>https://a.b/docs/a</loc>"));
        assert_eq!(get(site, "/sitemap.xml").0, StatusCode::NOT_FOUND);
        let status = |method: Method| {
            let request = Request::builder().method(method).uri("/docs/sitemap.xml").body(());
            block_on(call(site, request.expect("a request"))).status()
        };
        assert_eq!(status(Method::HEAD), StatusCode::OK);
        assert_eq!(status(Method::POST), StatusCode::NOT_FOUND);
    }

    #[test]
    fn a_page_that_fails_fails_the_sitemap() {
        let site = site(&[("/a", dated), ("/b", fails)], "");
        assert_eq!(get(site, "/sitemap.xml").0, StatusCode::INTERNAL_SERVER_ERROR);
    }

    #[test]
    fn without_the_setting_there_is_none() {
        let site = leak(support::site(&["/a"], CONFIG));
        assert_eq!(get(site, "/sitemap.xml").0, StatusCode::NOT_FOUND);
    }
}
