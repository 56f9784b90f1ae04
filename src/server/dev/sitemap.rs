//! The sitemap in development.
//!
//! A build lists the HTML pages that it has written. Here, no page is rendered for the sitemap: it lists all prerendered pages whose
//! path has no extension but `.html`, including those that ask not to be indexed, and none of their translations.

use anyhow::Result;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;

use crate::config;
use crate::page::content_type;
use crate::request::known_pages;
use crate::request::path::RequestedPath;
use crate::site::Site;
use crate::site_files::sitemap::{Sitemap, Url};

const HTML: HeaderValue = HeaderValue::from_static("text/html");

/// The settings of the sitemap, if the site has one at this path.
pub(super) fn at(site: &Site, path: &RequestedPath) -> Option<config::Sitemap> {
    let path = path.route_path()?;
    site.config.sitemap.filter(|_| site.has_sitemap_at(path))
}

/// Lists the pages of a site.
///
/// # Errors
///
/// Fails if a `static_paths` fails.
pub(super) async fn respond(site: &'static Site, sitemap: config::Sitemap) -> Result<Response> {
    let mut urls = Vec::new();
    for route in site.routes().iter().filter(|route| route.is_prerendered()) {
        let paths = known_pages::of_route(route).await?.into_iter();
        urls.extend(paths.map(|path| path.url(&route.pattern, route.config)).filter(|url| {
            let is_excluded = sitemap.exclude.iter().any(|pattern| pattern.matches(url));
            content_type::is_of_page(url, &HTML) && !is_excluded
        }));
    }
    urls.sort();
    let origin = site.config.origin();
    Ok(Sitemap::new(urls.into_iter().map(|url| Url::new(format!("{origin}{url}")))).into_response())
}
