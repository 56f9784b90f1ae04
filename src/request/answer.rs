//! What answers a path that Markdown links to.

use crate::page::rewrite::Answer;
use crate::page::route::Route;
use crate::request::engine::Engine;
use crate::routing::request_path::RequestPath;
use crate::routing::url;
use crate::text::nearest;

/// What answers a path, which is percent-encoded and without the base.
pub(crate) fn of(engine: &dyn Engine, path: &str) -> Answer {
    let site = engine.site();
    let nothing = || {
        let patterns = site.routes().iter().filter(|route| is_static(route)).map(Route::pattern);
        Answer::Nothing { nearest: nearest(path, patterns) }
    };
    // Most paths need no escapes, and parsing says so.
    let parsed = RequestPath::parse(path).or_else(|_| RequestPath::parse(&url::escaped(path)));
    let parsed = parsed.ok();
    let Some(parsed) = parsed.as_ref().and_then(RequestPath::route_path) else { return nothing() };
    let route = site.matches(parsed).map(|(route, _)| route).next();
    let url = match route {
        Some(route) => Some(parsed.url(&route.pattern, site.config)),
        None => site.url_of(parsed),
    };
    match (route, url) {
        // An error page has no URL.
        (Some(route), _) if route.pattern.is_error_page() => nothing(),
        _ if site.has_sitemap_at(parsed) => Answer::Url(parsed.file_url(site.config.base)),
        _ if engine.is_public(parsed) => Answer::Url(parsed.file_url(site.config.base)),
        (Some(route), Some(url)) if route.is_prerendered() && !is_static(route) => {
            Answer::Perhaps { url, path: parsed.as_str().to_owned() }
        }
        (_, Some(url)) => Answer::Url(url),
        (_, None) => nothing(),
    }
}

fn is_static(route: &Route) -> bool {
    route.params().next().is_none() && !route.pattern.is_error_page()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Sitemap, TrailingSlash};
    use crate::request::handle::Pages;
    use crate::support::{self, CONFIG, leak};

    #[test]
    fn urls_are_those_of_the_route_that_answers() {
        let config = Config {
            base: "/b",
            trailing_slash: TrailingSlash::Always,
            sitemap: Some(Sitemap { exclude: &[] }),
            ..CONFIG
        };
        let site = leak(support::site(&["/404", "/about", "/a.json", "/posts/[slug]"], config));
        let engine = Pages::of(site);
        let url = |url: &str| Answer::Url(url.to_owned());
        let perhaps =
            |url: &str, path: &str| Answer::Perhaps { url: url.into(), path: path.into() };
        let nothing = |nearest| Answer::Nothing { nearest };
        for (path, expected) in [
            ("/about", url("/b/about/")),
            ("/about/", url("/b/about/")),
            ("/a.json", url("/b/a.json")),
            ("/sitemap.xml", url("/b/sitemap.xml")),
            ("/docs/sitemap.xml", nothing(None)),
            ("/posts/caf\u{e9}", perhaps("/b/posts/caf%C3%A9/", "posts/caf\u{e9}")),
            ("/posts/a%20b", perhaps("/b/posts/a%20b/", "posts/a b")),
            ("/abuot", nothing(Some("/about"))),
            ("/404", nothing(None)),
            ("/b/about", nothing(Some("/about"))),
            ("/../about", nothing(None)),
            ("/%00", nothing(None)),
        ] {
            assert_eq!(of(&*engine, path), expected, "{path}");
        }
    }
}
