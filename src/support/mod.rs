//! Routes and sites for unit tests. `kiln-build` parses and sorts their patterns, as for a real site, but they may be
//! patterns that a build would refuse.

pub(crate) mod built;
pub(crate) mod case;
pub(crate) mod exchange;
pub(crate) mod random;
#[cfg(all(feature = "hosts", feature = "server"))]
pub(crate) mod server;
pub(crate) mod vectors;

use axum::response::IntoResponse;
use kiln_build::testing::{self as reader, RoutePattern, Segment, Target};

use crate::config::Config;
use crate::page::route::{Endpoint, Route};
use crate::routing::pattern::{Part, Pattern};
use crate::routing::redirect_rule::{RedirectRule, RedirectTarget};
use crate::site::Site;

/// The default settings, for a site without kiln.toml.
pub(crate) const CONFIG: Config = Config::DEFAULT;

/// A prerendered route for `GET`, whose page file is not an index: `/about` is `about.rs`.
pub(crate) fn route(pattern: &str, config: Config) -> &'static Route {
    let file = if pattern == "/" { "/index" } else { pattern };
    leak(make(pattern, &format!("src/pages{file}.rs"), leak(config)))
}

/// A prerendered route whose page file is an `index.rs`: `/about` is `about/index.rs`.
pub(crate) fn index_route(pattern: &str, config: Config) -> &'static Route {
    let folder = pattern.trim_end_matches('/');
    leak(make(pattern, &format!("src/pages{folder}/index.rs"), leak(config)))
}

/// A site with these routes, which are tried in this order.
pub(crate) fn site(patterns: &[&str], config: Config) -> Site {
    let config = leak(config);
    let route = |pattern: &&str| make(pattern, &format!("src/pages{pattern}.rs"), config);
    let routes: Vec<Route> = patterns.iter().map(route).collect();
    Site { config, routes: routes.leak(), ..Site::EMPTY }
}

/// A redirect of kiln.toml from a pattern to a pattern or to an absolute URL. It may be one that a build would refuse.
pub(crate) fn redirect_rule(from: &str, to: &str, status: Option<u16>) -> RedirectRule {
    RedirectRule {
        source: pattern(from),
        target: redirect_target(to),
        status,
        after: 0,
        line: 1,
        place: "kiln.toml:1:1",
    }
}

fn redirect_target(to: &str) -> RedirectTarget {
    let target = reader::target(to).unwrap_or_else(|| match to.starts_with('/') {
        true => {
            let (path, tail) = to.split_at(to.find(['?', '#']).unwrap_or(to.len()));
            Target::Internal { path: reader::pattern(path), tail: tail.to_owned() }
        }
        false => Target::External(reader::brackets(to)),
    });
    match target {
        Target::Internal { path, tail } => {
            RedirectTarget::Internal { path: leak_pattern(&path), tail: leak(tail) }
        }
        Target::External(parts) => RedirectTarget::External(leak_parts(&parts)),
    }
}

/// Parses a pattern.
pub(crate) fn pattern(text: &str) -> Pattern {
    leak_pattern(&reader::pattern(text))
}

fn make(text: &str, file: &str, config: &'static Config) -> Route {
    Route {
        config,
        pattern: pattern(text),
        file: leak(file.to_owned()),
        prerender: true,
        revalidate: None,
        accepts: None,
        endpoints: &[("GET", Endpoint::OnContext(|_| Box::pin(async { Ok(().into_response()) })))],
    }
}

fn leak_pattern(pattern: &RoutePattern) -> Pattern {
    let segments: Vec<&[Part]> = pattern.segments.iter().map(leak_parts).collect();
    Pattern { text: leak(pattern.to_string()), segments: segments.leak() }
}

fn leak_parts(parts: &Segment) -> &'static [Part] {
    let part = |part: &reader::Part| match part {
        reader::Part::Text(text) => Part::Text(leak(text.clone())),
        reader::Part::Param(name) => Part::Param(leak(name.clone())),
        reader::Part::Rest(name) => Part::Rest(leak(name.clone())),
    };
    parts.iter().map(part).collect::<Vec<_>>().leak()
}

/// Sorts patterns like the routes of a site, in the order in which they are tried.
pub(crate) fn sort_patterns(patterns: &mut [&str]) {
    patterns.sort_by(|a, b| reader::compare(&reader::pattern(a), &reader::pattern(b)));
}

pub(crate) fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}
