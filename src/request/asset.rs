//! Answers a request with a requested file, as a whole.

use std::io::{self, ErrorKind, Read as _};

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{Method, StatusCode, header};

use crate::assets::Asset;
use crate::page::content_type;
use crate::request::header_rules::headers_of_rules;
use crate::request::method;
use crate::routing::url;
use crate::site::Site;

/// The response with all bytes of a file. It blocks, and is for tests of sites: a server sends parts and versions.
pub(crate) fn respond(site: &Site, method: &Method, asset: &Asset) -> Response {
    if !method::is_read(method) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let bytes = match bytes(asset) {
        Ok(bytes) => bytes,
        Err(error) => return (StatusCode::NOT_FOUND, error.to_string()).into_response(),
    };
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    headers.extend(headers_of(site, asset));
    response
}

fn bytes(asset: &Asset) -> io::Result<Bytes> {
    if let Some(bytes) = &asset.rewritten {
        return Ok(bytes.clone());
    }
    let mut bytes = Vec::new();
    asset.open()?.ok_or(ErrorKind::NotFound)?.read_to_end(&mut bytes)?;
    Ok(bytes.into())
}

/// The headers of a file: those of the rules, and its content type. A later rule replaces an earlier one.
pub(crate) fn headers_of(site: &Site, asset: &Asset) -> http::HeaderMap {
    let mut path = format!("{}/", site.config.base);
    url::push_encoded(&mut path, &asset.name);
    let mut headers = http::HeaderMap::new();
    for (name, value) in headers_of_rules(site.header_rules(&asset.name), &path) {
        headers.entry(name).or_insert(value);
    }
    if !headers.contains_key(header::CONTENT_TYPE) {
        let kind = content_type::header_value(content_type::of_file(&asset.name));
        headers.extend(kind.map(|kind| (header::CONTENT_TYPE, kind)));
    }
    headers
}

#[cfg(test)]
mod tests {
    use std::fs;

    use axum::response::IntoResponse;
    use http::Request;

    use super::*;
    use crate::page::response::body;
    use crate::page::route::{Endpoint, Route};
    use crate::support::{self, CONFIG, leak};
    use crate::testing::{block_on, call};

    fn get(site: &'static Site, method: Method, path: &str) -> (StatusCode, String, String) {
        let request = Request::builder().method(method).uri(path).body(()).expect("a request");
        let response = block_on(call(site, request));
        let (status, kind) = (response.status(), response.headers().get("content-type").cloned());
        let kind = kind.map(|kind| kind.to_str().expect("ASCII").to_owned());
        let bytes = block_on(body::bytes(response.into_body())).expect("a body");
        (status, kind.unwrap_or_default(), String::from_utf8_lossy(&bytes).into_owned())
    }

    #[test]
    fn a_url_of_one_call_is_answered_by_the_next() {
        let folder = std::env::temp_dir().join(format!("kiln-answered-{}", std::process::id()));
        fs::create_dir_all(folder.join("assets")).expect("a folder");
        fs::write(folder.join("assets/app.css"), "a { b: url(x.svg) }").expect("a file");
        fs::write(folder.join("assets/x.svg"), "<svg/>").expect("a file");
        let endpoint = Endpoint::OnContext(|ctx| {
            Box::pin(async move { Ok(ctx.asset("app.css")?.into_response()) })
        });
        let endpoints = leak([("GET", endpoint)]);
        let route = |prerender| Route { prerender, endpoints, ..*support::route("/a", CONFIG) };
        // A page on request for all paths does not get in the way.
        let rest = Route { prerender: false, ..*support::route("/[...rest]", CONFIG) };
        for prerender in [true, false] {
            let routes = vec![route(prerender), Route { ..rest }].leak();
            let folder: &str = folder.display().to_string().leak();
            let site: &Site = leak(Site { folder, routes, ..support::site(&[], CONFIG) });
            let (_, _, url) = get(site, Method::GET, "/a");
            let (status, kind, css) = get(site, Method::GET, &url);
            assert_eq!((status, &*kind), (StatusCode::OK, "text/css; charset=utf-8"));
            let svg = css.split('"').nth(1).expect("a URL");
            let (status, kind, text) = get(site, Method::GET, svg);
            assert_eq!((status, &*kind, &*text), (StatusCode::OK, "image/svg+xml", "<svg/>"));
            let (status, _, text) = get(site, Method::HEAD, svg);
            assert_eq!((status, &*text), (StatusCode::OK, ""));
            assert_eq!(get(site, Method::POST, svg).0, StatusCode::METHOD_NOT_ALLOWED);
            assert_eq!(get(site, Method::GET, &url.replace("app", "ap")).2, "");
        }
        fs::remove_dir_all(&folder).expect("a folder to remove");
    }
}
