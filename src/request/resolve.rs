//! What a request comes to: found by its path and method alone, before its body is read and before a page is called.

#[cfg(test)]
mod vectors;

use anyhow::Result;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, StatusCode, Uri, header};

use crate::config::TrailingSlash;
use crate::page::error::error;
use crate::page::route::Route;
use crate::request::engine::{Engine, Found};
use crate::routing::page_path::RoutePath;
use crate::routing::params::RawParams;
use crate::routing::redirect_rule::{RedirectRule, RedirectTarget};
use crate::routing::request_path::RequestPath;
use crate::routing::url;
use crate::site::Site;
use crate::site::table::Candidate;

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
    let search = Search { site, prerendered, method, uri, request: &request, path: &path };
    let step = search.first().await?;
    Ok(match step {
        Step::Page(found) => Destination::Page { shown, path, found },
        Step::Made(route) => Destination::Made { path, route: Some(route) },
        Step::Redirect(response) => Destination::Redirect(response),
        Step::Forbidden => Destination::Forbidden,
        Step::Next | Step::File if prerendered.has_file(&path) => {
            match names_file_with_slash(site, prerendered, &request, &path) {
                true => Destination::Redirect(to_canonical(&file_url(site, &path), method, uri)),
                false => Destination::Made { path, route: None },
            }
        }
        Step::ErrorPage | Step::Next | Step::File => Destination::Nowhere { shown },
    })
}

/// What a candidate has to say about a request.
enum Step {
    /// Nothing: the next one is asked.
    Next,
    /// That a file goes before it, and before those behind it.
    File,
    /// That it is the page of an error, whose path is its own and answers nothing: `/404` is not for `[slug].rs`.
    ErrorPage,
    Forbidden,
    Redirect(Response),
    Page(Found),
    Made(&'static Route),
}

/// A request, and what may answer it.
struct Search<'a, P> {
    site: &'static Site,
    prerendered: &'a P,
    method: &'a Method,
    uri: &'a Uri,
    request: &'a RequestPath,
    path: &'a RoutePath,
}

impl<P: Prerendered + Sync> Search<'_, P> {
    /// Asks the candidates in turn.
    async fn first(&self) -> Result<Step> {
        for candidate in self.site.candidates(self.path) {
            let step = match candidate {
                Candidate::Route(route, params) => self.route(route, params).await?,
                Candidate::Redirect(rule, params) => self.rule(rule, &params).await?,
            };
            if !matches!(step, Step::Next) {
                return Ok(step);
            }
        }
        Ok(Step::Next)
    }

    async fn route(&self, route: &'static Route, params: RawParams) -> Result<Step> {
        if let Some(status) = route.pattern.error_status() {
            let is_static = route.pattern.is_static();
            let is_page =
                is_static || self.prerendered.error_page(self.path, status).await?.is_some();
            return Ok(if is_page { Step::ErrorPage } else { Step::Next });
        }
        let is_after_file = self.is_after_file(route);
        let renders = self.prerendered.renders();
        if renders && self.prerendered.refuses(route, self.method) && !is_after_file() {
            return Ok(Step::Forbidden);
        }
        let found = match route.is_prerendered() {
            // A page whose URL ends in a slash is no file of that very name: `public/favicon.ico` beside `[slug].rs`.
            true if self.path.ends_in_slash(&route.pattern, route.config)
                && self.prerendered.is_named(self.path) =>
            {
                return Ok(Step::File);
            }
            true => self.prerendered.page(route, self.path, self.method).await?,
            false if !renders || !route.takes(&params)? => Answerer::Nobody,
            false if is_after_file() => return Ok(Step::File),
            false => Answerer::Page(Found::on_demand(route, params, self.method)),
        };
        let is_canonical = || self.site.is_canonical(self.request, self.path, route);
        Ok(match found {
            Answerer::Nobody => Step::Next,
            _ if !is_canonical() => Step::Redirect(to_canonical(
                &self.path.url(&route.pattern, route.config),
                self.method,
                self.uri,
            )),
            Answerer::Page(found) => Step::Page(found),
            Answerer::Made => Step::Made(route),
        })
    }

    /// Tells whether a file of `public/` goes before a page on request that only a param makes match.
    fn is_after_file(&self, route: &Route) -> impl Fn() -> bool {
        let is_after = !route.is_prerendered() && !route.pattern.is_static();
        move || is_after && self.prerendered.has_file(self.path)
    }

    async fn rule(&self, rule: &RedirectRule, params: &RawParams) -> Result<Step> {
        if !self.leads_from(rule, params).await? {
            return Ok(Step::Next);
        }
        let is_public = |path: &RoutePath| self.prerendered.is_public(path);
        let to = self.site.location(rule, params, is_public)?;
        let status = StatusCode::from_u16(rule.status_for(self.method))?;
        Ok(Step::Redirect(redirect(status, &to, self.uri)))
    }

    /// Returns true if and only if the site has the redirect of a rule for these params. Where a build lists the paths of the rule,
    /// there is one for each page that it leads to, whatever the method of the request, and hosts know no other.
    ///
    /// # Errors
    ///
    /// What `static_paths` of the page fails with.
    async fn leads_from(&self, rule: &RedirectRule, params: &RawParams) -> Result<bool> {
        let RedirectTarget::Internal { path: target, .. } = &rule.target else { return Ok(true) };
        if rule.source.is_static() || !self.site.is_listed(rule) {
            return Ok(true);
        }
        // What is wrong with the params is for the redirect to say.
        let Ok(path) = RoutePath::new(target, params) else { return Ok(true) };
        for (route, params) in self.site.matches(&path) {
            let has_page = match route.is_prerendered() {
                _ if route.pattern.is_error_page() && !target.is_error_page() => false,
                true => {
                    let page = self.prerendered.page(route, &path, &Method::GET).await?;
                    !matches!(page, Answerer::Nobody)
                }
                false => self.prerendered.renders() && route.takes(&params)?,
            };
            if has_page {
                return Ok(true);
            }
        }
        Ok(false)
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

/// Returns true if and only if a request has a slash behind the name of a file, as in `/style.css/`, and the site redirects from one form of a
/// path to the other.
fn names_file_with_slash(
    site: &Site,
    prerendered: &impl Prerendered,
    request: &RequestPath,
    path: &RoutePath,
) -> bool {
    let is_folder = request.has_trailing_slash() && !path.as_str().is_empty();
    let is_redirected = site.config.trailing_slash != TrailingSlash::Ignore;
    is_folder && is_redirected && prerendered.is_named(path)
}

/// The URL path of a file, by its own name.
fn file_url(site: &Site, path: &RoutePath) -> String {
    let mut url = format!("{}/", site.config.base);
    url::push_encoded(&mut url, path.as_str());
    url
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
