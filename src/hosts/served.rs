//! Whole sites behind real servers: every page at its canonical URL, every redirect, every header.
//!
//! The servers are Debian's packages. These tests only run with `cargo test --workspace --lib -- --ignored served`.

mod agreement;
mod combinations;
mod everything;
mod hosted;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::response::{Html, IntoResponse};
use walkdir::WalkDir;

use super::deployment::{Deployment, HostFiles, SiteFile};
use super::self_hosted::answers::tests::FilesInMemory;
use crate::build::{self, Options, Outcome, Warnings};
use crate::config::{self, Config, Format, TrailingSlash};
use crate::hosts::{caddy, nginx};
use crate::page::route::{Endpoint, Route};
use crate::site::Site;
use crate::support::server::Program;
use crate::support::{self, CONFIG};

/// The snippets that kiln writes for the two servers.
const SNIPPETS: [&str; 2] = ["nginx.conf", "Caddyfile"];

/// Creates a folder for one test.
fn scratch(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("kiln-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder to make");
    folder
}

/// Writes the snippet of a server into the out folder.
fn write_snippet(program: Program, deployment: &Deployment<'_>, dist: &Path) -> HostFiles {
    let output = match program {
        Program::Nginx => nginx::files(deployment),
        Program::Caddy => caddy::files(deployment),
    };
    let output = output.expect("a snippet");
    for (name, text) in &output.files {
        assert!(text.ends_with('\n') && text.starts_with("# Made by kiln"), "{text}");
        fs::write(dist.join(name), text).expect("a file to write");
    }
    output
}

/// A page whose body is its URL, as HTML or as plain text.
fn says_its_url(config: &'static Config, route: &'static Route) -> Route {
    let endpoints: &[_] = match route.pattern.has_known_extension()
        || route.pattern.text.starts_with("/api/")
    {
        true => &[(
            "GET",
            Endpoint::OnContext(|ctx| Box::pin(async { Ok(ctx.url.to_string().into_response()) })),
        )],
        false => &[(
            "GET",
            Endpoint::OnContext(|ctx| {
                Box::pin(async { Ok(Html(ctx.url.to_string()).into_response()) })
            }),
        )],
    };
    Route { config, endpoints, ..*route }
}

/// The pages of the site for all combinations of settings.
const PAGES: [&str; 17] = [
    "/",
    "/about",
    "/a/b",
    "/caf\u{e9} 50%#",
    "/$host;}\"'{x}(*)~",
    "/v1.0",
    "/index",
    "/a.json/b",
    "/data.json",
    "/page.html",
    "/a/index.html",
    "/404",
    "/a/404",
    "/a/deep/er/404",
    "/caf\u{e9} 50%#/404",
    "/$host;}\"'{x}(*)~/404",
    "/{$HOME}/404",
];

/// The site in a folder, with some files in `public/`.
fn site_in(folder: &Path, config: &'static Config, routes: Vec<Route>) -> &'static Site {
    for (name, text) in [
        ("style.css", "p {}"),
        ("LICENSE", "free"),
        ("assets/site.css", "a {}"),
        ("manual/index.html", "<p>Manual"),
    ] {
        let file = folder.join("public").join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder to make");
        fs::write(file, text).expect("a file to write");
    }
    let folder: &str = folder.display().to_string().leak();
    Box::leak(Box::new(Site {
        package: folder,
        folder,
        config,
        routes: routes.leak(),
        hosts: &[config::Host::Nginx, config::Host::Caddy],
        ..Site::EMPTY
    }))
}

/// Builds the site into a folder, and lists its files with the URLs in their bodies.
fn build_site(config: &'static Config, dist: &Path) -> FilesInMemory {
    let is_always = config.trailing_slash == TrailingSlash::Always;
    // With the other formats, `/index` would have the same file as the root.
    let fits = |page: &&&str| **page != "/index" || config.format == Format::Directory;
    let mut routes: Vec<Route> = PAGES
        .iter()
        .filter(fits)
        .map(|page| says_its_url(config, support::route(page, CONFIG)))
        .collect();
    routes.push(says_its_url(config, support::index_route("/folder", CONFIG)));
    if !is_always {
        routes.push(says_its_url(config, support::route("/api/users", CONFIG)));
    }
    let site = site_in(&dist.with_file_name("site"), config, routes);
    let options = Options::for_test(dist.to_owned(), 1);
    let outcome = build::build(site, &options, &Arc::new(Warnings::default()));
    assert!(matches!(outcome, Ok(Outcome::Built(_))), "{outcome:?}");
    let files =
        WalkDir::new(dist).sort_by_file_name().into_iter().map(|entry| entry.expect("a folder"));
    let files = files.filter(|entry| entry.file_type().is_file()).filter_map(|entry| {
        let name =
            entry.path().strip_prefix(dist).expect("below").to_str().expect("UTF-8").to_owned();
        let body = fs::read_to_string(entry.path()).expect("a file");
        let of_public = || format!("{}/{name}", config.base);
        let path = body.strip_prefix("http://localhost:4321").map_or_else(of_public, str::to_owned);
        let is_kilns = name.starts_with(".kiln") || SNIPPETS.contains(&&*name);
        (!is_kilns).then_some(SiteFile { name, path })
    });
    FilesInMemory(files.collect())
}
