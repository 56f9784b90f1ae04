//! Routes and sites for unit tests, made from pattern texts.
//!
//! Reading brackets is the build script's business; this small reader is for tests alone, and takes patterns
//! that a build refuses.

pub(crate) mod built;
pub(crate) mod exchange;
pub(crate) mod random;
pub(crate) mod script;
pub(crate) mod scripted_site;
#[cfg(feature = "servers")]
pub(crate) mod server;
pub(crate) mod vectors;

use axum::response::IntoResponse;

use crate::config::{Config, Format, Server, TrailingSlash};
use crate::redirect_rule::{RedirectRule, RedirectTarget};
use crate::route::{Endpoint, Part, Route};
use crate::site::Site;

/// The settings of a site without a kiln.toml.
pub(crate) const CONFIG: Config = Config {
    site: None,
    base: "",
    format: Format::Directory,
    trailing_slash: TrailingSlash::Ignore,
    out: "dist",
    atomic: false,
    hosts: &[],
    redirects: &[],
    headers: &[],
    precompress: &[],
    server: Server {
        check_origin: true,
        body_limit: 1_048_576,
        allowed_hosts: &[],
        trusted_proxies: &[],
    },
};

/// A prerendered route for `GET`, by the page file that its pattern is named after: `/about` by `about.rs`.
pub(crate) fn route(pattern: &str, config: Config) -> &'static Route {
    let file = if pattern == "/" { "/index" } else { pattern };
    leak(make(pattern, &format!("src/pages{file}.rs"), leak(config)))
}

/// The same by an `index.rs`: `/about` by `about/index.rs`.
pub(crate) fn index_route(pattern: &str, config: Config) -> &'static Route {
    let folder = pattern.trim_end_matches('/');
    leak(make(pattern, &format!("src/pages{folder}/index.rs"), leak(config)))
}

/// A site of these routes, which are tried as they stand here.
pub(crate) fn site(patterns: &[&str], config: Config) -> Site {
    let config = leak(config);
    let route = |pattern: &&str| make(pattern, &format!("src/pages{pattern}.rs"), config);
    let routes: Vec<Route> = patterns.iter().map(route).collect();
    Site { package: "", folder: "", config, routes: routes.leak(), middleware: None, sources: &[] }
}

/// A redirect of kiln.toml from a path to a path, either with brackets, or to an absolute URL.
pub(crate) fn redirect_rule(
    from: &str,
    to: &str,
    status: Option<u16>,
    config: &'static Config,
) -> RedirectRule {
    let target = match to.starts_with('/') {
        true => {
            let (path, tail) = to.split_at(to.find(['?', '#']).unwrap_or(to.len()));
            let path = path.strip_suffix('/').filter(|path| !path.is_empty()).unwrap_or(path);
            RedirectTarget::Internal {
                path: make(path, "kiln.toml:1:1", config),
                tail: leak(tail.to_owned()),
            }
        }
        false => RedirectTarget::External(parts(to).leak()),
    };
    let endpoints = &[];
    let source = Route { endpoints, ..make(from, "kiln.toml:1:1", config) };
    RedirectRule { source, target, status, after: 0, line: 1 }
}

fn make(pattern: &str, file: &str, config: &'static Config) -> Route {
    Route {
        config,
        pattern: leak(pattern.to_owned()),
        file: leak(file.to_owned()),
        segments: segments(pattern).leak(),
        prerender: true,
        revalidate: None,
        accepts: None,
        endpoints: &[("GET", Endpoint::OnContext(|_| Box::pin(async { Ok(().into_response()) })))],
    }
}

fn segments(pattern: &str) -> Vec<&'static [Part]> {
    let segments = pattern.split('/').filter(|segment| !segment.is_empty());
    segments.map(|segment| &*parts(segment).leak()).collect()
}

/// Reads a segment such as `[id]-[...rest].json`; a bracket that never closes is text.
pub(crate) fn parts(segment: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = segment;
    while !rest.is_empty() {
        let bracket = rest.strip_prefix('[').and_then(|inside| inside.split_once(']'));
        if let Some((name, after)) = bracket {
            parts.push(match name.strip_prefix("...") {
                Some(name) => Part::Rest(leak(name.to_owned())),
                None => Part::Param(leak(name.to_owned())),
            });
            rest = after;
            continue;
        }
        let bracket = rest.char_indices().skip(1).find(|(_, c)| *c == '[');
        let length = bracket.map_or(rest.len(), |(at, _)| at);
        parts.push(Part::Text(leak(rest[..length].to_owned())));
        rest = &rest[length..];
    }
    parts
}

pub(crate) fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}
