//! The check of redirect targets, `preview`, nginx and Caddy agree on the file at each path.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::response::Html;

use crate::build::{self, Options, Outcome, Warnings};
use crate::config::Host;
use crate::config::{Config, Format, TrailingSlash};
use crate::hosts::served::{says_its_url, scratch};
use crate::page::route::{Endpoint, Route};
use crate::page::static_path::StaticPath;
use crate::private::{StaticPages, boxed, respond};
use crate::routing::params::RawParams;
use crate::server::previewed;
use crate::site::Site;
use crate::support::server::{Program, Server};
use crate::support::{self, CONFIG, leak};

/// A path, and its file with `directory`, `file` and `preserve`.
type Row = (&'static str, [Option<&'static str>; 3]);

/// The pages are `/`, `/about`, and `/folder` and `/deep/index`, the latter two as `index.rs`.
const TABLE: [Row; 28] = [
    ("/", [Some("index.html"); 3]),
    ("/index.html", [Some("index.html"); 3]),
    ("/index", [None, Some("index.html"), Some("index.html")]),
    ("/about", [Some("about/index.html"), Some("about.html"), Some("about.html")]),
    ("/about/", [Some("about/index.html"), Some("about.html"), Some("about.html")]),
    ("/about.html", [None, Some("about.html"), Some("about.html")]),
    ("/about/index.html", [Some("about/index.html"), None, None]),
    ("/about/index", [None; 3]),
    ("/folder", [Some("folder/index.html"), Some("folder.html"), Some("folder/index.html")]),
    ("/folder/", [Some("folder/index.html"), Some("folder.html"), Some("folder/index.html")]),
    ("/folder.html", [None, Some("folder.html"), None]),
    (
        "/deep/index",
        [Some("deep/index/index.html"), Some("deep/index.html"), Some("deep/index/index.html")],
    ),
    // Files of `public/`: a page by its name, and the index of a folder.
    ("/plain.html", [Some("plain.html"); 3]),
    ("/plain", [None, Some("plain.html"), Some("plain.html")]),
    ("/plain/", [None, Some("plain.html"), Some("plain.html")]),
    ("/plain/index.html", [None; 3]),
    ("/manual", [Some("manual/index.html"); 3]),
    ("/manual/", [Some("manual/index.html"); 3]),
    ("/manual/index.html", [Some("manual/index.html"); 3]),
    ("/manual.html", [None; 3]),
    ("/style.css", [Some("style.css"); 3]),
    ("/style.css/", [Some("style.css"); 3]),
    ("/style", [None; 3]),
    ("/LICENSE", [Some("LICENSE"); 3]),
    ("/LICENSE/", [Some("LICENSE"); 3]),
    ("/License", [None; 3]),
    ("/nope", [None; 3]),
    // An error page cannot be requested by its path.
    ("/404", [None; 3]),
];

const PUBLIC: [&str; 4] = ["plain.html", "manual/index.html", "style.css", "LICENSE"];

/// A site in a folder, with a redirect to a path if one is given.
fn site(folder: &Path, format: Format, to: Option<&'static str>) -> &'static Site {
    let rules = to.map(|to| support::redirect_rule("/go", to, None));
    let redirects = rules.into_iter().collect::<Vec<_>>().leak();
    let hosts: &[Host] = &[Host::Nginx, Host::Caddy];
    let config = leak(Config { format, ..CONFIG });
    let of = |route| says_its_url(config, route);
    let routes: Vec<Route> = vec![
        of(support::route("/", CONFIG)),
        of(support::route("/about", CONFIG)),
        of(support::index_route("/folder", CONFIG)),
        of(support::route("/deep/index", CONFIG)),
        of(support::route("/404", CONFIG)),
    ];
    let folder = folder.display().to_string().leak();
    leak(Site {
        package: folder,
        folder,
        config,
        routes: routes.leak(),
        redirects,
        hosts,
        ..Site::EMPTY
    })
}

fn built(site: &'static Site, out: PathBuf) -> Outcome {
    let options = Options::for_test(out, 1);
    build::build(site, &options, &Arc::new(Warnings::default())).expect("a build")
}

/// Returns true if a redirect to a path passes the check.
fn is_target(folder: &Path, format: Format, path: &'static str) -> bool {
    match built(site(folder, format, Some(path)), folder.join("target")) {
        Outcome::Built(_) => true,
        Outcome::Failed(failures) => {
            let shown: String = failures.iter().map(ToString::to_string).collect();
            let is_refused =
                ["which does not exist", "is an error page"].map(|why| shown.contains(why));
            assert!(is_refused.contains(&true), "{shown}");
            false
        }
    }
}

#[test]
#[ignore = "needs nginx and Caddy"]
fn all_servers_agree_on_a_path() {
    for (at, format) in [Format::Directory, Format::File, Format::Preserve].into_iter().enumerate()
    {
        let folder = scratch(&format!("agreement-{at}"));
        for name in PUBLIC {
            let file = folder.join("public").join(name);
            fs::create_dir_all(file.parent().expect("a folder")).expect("a folder to make");
            fs::write(file, format!("this is {name}")).expect("a file to write");
        }
        let out = folder.join("dist");
        let site = site(&folder, format, None);
        assert!(matches!(built(site, out.clone()), Outcome::Built(_)));
        let servers = [Program::Nginx, Program::Caddy].map(|program| {
            let folder = folder.join(format!("{program:?}"));
            (program, Server::start(program, &program.including(&out), &folder))
        });
        for (path, files) in TABLE {
            let expected = files[at].map(|file| fs::read(out.join(file)).expect(file));
            assert_eq!(is_target(&folder, format, path), expected.is_some(), "{path} {format:?}");
            let is_it = |status: u16, body: &[u8]| match &expected {
                Some(bytes) => status == 200 && body == bytes,
                None => status == 404,
            };
            let (status, body) = previewed(site, &out, path);
            assert!(is_it(status, &body), "preview {path} {format:?}: {status}");
            for (program, server) in &servers {
                let answer = server.get(path);
                assert!(
                    is_it(answer.status, &answer.body),
                    "{program:?} {path} {format:?}: {answer:?}"
                );
            }
        }
        fs::remove_dir_all(folder).expect("a folder to remove");
    }
}

/// The route `/[slug]` has one page, `/post`, but its pattern also matches files of `public/`.
fn site_of_slugs(folder: &Path, trailing_slash: TrailingSlash) -> &'static Site {
    const SLUGS: Endpoint = Endpoint::OnStaticPaths(|_, sink| {
        let paths: [StaticPath; 1] = ["post"].map(|slug| StaticPath::new([("slug", slug)]));
        StaticPages::<RawParams>::send(paths, sink, |_, _, ()| {
            boxed(async { respond(Html("this is post")) })
        })
    });
    fs::create_dir_all(folder.join("public")).expect("a folder to make");
    for name in ["favicon.ico", "404"] {
        let file = folder.join("public").join(name);
        fs::write(file, format!("this is {name}")).expect("a file to write");
    }
    let hosts: &[Host] = &[Host::Nginx, Host::Caddy];
    let config = leak(Config { trailing_slash, ..CONFIG });
    let endpoints = vec![("GET", SLUGS)].leak();
    let routes = vec![Route { config, endpoints, ..*support::route("/[slug]", CONFIG) }].leak();
    let path: &str = folder.display().to_string().leak();
    leak(Site { package: path, folder: path, routes, config, hosts, ..Site::EMPTY })
}

#[test]
#[ignore = "needs nginx and Caddy"]
fn all_servers_agree_on_a_file_that_matches_a_param() {
    for (at, trailing_slash) in
        [TrailingSlash::Always, TrailingSlash::Never, TrailingSlash::Ignore].into_iter().enumerate()
    {
        let folder = scratch(&format!("agreement-of-params-{at}"));
        let site = site_of_slugs(&folder, trailing_slash);
        let out = folder.join("dist");
        assert!(matches!(built(site, out.clone()), Outcome::Built(_)));
        let servers = [Program::Nginx, Program::Caddy].map(|program| {
            let folder = folder.join(format!("{program:?}"));
            Server::start(program, &program.including(&out), &folder)
        });
        let check = |path: &str, status: u16, expected: Option<&str>| {
            let is_it = |body: &[u8]| expected.is_none_or(|text| text.as_bytes() == body);
            let (found, body) = previewed(site, &out, path);
            assert_eq!(found, status, "{path} {trailing_slash:?}: preview");
            assert!(is_it(&body), "{path}: preview");
            for server in &servers {
                let answer = server.get(path);
                assert_eq!(answer.status, status, "{path} {trailing_slash:?}: {server:?}");
                assert!(is_it(&answer.body), "{path}: {server:?}");
            }
        };
        let slash = if trailing_slash == TrailingSlash::Always { "/" } else { "" };
        // If the other slash form of a path is redirected, so is a slash after the name of a file.
        let moved = if trailing_slash == TrailingSlash::Ignore { 200 } else { 301 };
        check("/favicon.ico/", moved, None);
        check("/favicon.ico", 200, Some("this is favicon.ico"));
        check("/404", 200, Some("this is 404"));
        check(&format!("/post{slash}"), 200, Some("this is post"));
        check("/nope", 404, None);
        check("/nope.ico/", 404, None);
    }
}
