//! Resolves a request to a page, a file or a redirect, before its body is read and before a page is called.

#[cfg(test)]
mod vectors;

use std::sync::Arc;

use anyhow::{Result, bail};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, StatusCode, Uri, header};

use crate::assets::{self, Asset};
use crate::config::TrailingSlash;
use crate::page::route::Route;
use crate::request::engine::Engine;
use crate::request::error_page;
use crate::request::lookup::{Lookup, lookup};
use crate::request::path::RequestedPath;
use crate::request::target::{ErrorPage, ResolvedPage};
use crate::routing::page_path::RoutePath;
use crate::routing::params::RawParams;
use crate::routing::redirect_rule::RedirectRule;
use crate::routing::request_path::RequestPath;
use crate::routing::url;
use crate::site::Site;
use crate::site::table::Candidate;

/// The result of resolving a request.
#[derive(Debug)]
pub(crate) enum Resolved<'a> {
    /// A page, which is called next.
    Page {
        path: &'a RoutePath,
        page: ResolvedPage,
    },
    /// A file: of a page if there is a route, of `public/` otherwise.
    #[cfg_attr(not(feature = "server"), expect(dead_code, reason = "only the server has files"))]
    File {
        path: &'a RoutePath,
        route: Option<&'static Route>,
    },
    /// A requested file that no build has written, because only pages on request need it.
    Asset(Arc<Asset>),
    Redirect(Box<Response>),
    /// The page exists, but the request is refused.
    Forbidden,
    /// There is no page, so the 404 page answers.
    NotFound,
}

/// Resolves a request: tries the routes and the redirects of kiln.toml in order. A file of `public/` has priority over
/// a page on request whose pattern has params.
///
/// # Errors
///
/// Fails if the `static_paths` of a route or the `FromStr` of a param fails.
pub(crate) async fn resolve<'a>(
    engine: &dyn Engine,
    requested: &'a RequestedPath,
    method: &Method,
    uri: &Uri,
) -> Result<Resolved<'a>> {
    let (Some(request), Some(path)) = (requested.below_base(), requested.route_path()) else {
        return Ok(Resolved::NotFound);
    };
    let site = engine.site();
    let search = Search { site, engine, method, uri, request, path };
    if let Some(asset) = search.asset().await {
        return Ok(match search.has_redirected_slash() {
            true => Resolved::Redirect(to_canonical(&file_url(site, path), method, uri).into()),
            false => Resolved::Asset(asset),
        });
    }
    let step = search.first().await?;
    Ok(match step {
        Step::Page(page) => Resolved::Page { path, page },
        Step::FileOf(route) => Resolved::File { path, route: Some(route) },
        Step::Redirect(response) => Resolved::Redirect(response),
        Step::Forbidden => Resolved::Forbidden,
        Step::Next | Step::File if engine.has_file(path) => match search.has_slash_after_file() {
            true => Resolved::Redirect(to_canonical(&file_url(site, path), method, uri).into()),
            false => Resolved::File { path, route: None },
        },
        Step::ErrorPage | Step::Next | Step::File => Resolved::NotFound,
    })
}

/// Finds the page of a path for a rewrite: that of the first route that has a page there.
///
/// # Errors
///
/// Fails like [`resolve`], and in a static build if the only page is rendered on request.
pub(crate) async fn find_page(
    engine: &dyn Engine,
    path: &RoutePath,
    method: &Method,
) -> Result<Option<ResolvedPage>> {
    for (route, params) in engine.site().matches(path) {
        let page = match route.pattern.error_status() {
            Some(status) => {
                error_page::at(engine, path, status).await?.and_then(ErrorPage::into_page)
            }
            None => match lookup(engine, route, params, path, method).await? {
                Lookup::Page(page) => Some(page),
                Lookup::File if is_other_file(engine, route, path) => None,
                Lookup::File => {
                    let target = engine.file(path, method);
                    target.map(|target| ResolvedPage { route, params: RawParams::new(), target })
                }
                Lookup::Nothing => None,
            },
        };
        if page.is_some() {
            return Ok(page);
        }
    }
    if !engine.renders() {
        fail_on_demand(engine.site(), path)?;
    }
    Ok(None)
}

/// Returns true if and only if the file of a path is not the page of a prerendered route: a page whose URL ends in a slash cannot be a
/// file with exactly this name. So it is a file of `public/`, such as `favicon.ico` beside `[slug].rs`.
fn is_other_file(engine: &dyn Engine, route: &Route, path: &RoutePath) -> bool {
    route.is_prerendered()
        && path.ends_in_slash(&route.pattern, route.config)
        && engine.is_named(path)
}

/// Fails if a path has a page that is rendered on request.
fn fail_on_demand(site: &Site, path: &RoutePath) -> Result<()> {
    for (route, params) in site.matches(path) {
        if !route.is_prerendered() && route.takes(&params)? {
            let (path, file) = (path.display(), route.file);
            bail!("cannot rewrite to `{path}`: {file} is only rendered on request");
        }
    }
    Ok(())
}

/// The result of trying one candidate.
enum Step {
    /// It does not match, so the next one is tried.
    Next,
    /// A file has priority over this candidate and all later ones.
    File,
    /// It is an error page at its own path, at which no other page answers: `/404` is not for `[slug].rs`.
    ErrorPage,
    Forbidden,
    Redirect(Box<Response>),
    Page(ResolvedPage),
    /// The file of a page of this route.
    FileOf(&'static Route),
}

/// A request that is being resolved.
struct Search<'a> {
    site: &'static Site,
    engine: &'a dyn Engine,
    method: &'a Method,
    uri: &'a Uri,
    request: &'a RequestPath,
    path: &'a RoutePath,
}

impl Search<'_> {
    /// The requested file at the path, before all routes: no page can be below that folder.
    async fn asset(&self) -> Option<Arc<Asset>> {
        let name = self.path.as_str();
        let is_asset = assets::is_below_folder(name)
            && self.engine.renders()
            && !self.engine.has_file(self.path);
        if is_asset { self.engine.asset(name).await } else { None }
    }

    /// Tries the candidates in order.
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
        let pattern = &route.pattern;
        if let Some(status) = pattern.error_status() {
            let is_page = pattern.is_static()
                || error_page::at(self.engine, self.path, status).await?.is_some();
            return Ok(if is_page { Step::ErrorPage } else { Step::Next });
        }
        let engine = self.engine;
        if engine.renders()
            && engine.refuses(route, self.method)
            && !self.has_public_file_before(route)
        {
            return Ok(Step::Forbidden);
        }
        if is_other_file(engine, route, self.path) {
            return Ok(Step::File);
        }
        let found = lookup(engine, route, params, self.path, self.method).await?;
        let is_canonical = || self.site.is_canonical(self.request, self.path, route);
        Ok(match found {
            Lookup::Nothing => Step::Next,
            Lookup::Page(_) if self.has_public_file_before(route) => Step::File,
            _ if !is_canonical() => {
                let url = self.path.url(pattern, route.config);
                Step::Redirect(to_canonical(&url, self.method, self.uri).into())
            }
            Lookup::Page(page) => Step::Page(page),
            Lookup::File => Step::FileOf(route),
        })
    }

    /// Returns true if and only if a route is rendered on request and has params, and a file of `public/` is at the
    /// path.
    fn has_public_file_before(&self, route: &Route) -> bool {
        !route.is_prerendered() && !route.pattern.is_static() && self.engine.has_file(self.path)
    }

    async fn rule(&self, rule: &RedirectRule, params: &RawParams) -> Result<Step> {
        if !self.has_redirect(rule, params).await? {
            return Ok(Step::Next);
        }
        let is_public = |path: &RoutePath| self.engine.is_public(path);
        let to = self.site.location(rule, params, is_public)?;
        let status = StatusCode::from_u16(rule.status_for(self.method))?;
        Ok(Step::Redirect(redirect(status, &to, self.uri).into()))
    }

    /// Returns true if and only if the site has the redirect of a rule for these params. If a build lists the paths of
    /// the rule, there is one for each target page, regardless of the method, and hosts have no others.
    ///
    /// # Errors
    ///
    /// Fails if the `static_paths` of the page fails.
    async fn has_redirect(&self, rule: &RedirectRule, params: &RawParams) -> Result<bool> {
        let Some(target) = rule.target_pattern() else { return Ok(true) };
        if rule.source.is_static() || !self.site.is_listed(rule) {
            return Ok(true);
        }
        // The redirect reports invalid params.
        let Ok(path) = RoutePath::new(target, params) else { return Ok(true) };
        for (route, params) in self.site.matches(&path) {
            if route.pattern.is_error_page() && !target.is_error_page() {
                continue;
            }
            let found = lookup(self.engine, route, params, &path, &Method::GET).await?;
            if !found.is_nothing() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Returns true if and only if the request has a slash after the name of a file, as in `/style.css/`, and the site
    /// redirects from one form of a path to the other.
    fn has_slash_after_file(&self) -> bool {
        let is_folder = self.has_redirected_slash() && !self.path.as_str().is_empty();
        is_folder && self.engine.is_named(self.path)
    }

    /// Returns true if and only if the request has a slash at its end, which the site would remove after a file.
    fn has_redirected_slash(&self) -> bool {
        let is_redirected = self.site.config.trailing_slash != TrailingSlash::Ignore;
        is_redirected && self.request.has_trailing_slash()
    }
}

/// The URL path of a file with exactly the name of a path.
pub(crate) fn file_url(site: &Site, path: &RoutePath) -> String {
    let mut url = format!("{}/", site.config.base);
    url::push_encoded(&mut url, path.as_str());
    url
}

/// A redirect to the canonical form of a path.
fn to_canonical(to: &str, method: &Method, from: &Uri) -> Response {
    let status = match *method {
        Method::GET => StatusCode::MOVED_PERMANENTLY,
        _ => StatusCode::PERMANENT_REDIRECT,
    };
    redirect(status, to, from)
}

/// A redirect that keeps the query of the request, unless its target has a query itself, or is another site, which must
/// not see it.
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

/// Splits a target at its fragment, before which the query of a request is inserted. `None` if the target has a query
/// or is another site.
///
/// kiln's server follows this rule, and so do hosts that can express it.
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
