//! What a request comes to: found by its path and method alone, before its body is read and before a page is called.

#[cfg(test)]
mod vectors;

use anyhow::Result;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, StatusCode, Uri, header};

use crate::error::error;
use crate::landing::{Engine, Found};
use crate::params::RawParams;
use crate::path::RoutePath;
use crate::redirect_rule::RedirectRule;
use crate::request_path::RequestPath;
use crate::route::Route;
use crate::router::Candidate;
use crate::site::Site;

/// What a request comes to. Paths that are shown are decoded and without base, with a trailing slash where the
/// request's has one.
#[derive(Debug)]
pub(crate) enum Destination {
    /// A page that is called for it.
    Page { shown: String, path: RoutePath, found: Found },
    /// A page, or a file, that is there already.
    #[cfg_attr(not(feature = "server"), expect(dead_code, reason = "only a server has files"))]
    Made { path: RoutePath, route: Option<&'static Route> },
    /// Another address.
    Redirect(Response),
    /// No path that anything could answer.
    Refused(StatusCode, &'static str),
    /// A page that would be called, were the request not refused.
    Forbidden,
    /// The 404 page.
    Nowhere { shown: String },
}

/// What answers pages that a build makes.
pub(crate) trait Prerendered: Engine {
    /// What answers a path of a prerendered route, if that has such a page.
    ///
    /// # Errors
    ///
    /// What its `static_paths` fails with, where that is asked.
    fn page(
        &self,
        route: &'static Route,
        path: &RoutePath,
        method: &Method,
    ) -> impl Future<Output = Result<Answerer>> + Send;

    /// Returns true if and only if there is a file of the site at a path, whatever made it.
    fn has_file(&self, path: &RoutePath) -> bool;

    /// Returns true if and only if that file has the very name of the path, and is no page of it.
    fn is_named(&self, path: &RoutePath) -> bool;

    /// Returns true if and only if a file of `public/` answers a path.
    fn is_public(&self, path: &RoutePath) -> bool;

    /// Returns true if and only if pages are rendered on request at all.
    fn renders(&self) -> bool;

    /// Returns true if and only if a route answers the method, and the request is refused before any code of the route runs:
    /// what reads params and `static_paths` as well.
    fn refuses(&self, _route: &Route, _method: &Method) -> bool {
        false
    }
}

/// What answers a path of a route.
#[derive(Debug)]
pub(crate) enum Answerer {
    Page(Found),
    #[cfg_attr(not(feature = "server"), expect(dead_code, reason = "only a server has files"))]
    Made,
    Nobody,
}

/// Finds what a request comes to: the first of routes and redirects of kiln.toml, in the order in which they are tried,
/// that has an answer for its path. A file of `public/` goes before a page on request that only a param makes match.
///
/// # Errors
///
/// What `static_paths` of a route fails with; an error of status 404 for a path with an empty segment, which no middleware
/// is asked about.
pub(crate) async fn find(
    site: &'static Site,
    prerendered: &(impl Prerendered + Sync),
    method: &Method,
    uri: &Uri,
) -> Result<Destination> {
    let request = match parsed(uri)? {
        Ok(path) => path,
        Err(refused) => return Ok(refused),
    };
    let whole = request.display();
    let Some(request) = request.below(site.config.base) else {
        return Ok(Destination::Nowhere { shown: whole });
    };
    let shown = if site.config.base.is_empty() { whole } else { request.display() };
    let Some(path) = request.route_path() else { return Ok(Destination::Nowhere { shown }) };
    for candidate in site.candidates(&path) {
        let (route, params) = match candidate {
            Candidate::Route(route, params) => (route, params),
            Candidate::Redirect(rule, params) => {
                let is_public = |path: &RoutePath| prerendered.is_public(path);
                let redirected = configured(site, rule, &params, is_public, method, uri);
                return redirected.map(Destination::Redirect);
            }
        };
        // Its pattern is its own: `/404` is not for `[slug].rs` to answer, where there is a `404.rs`.
        if let Some(status) = route.error_status() {
            let is_static = route.params().next().is_none();
            if is_static || prerendered.error_page(&path, status).await?.is_some() {
                return Ok(Destination::Nowhere { shown });
            }
            continue;
        }
        let is_after_file = |route: &Route| {
            !route.is_prerendered()
                && route.params().next().is_some()
                && prerendered.has_file(&path)
        };
        if prerendered.renders() && prerendered.refuses(route, method) && !is_after_file(route) {
            return Ok(Destination::Forbidden);
        }
        let found = match route.is_prerendered() {
            true => prerendered.page(route, &path, method).await?,
            false if !prerendered.renders() || !route.takes(&params)? => Answerer::Nobody,
            false if is_after_file(route) => break,
            false => Answerer::Page(Found::on_demand(route, params, method)),
        };
        if !matches!(found, Answerer::Nobody) && !site.is_canonical(&request, &path, route) {
            return Ok(Destination::Redirect(to_canonical(&path.url(route), method, uri)));
        }
        match found {
            Answerer::Page(found) => {
                let path = path.clone();
                return Ok(Destination::Page { shown, path, found });
            }
            Answerer::Made => {
                return Ok(Destination::Made { path: path.clone(), route: Some(route) });
            }
            Answerer::Nobody => {}
        }
    }
    match is_file(prerendered, &request, &path) {
        true => Ok(Destination::Made { path, route: None }),
        false => Ok(Destination::Nowhere { shown }),
    }
}

/// The path of a request, or how one that no path can be is refused.
fn parsed(uri: &Uri) -> Result<Result<RequestPath, Destination>> {
    match RequestPath::parse(uri.path()) {
        Ok(path) => Ok(Ok(path)),
        // Middleware would see it as a path that it is not.
        Err(bad) if bad.status() == StatusCode::NOT_FOUND => Err(error(bad.status(), bad.status())),
        Err(bad) => Ok(Err(Destination::Refused(bad.status(), bad.reason()))),
    }
}

/// Returns true if and only if a file answers a request: `/style.css/` is not a file.
fn is_file(prerendered: &impl Prerendered, request: &RequestPath, path: &RoutePath) -> bool {
    let is_folder = request.has_trailing_slash() && !path.as_str().is_empty();
    prerendered.has_file(path) && !(is_folder && prerendered.is_named(path))
}

/// The answer of a redirect of kiln.toml.
fn configured(
    site: &Site,
    rule: &RedirectRule,
    params: &RawParams,
    is_public: impl FnOnce(&RoutePath) -> bool,
    method: &Method,
    from: &Uri,
) -> Result<Response> {
    let to = rule.location(site, params, is_public)?;
    let status = StatusCode::from_u16(rule.status_for(method))?;
    Ok(redirect(status, &to, from))
}

/// A redirect to the one form of a path that is answered.
fn to_canonical(to: &str, method: &Method, from: &Uri) -> Response {
    let status = match *method {
        Method::GET => StatusCode::MOVED_PERMANENTLY,
        _ => StatusCode::PERMANENT_REDIRECT,
    };
    redirect(status, to, from)
}

/// A redirect that keeps the query of the request, where its target has none and is a path of the site: what a query
/// says is not for other sites.
pub(crate) fn redirect(status: StatusCode, to: &str, from: &Uri) -> Response {
    let query = from.query().filter(|query| !query.is_empty());
    let to = match (kept_query(to), query) {
        (Some((path, fragment)), Some(query)) => format!("{path}?{query}{fragment}"),
        _ => to.to_owned(),
    };
    match HeaderValue::from_str(&to) {
        Ok(location) => (status, [(header::LOCATION, location)]).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// The parts of a target between which the query of a request is put: before the fragment. `None` where the target has a query of
/// its own, or is of another site.
///
/// kiln's server and the hosts that can be told redirect by this rule.
pub(crate) fn kept_query(to: &str) -> Option<(&str, &str)> {
    let (path, fragment) = to.split_at(to.find('#').unwrap_or(to.len()));
    (path.starts_with('/') && !path.contains('?')).then_some((path, fragment))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_keeps_the_query_of_a_request() {
        for (to, from, expected) in [
            ("/about", "/find?utm=1", "/about?utm=1"),
            ("/about", "/find?a=%20&b", "/about?a=%20&b"),
            ("/about", "/find", "/about"),
            ("/about", "/find?", "/about"),
            ("/about#top", "/find?utm=1", "/about?utm=1#top"),
            ("/about#a?b", "/find?utm=1", "/about?utm=1#a?b"),
            ("/about?own", "/find?utm=1", "/about?own"),
            ("/about?own#top", "/find?utm=1", "/about?own#top"),
            ("https://example.org/", "/find?token=1", "https://example.org/"),
        ] {
            let from: Uri = from.parse().expect("a URI");
            let response = redirect(StatusCode::FOUND, to, &from);
            assert_eq!(response.headers()["location"], expected, "{to} from {from}");
        }
    }
}
