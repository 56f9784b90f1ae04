//! Tests of error pages in a static build, and of other pages with their names.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::{env, fs, process};

use axum::Json;
use axum::response::{Html, Redirect};
use http::StatusCode;
use walkdir::WalkDir;

use crate::build::{Options, Outcome, Warnings, build};
use crate::config::Host;
use crate::config::{Config, Format};
use crate::page::route::{Endpoint, Route};
use crate::page::static_path::StaticPath;
use crate::private::{StaticPages, boxed, respond};
use crate::routing::params::RawParams;
use crate::site::Site;
use crate::support::{self, CONFIG, leak};

const HTML: Endpoint =
    Endpoint::OnContext(|ctx| boxed(async move { respond(Html(ctx.url.path().to_owned())) }));
const JSON: Endpoint = Endpoint::OnContext(|_| boxed(async { respond(Json("nothing here")) }));
const TEXT: Endpoint = Endpoint::OnContext(|_| boxed(async { respond("nothing here") }));
const MOVED: Endpoint =
    Endpoint::OnContext(|_| boxed(async { respond(Redirect::permanent("/about")) }));
const EMPTY: Endpoint = Endpoint::OnContext(|_| boxed(async { respond(StatusCode::NO_CONTENT) }));
const STATUS: Endpoint =
    Endpoint::OnContext(|_| boxed(async { respond((StatusCode::NOT_FOUND, Html("nothing"))) }));

/// Pages for the values `404` and `500`, and for `de` and `en`.
const CODES: Endpoint = Endpoint::OnStaticPaths(|_, sink| {
    let paths: [StaticPath; 2] = ["404", "500"].map(|code| StaticPath::new([("code", code)]));
    StaticPages::<RawParams>::send(paths, sink, |_, _, ()| boxed(async { respond(Html("code")) }))
});
const LANGUAGES: Endpoint = Endpoint::OnStaticPaths(|_, sink| {
    let paths: [StaticPath; 2] = ["de", "en"].map(|lang| StaticPath::new([("lang", lang)]));
    StaticPages::<RawParams>::send(paths, sink, |_, _, ()| boxed(async { respond(Html("lang")) }))
});

/// Builds a site, and returns its files and warnings, or its failures.
fn built(config: Config, pages: &[(&str, Endpoint)], public: &[&str]) -> Result<String, String> {
    built_as(&Site { config: leak(config), ..Site::EMPTY }, pages, public)
}

/// Builds a site with the redirects and hosts of another.
fn built_as(site: &Site, pages: &[(&str, Endpoint)], public: &[&str]) -> Result<String, String> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let name = format!("kiln-error-pages-{}-{}", process::id(), COUNT.fetch_add(1, Relaxed));
    let folder = env::temp_dir().join(name);
    for name in public {
        let file = folder.join("public").join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder to make");
        fs::write(file, "public").expect("a file to write");
    }
    fs::create_dir_all(&folder).expect("a folder to make");
    let config = site.config;
    let route = |(pattern, endpoint): &(&str, Endpoint)| {
        let endpoints = leak(vec![("GET", *endpoint)]);
        Route { config, endpoints, ..*support::route(pattern, CONFIG) }
    };
    let routes: Vec<Route> = pages.iter().map(route).collect();
    let path: &str = folder.display().to_string().leak();
    let routes = routes.leak();
    let site = leak(Site { package: path, folder: path, routes, middleware: None, ..*site });
    let out = folder.join("dist");
    let options = Options::for_test(out.clone(), 1);
    let warnings = Arc::new(Warnings::default());
    let outcome = build(site, &options, &warnings);
    let files = WalkDir::new(&out).sort_by_file_name().into_iter().flatten();
    let files = files.filter(|file| file.file_type().is_file());
    let names =
        files.map(|file| file.path().strip_prefix(&out).expect("below").display().to_string());
    let mut shown: Vec<String> = names.filter(|name| name.contains(".html")).collect();
    shown.extend(warnings.take().iter().map(ToString::to_string));
    fs::remove_dir_all(&folder).expect("a folder to remove");
    match outcome.expect("a build") {
        Outcome::Built(_) => Ok(shown.join("\n")),
        Outcome::Failed(failures) => {
            Err(failures.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
        }
    }
}

/// Checks that a build fails with these messages.
#[track_caller]
fn fails(config: Config, pages: &[(&str, Endpoint)], public: &[&str], expected: &[&str]) {
    fails_as(&Site { config: leak(config), ..Site::EMPTY }, pages, public, expected);
}

#[track_caller]
fn fails_as(site: &Site, pages: &[(&str, Endpoint)], public: &[&str], expected: &[&str]) {
    let failures = built_as(site, pages, public).expect_err("a build that fails");
    for expected in expected {
        assert!(failures.contains(expected), "{expected} is not in\n{failures}");
    }
}

#[test]
fn an_error_page_may_have_any_status() {
    let pages =
        [("/404", STATUS), ("/500", HTML), ("/docs/404", STATUS), ("/[lang]/404", LANGUAGES)];
    for format in [Format::Directory, Format::File, Format::Preserve] {
        let files = built(Config { format, ..CONFIG }, &pages, &[]);
        let expected = "404.html\n500.html\nde/404.html\ndocs/404.html\nen/404.html";
        assert_eq!(files.as_deref(), Ok(expected));
    }
}

#[test]
fn an_error_page_that_is_not_html_fails_the_build() {
    for (pattern, file) in [
        ("/404", "src/pages/404.rs"),
        ("/500", "src/pages/500.rs"),
        ("/docs/404", "src/pages/docs/404.rs"),
    ] {
        for endpoint in [JSON, TEXT] {
            let hint = format!("hint: `{}.html` is what hosts show for an error", &pattern[1..]);
            let expected = [file, "cannot be written as a file", &*hint, "return `Html(\u{2026})`"];
            fails(CONFIG, &[(pattern, endpoint)], &[], &expected);
        }
        let moved = "is an error page, and returned status 308 Permanent Redirect";
        fails(CONFIG, &[(pattern, MOVED)], &[], &[file, moved, "return `Html(\u{2026})`"]);
        let empty = "is an error page, and returned status 204 No Content";
        fails(CONFIG, &[(pattern, EMPTY)], &[], &[file, empty, "return `Html(\u{2026})`"]);
    }
}

#[test]
fn a_param_value_does_not_make_an_error_page() {
    let codes = [("/[code]", CODES)];
    let expected = Ok("404/index.html\n500/index.html");
    assert_eq!(built(CONFIG, &codes, &[]).as_deref(), expected);
    for (format, name) in [(Format::File, "file"), (Format::Preserve, "preserve")] {
        let config = || Config { format, ..CONFIG };
        let at = format!("`/404` would be written to `404.html` with `format = \"{name}\"`");
        fails(
            config(),
            &codes,
            &[],
            &["src/pages/[code].rs (route /[code])", &at, "and in 1 more page: /500"],
        );
        let docs = "`/docs/404` would be written to `docs/404.html`";
        fails(config(), &[("/docs/[code]", CODES)], &[], &[docs]);
    }
    // Two pages for the path `/404`.
    let both = [("/404", HTML), ("/[code]", CODES)];
    fails(CONFIG, &both, &[], &["/404", "src/pages/404.rs", "src/pages/[code].rs"]);
    // Hosts with clean URLs find both files at `/404`.
    let shown = built(CONFIG, &codes, &["404.html"]).expect("a build");
    let files =
        "404/index.html\n404.html\n500/index.html\nwarning: /404: two files share this address";
    assert!(shown.starts_with(files), "{shown}");
}

#[test]
fn the_name_of_an_error_page_has_one_owner() {
    let docs = [("/docs/404", HTML)];
    let expected = ["docs/404.html", "src/pages/docs/404.rs", "public/docs/404.html"];
    fails(CONFIG, &docs, &["docs/404.html"], &expected);
    let hint = "write src/pages/docs/404.rs for that error";
    fails(CONFIG, &[("/docs/404.html", HTML)], &[], &["src/pages/docs/404.html.rs", hint]);
    assert_eq!(built(CONFIG, &[], &["docs/404.html"]).as_deref(), Ok("docs/404.html"));
}

#[test]
fn a_redirect_cannot_lead_to_an_error_page() {
    let rules = |from, to| vec![support::redirect_rule(from, to, None)].leak();
    let pages = [("/docs/a", HTML), ("/docs/404", HTML), ("/404", HTML)];
    for (from, to, expected) in [
        (
            "/old/[slug]",
            "/docs/[slug]",
            "404.html\ndocs/404.html\ndocs/a/index.html\nold/a/index.html",
        ),
        (
            "/old/[...path]",
            "/[...path]",
            "404.html\ndocs/404.html\ndocs/a/index.html\nold/docs/a/index.html",
        ),
    ] {
        let site = Site { redirects: rules(from, to), ..Site::EMPTY };
        assert_eq!(built_as(&site, &pages, &[]).as_deref(), Ok(expected), "{from}");
    }
    for (from, to, expected) in [
        (
            "/old/[name]",
            "/[name]/404",
            "/old/docs: redirects to `/docs/404`, which is an error page",
        ),
        ("/old", "/404", "/old: redirects to `/404`, which is an error page"),
        ("/old", "/nope/404", "/old: redirects to `/nope/404`, which does not exist"),
    ] {
        fails_as(&Site { redirects: rules(from, to), ..Site::EMPTY }, &pages, &[], &[expected]);
    }
}

#[test]
fn hosts_with_a_single_404_page_are_named_once_for_each_route() {
    let pages = [("/404", HTML), ("/docs/404", HTML), ("/[lang]/404", LANGUAGES)];
    let warnings = |hosts: &'static [Host]| {
        let shown =
            built_as(&Site { hosts, ..Site::EMPTY }, &pages, &["files/404.html"]).expect("a build");
        let warnings = shown.lines().filter(|line| line.contains("is never shown by"));
        warnings.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(warnings(&[Host::Cloudflare, Host::Nginx, Host::Caddy]), [""; 0]);
    let hosts = &[Host::Netlify, Host::Nginx, Host::S3];
    let rest =
        "is never shown by `netlify` and `s3`: there, all folders use the `404.html` of the root";
    let subjects = ["/files/404.html", "/docs/404", "/de/404"];
    let expected =
        subjects.map(|subject| format!("warning: {}: {rest}", subject.replace("/files", "files")));
    assert_eq!(warnings(hosts), expected);
    for host in [Host::Vercel, Host::Azure, Host::Firebase, Host::GithubPages] {
        let hosts: &'static [Host] = vec![host].leak();
        assert_eq!(warnings(hosts).len(), 3, "{host:?}");
    }
    // A hint does not suggest an existing file.
    let hosts = &[Host::Netlify];
    for (pages, expected) in [(&pages[1..2], true), (&pages[..2], false)] {
        let shown = built_as(&Site { hosts, ..Site::EMPTY }, pages, &[]).expect("a build");
        assert_eq!(shown.contains("write src/pages/404.rs"), expected, "{shown}");
    }
}
