//! Redirects of a static site: their HTML files, and a list of them.

pub(crate) mod list;
pub(crate) mod location;
pub(crate) mod targets;
#[cfg(feature = "server")]
pub(crate) mod written;

#[cfg(test)]
mod vectors;

use std::path::Path;

use anyhow::Context as _;
use http::header;
use http::response::Parts;

use self::list::Redirect;
use super::manifest::Owner;
use super::output::content::Content;
use super::output::file_name::{self, Kind};
use super::output::{headers, page_file};
use super::report::diagnostic::{Diagnostic, PageRef};
use crate::build::state::Build;
use crate::hosts::deployment;
use crate::page::route::Route;
use crate::routing::matching;
use crate::routing::page_path::RoutePath;
use crate::routing::params::RawParams;
use crate::routing::redirect_rule::{RedirectRule, RedirectTarget};
use crate::site::Site;
use crate::site::public_files;

/// Writes the HTML file of a page that returns a redirect.
pub(crate) fn of_response(
    build: &Build,
    place: &PageRef,
    path: &RoutePath,
    head: &Parts,
) -> Result<(), Diagnostic> {
    let status = head.status;
    let location = head.headers.get(header::LOCATION);
    let Some(to) = location.and_then(|to| std::str::from_utf8(to.as_bytes()).ok()) else {
        return Err(Diagnostic::at(place, format!("returned status {status} and no `Location`"))
            .hint("return `ctx.redirect(\"/new\")`, or `Redirect::permanent(\"/new\")`"));
    };
    if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Err(Diagnostic::at(place, format!("redirects with the status {status}"))
            .hint("browsers follow 301, 302, 303, 307 and 308: return `ctx.redirect(\"/new\")`, or `Redirect::permanent(\"/new\")`"));
    }
    let to = location::normalize(to)
        .map_err(|(message, hint)| Diagnostic::at(place, message).hint(hint))?;
    headers::check_redirect(build, place, &head.headers)?;
    write(build, place, redirect(place, path, to, status.as_u16())?)
}

/// Writes the redirects of kiln.toml from fixed paths.
pub(crate) fn configured(build: &Build) {
    for (index, rule) in build.site.redirects.iter().enumerate() {
        let Some(place) = place_of(build, index) else { continue };
        let is_other_shards = build.shard.is_some_and(|shard| !shard.has(place.route_index, 0));
        if rule.source.is_static() && !is_other_shards {
            of_rule(build, rule, &place, &RawParams::new());
        }
    }
}

/// Writes the redirects of kiln.toml to a page, one for each rule that leads to it.
pub(crate) fn of_page(build: &Build, route: &Route, page: &RoutePath) {
    for (index, rule) in &build.expanding {
        let RedirectTarget::Internal { path: target, .. } = &rule.target else { continue };
        // An error page such as `docs/404.rs` has no URL, so `/docs/[slug]` does not include it.
        if route.pattern.is_error_page() && !target.is_error_page() {
            continue;
        }
        if let Some(params) = matching::params(target, page)
            && let Some(place) = place_of(build, *index)
        {
            of_rule(build, rule, &place, &params);
        }
    }
}

/// Redirects of kiln.toml are numbered after the routes.
fn place_of(build: &Build, index: usize) -> Option<PageRef> {
    PageRef::of_source(build.site, build.site.routes().len() + index)
}

fn of_rule(build: &Build, rule: &RedirectRule, place: &PageRef, params: &RawParams) {
    let made = plan(build.site, rule, place, params);
    let written = made.and_then(|(place, redirect)| write(build, &place, redirect));
    if let Err(failure) = written {
        build.failures.push(failure);
    }
}

/// The redirect of a rule for some params, and its place with its path.
pub(crate) fn plan(
    site: &Site,
    rule: &RedirectRule,
    place: &PageRef,
    params: &RawParams,
) -> Result<(PageRef, Redirect), Diagnostic> {
    let path = RoutePath::new(&rule.source, params).map_err(|error| {
        let error = error.context("a target page does not make a valid source path");
        Diagnostic::failed(place, &error)
    })?;
    let place = PageRef { path: Some(path.clone()), ..place.clone() };
    let to = site.location(rule, params, |path| public_files::has_file(site, path));
    let to = to
        .context("does not lead to a valid path")
        .map_err(|error| Diagnostic::failed(&place, &error))?;
    let redirect = redirect(&place, &path, to, rule.static_status())?;
    Ok((place, redirect))
}

fn redirect(
    place: &PageRef,
    path: &RoutePath,
    to: String,
    status: u16,
) -> Result<Redirect, Diagnostic> {
    let file = file_name::output_file(place.naming, path, Kind::Html)
        .map_err(|unwritable| unwritable.failure(place, path, "text/html"))?;
    // A client that requests `data.json` does not interpret HTML.
    let file = Some(file.into_owned()).filter(|file| is_html(file));
    let for_hosts = deployment::Redirect { from: place.naming.url(path), to, status, file };
    let owner = Owner::page(place.route_index, place.item);
    Ok(Redirect { for_hosts, path: path.as_str().to_owned(), owner })
}

fn write(build: &Build, place: &PageRef, redirect: Redirect) -> Result<(), Diagnostic> {
    let Some(path) = &place.path else { return Ok(()) };
    let deployment::Redirect { from, to, status, file } = &redirect.for_hosts;
    let written = match file {
        Some(file) => {
            let absolute = absolute(build.site.config.site, to);
            let page = html(*status, to, &absolute, Some(from));
            page_file::write(build, place, path, file, &mut Content::Bytes(page.into())).map(drop)
        }
        None => page_file::claim_path(build, place, path),
    };
    build.redirects.push(redirect);
    written
}

fn is_html(file: &str) -> bool {
    Path::new(file).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("html"))
}

fn absolute(site: Option<&str>, to: &str) -> String {
    match site {
        Some(site) if to.starts_with('/') => format!("{site}{to}"),
        _ => to.to_owned(),
    }
}

/// The page that redirects a browser: immediately, or after two seconds if the redirect is temporary.
fn html(status: u16, to: &str, absolute: &str, from: Option<&str>) -> String {
    let delay = if matches!(status, 302 | 303 | 307) { 2 } else { 0 };
    let (to, absolute) = (escape(to), escape(absolute));
    let from = from.map(|from| format!("from <code>{}</code> ", escape(from))).unwrap_or_default();
    format!(
        "<!doctype html>\n\
         <title>Redirecting to: {to}</title>\n\
         <meta http-equiv=\"refresh\" content=\"{delay};url={to}\">\n\
         <meta name=\"robots\" content=\"noindex\">\n\
         <link rel=\"canonical\" href=\"{absolute}\">\n\
         <body>\n\
         \t<a href=\"{to}\">Redirecting {from}to <code>{to}</code></a>\n\
         </body>\n"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('\'', "&#39;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::vectors;

    #[test]
    fn pages_are_the_same_as_in_astro() {
        vectors::check("redirect_html", REDIRECT_HTML, |case| {
            let input = &case["input"];
            let status = input["status"].as_u64().and_then(|status| status.try_into().ok());
            let page = html(
                status.expect("a status"),
                vectors::text(&input["relative_location"]),
                vectors::text(&input["absolute_location"]),
                input["from"].as_str(),
            );
            vectors::same(page.trim_end(), vectors::text(&case["html"]).trim_end())
        });
    }

    const REDIRECT_HTML: &vectors::LeftOut =
        &[("303 and 307 are temporary like 302", &["redirect_html-013"])];

    #[test]
    fn values_cannot_break_out_of_html() {
        let page = html(302, "/a\"><script>'&", "https://a.de/a\"><script>", Some("/<b>"));
        assert!(!page.contains("<script>") && !page.contains("<b>"), "{page}");
        assert!(page.contains("content=\"2;url=/a&quot;&gt;&lt;script&gt;&#39;&amp;\""), "{page}");
        assert!(page.contains("href=\"https://a.de/a&quot;"), "{page}");
    }
}
