//! Every page at its canonical URL, with every format, slash and base.

use std::fs;
use std::path::Path;

use crate::config::{Config, Format, TrailingSlash};
use crate::hosts::deployment::SiteFile;
use crate::hosts::error_status;
use crate::hosts::served::{build_site, scratch};
use crate::support::CONFIG;
use crate::support::server::{Program, Server};

/// All combinations of the settings that affect URLs and files.
fn combinations() -> Vec<Config> {
    let mut all = Vec::new();
    for format in [Format::Directory, Format::File, Format::Preserve] {
        for trailing_slash in [TrailingSlash::Always, TrailingSlash::Never, TrailingSlash::Ignore] {
            for base in ["", "/docs/x"] {
                all.push(Config { base, format, trailing_slash, ..CONFIG });
            }
        }
    }
    all
}

#[track_caller]
fn every_page_opens(program: Program) {
    let folder = scratch(&format!("combinations-{program:?}"));
    for (at, config) in combinations().into_iter().enumerate() {
        let config: &'static Config = Box::leak(Box::new(config));
        let dist = folder.join(format!("{at}/dist"));
        let files = build_site(config, &dist);
        let server =
            Server::start(program, &program.including(&dist), &dist.with_file_name("server"));
        for file in files.0.iter().filter(|file| error_status(&file.name).is_none()) {
            opens_at_one_url(&server, config, &dist, file);
        }
        let not_found = fs::read_to_string(dist.join("404.html")).expect("a page");
        nothing_else_opens(&server, config, &not_found);
        the_nearest_404_page_opens(&server, config, &dist);
    }
    fs::remove_dir_all(folder).expect("a folder to remove");
}

/// A file is served at its canonical URL without a redirect; the other form follows `trailing-slash`.
#[track_caller]
fn opens_at_one_url(server: &Server, config: &Config, dist: &Path, file: &SiteFile) {
    let SiteFile { name, path } = file;
    let text = fs::read_to_string(dist.join(name)).expect("a file");
    assert_eq!(server.get(path).seen(), (200, text.clone()), "{path} {config:?}");
    let other = match path.strip_suffix('/') {
        Some("") => return,
        Some(path) => path.to_owned(),
        None => format!("{path}/"),
    };
    let expected = match config.trailing_slash {
        TrailingSlash::Ignore => (200, text),
        _ => (301, format!("{path}?q=a%20b&c")),
    };
    let answer = server.get(&format!("{other}?q=a%20b&c"));
    assert_eq!(answer.seen(), expected, "{other} {config:?}");
}

/// A path without a page gets the 404 page, and an invalid path may be refused.
#[track_caller]
fn nothing_else_opens(server: &Server, config: &Config, not_found: &str) {
    let base = config.base;
    for path in NO_PAGES {
        let answer = server.get(&format!("{base}{path}"));
        assert_eq!(answer.seen(), (404, not_found.to_owned()), "{path} {config:?}");
    }
    for path in HOSTILE {
        let answer = server.get(&format!("{base}{path}"));
        assert!([400, 404].contains(&answer.status), "{path} {config:?} {answer:?}");
    }
    if !base.is_empty() {
        for path in ["/", "/about", "/about/", "/data.json", "/nginx.conf", "/docs/xabout", "/docs"]
        {
            let status = server.get(path).status;
            assert_eq!(status, 404, "{path} lies outside of the base {config:?}");
        }
    }
}

/// A path without a page gets the 404 page of the innermost folder that has one.
#[track_caller]
fn the_nearest_404_page_opens(server: &Server, config: &Config, dist: &Path) {
    for (path, file) in IN_FOLDERS {
        let expected = fs::read_to_string(dist.join(file)).expect("a page");
        let answer = server.get(&format!("{}{path}", config.base));
        assert_eq!(answer.seen(), (404, expected), "{path} {config:?}");
        let kind = answer.header("content-type").unwrap_or_default();
        assert!(kind.starts_with("text/html"), "{path} {answer:?}");
    }
}

/// Paths below the base without a page, each with its 404 page.
const IN_FOLDERS: [(&str, &str); 18] = [
    ("/a/deep/", "a/404.html"),
    ("/a/nope", "a/404.html"),
    ("/a/nope/", "a/404.html"),
    ("/a/nope.html", "a/404.html"),
    ("/a/b/nope", "a/404.html"),
    ("/a/404", "a/404.html"),
    ("/a/404/", "a/404.html"),
    ("/a/404.html", "a/404.html"),
    ("/a/deep/er", "a/404.html"),
    ("/a/deep/er/nope", "a/deep/er/404.html"),
    ("/a/deep/er/404", "a/deep/er/404.html"),
    ("/caf%C3%A9%2050%25%23/nope", "caf\u{e9} 50%#/404.html"),
    ("/$host;%7D%22'%7Bx%7D(*)~/nope", "$host;}\"'{x}(*)~/404.html"),
    ("/%7B$HOME%7D/nope/x", "{$HOME}/404.html"),
    ("/%7B$HOME%7D/404", "{$HOME}/404.html"),
    ("/ax/nope", "404.html"),
    ("/A/nope", "404.html"),
    ("/about/404", "404.html"),
];

/// Paths below the base that have no page.
const NO_PAGES: [&str; 14] = [
    "/nope",
    "/nope/",
    "/404",
    "/404/",
    "/404.html",
    "/500",
    "/nginx.conf",
    "/Caddyfile",
    "/.kiln-files",
    "/.KILN-files",
    "/docs",
    "/ABOUT",
    "/manual.html",
    "/about/nope",
];

/// Settings of nginx without kiln's snippet; `None` if they cannot find the pages: `/about/` is `about.html`.
fn plain_nginx(config: &Config) -> Option<&'static str> {
    match (config.format, config.trailing_slash) {
        (Format::Directory, TrailingSlash::Always) => Some(""),
        (_, TrailingSlash::Always) => None,
        _ => Some("location / {\ntry_files $uri $uri/index.html $uri.html =404;\n}\n"),
    }
}

#[test]
#[ignore = "needs nginx and Caddy"]
fn every_page_opens_behind_a_server_that_knows_nothing_of_kiln() {
    let folder = scratch("plain");
    for (at, config) in combinations().into_iter().enumerate() {
        let Some(settings) = plain_nginx(&config) else { continue };
        let config: &'static Config = Box::leak(Box::new(config));
        let root = folder.join(format!("{at}/root"));
        // The base is a folder of the server.
        let dist = root.join(config.base.trim_start_matches('/'));
        let dist = if config.base.is_empty() { root.join("") } else { dist };
        fs::create_dir_all(dist.parent().expect("a folder")).expect("a folder to make");
        let files = build_site(config, &dist);
        let site = format!("root {};\n{settings}", root.display());
        let server = Server::start(Program::Nginx, &site, &folder.join(format!("{at}/server")));
        for SiteFile { name, path } in
            files.0.iter().filter(|file| error_status(&file.name).is_none())
        {
            let text = fs::read_to_string(dist.join(name)).expect("a file");
            assert_eq!(server.get(path).seen(), (200, text), "{config:?}: {path}");
        }
    }
    fs::remove_dir_all(folder).expect("a folder to remove");
}

/// Paths without a page that a server would find one for if it normalized them.
const HOSTILE: [&str; 17] = [
    "//about",
    "//about/",
    "/about//",
    "//evil.com/%2e%2e/%2e%2e/about/",
    "//evil.com/%2e%2e/about",
    "//evil.com/../about/",
    "///about/",
    "/a/../about",
    "/a/%2E%2e/about/",
    "/./about/",
    "/%2e/about",
    "/a%2fb",
    "/a%2Fb/",
    "/%2Fabout/",
    "/about%5c",
    "/about%0a",
    "/about%00",
];

#[test]
#[ignore = "needs nginx and Caddy"]
fn every_page_opens_behind_nginx() {
    every_page_opens(Program::Nginx);
}

#[test]
#[ignore = "needs nginx and Caddy"]
fn every_page_opens_behind_caddy() {
    every_page_opens(Program::Caddy);
}
