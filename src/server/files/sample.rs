//! A small site that tests build and send requests to.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use axum::response::Html;
use http::HeaderName;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, LAST_MODIFIED, VARY};

use super::{File, Files};
use crate::build::{self, Options, Outcome};
use crate::config::{Config, TrailingSlash};
use crate::page::route::{Endpoint, Route};
use crate::private::{boxed, respond};
use crate::routing::page_path::RoutePath;
use crate::server::served::{self, Sent};
use crate::site::Site;
use crate::support::{self, leak};

/// A site with its out folder, which is removed when it is dropped.
#[derive(Debug)]
pub(in crate::server) struct Sample {
    folder: PathBuf,
    pub(in crate::server) site: &'static Site,
}

/// An endpoint that always returns the same.
macro_rules! page {
    ($response:expr) => {
        Endpoint::OnContext(|_| boxed(async { respond($response) }))
    };
}

const PAGES: [(&str, Endpoint); 6] = [
    ("/", page!(Html("home"))),
    ("/about", page!((ABOUT, Html("about ".repeat(200))))),
    ("/api/users", page!((JSON, "[\"users\", \"users\", \"users\", \"users\"]"))),
    ("/tagged.txt", page!((TAGGED, "tagged ".repeat(50)))),
    ("/latin.txt", page!((LATIN, "latin"))),
    ("/404", page!(Html("nothing here"))),
];

const ABOUT: [(HeaderName, &str); 2] = [(CACHE_CONTROL, "no-cache"), (VARY, "Cookie")];
const JSON: [(HeaderName, &str); 1] = [(CONTENT_TYPE, "application/json")];
const TAGGED: [(HeaderName, &str); 2] =
    [(ETAG, "\"mine\""), (LAST_MODIFIED, "Sun, 06 Nov 1994 08:49:37 GMT")];
const LATIN: [(HeaderName, &str); 1] = [(CONTENT_TYPE, "text/plain; charset=iso-8859-1")];

/// The length of a file of `public/` that takes several chunks.
pub(in crate::server) const LARGE: usize = 200_001;

/// The byte at an offset of that file.
pub(in crate::server) fn large_byte(at: usize) -> u8 {
    u8::try_from(at % 251).expect("a byte")
}

impl Sample {
    /// Builds it.
    pub(in crate::server) fn new(config: Config) -> Self {
        Sample::of(Site { config: leak(config), ..Site::EMPTY })
    }

    /// Builds it with the settings of a site.
    pub(in crate::server) fn of(site: Site) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("kiln-served-{}-{}", std::process::id(), NEXT.fetch_add(1, Relaxed));
        let folder = std::env::temp_dir().canonicalize().expect("a folder").join(name);
        let public = folder.join("site/public");
        fs::create_dir_all(public.join("assets")).expect("a folder to make");
        let large: Vec<u8> = (0..LARGE).map(large_byte).collect();
        for (name, bytes) in [
            ("large.bin", &*large),
            ("empty.txt", b""),
            ("assets/a.css", b"a{}"),
            ("cafe\u{301}.txt", b"coffee"),
            ("nothing.known", b"?"),
        ] {
            fs::write(public.join(name), bytes).expect("a file to write");
        }
        // A page that is not HTML has no trailing slash.
        let is_always = site.config.trailing_slash == TrailingSlash::Always;
        let pages = PAGES.iter().filter(|(pattern, _)| !(is_always && *pattern == "/api/users"));
        let (patterns, endpoints): (Vec<&str>, Vec<Endpoint>) = pages.copied().unzip();
        let routes = support::site(&patterns, Config { ..*site.config }).routes;
        let routes: Vec<Route> = (routes.iter().zip(endpoints))
            .map(|(route, endpoint)| Route { endpoints: leak([("GET", endpoint)]), ..*route })
            .collect();
        let here = leak(folder.join("site").to_str().expect("UTF-8").to_owned());
        let site = leak(Site { folder: here, package: here, routes: routes.leak(), ..site });
        let sample = Sample { folder, site };
        sample.build();
        sample
    }

    /// Builds it again.
    pub(in crate::server) fn build(&self) {
        let options = Options::for_test(self.out(), 1);
        let outcome = build::build(self.site, &options, &Arc::default()).expect("a build");
        assert!(matches!(outcome, Outcome::Built(_)), "{outcome:?}");
    }

    pub(in crate::server) fn out(&self) -> PathBuf {
        self.folder.join("out")
    }

    pub(in crate::server) fn files(&self) -> Files {
        let (files, opened) = Files::open(self.site, &self.out());
        opened.expect("a site that was built");
        files
    }

    /// Sends a request for a file, which must exist.
    pub(in crate::server) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Sent {
        let files = self.files();
        let route_path = path_of(path);
        sent(&files.find(&route_path).expect(path), method, headers)
    }
}

/// Sends a request for a file.
pub(in crate::server) fn sent(file: &File<'_>, method: &str, headers: &[(&str, &str)]) -> Sent {
    let request = served::request(method, "/", headers).body(()).expect("a request");
    let head = request.into_parts().0;
    served::runtime().block_on(async {
        let response = file.respond(&head).await.expect("an answer");
        Sent::new(response.expect("the same build")).await
    })
}

impl Drop for Sample {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

pub(in crate::server) fn path_of(path: &str) -> RoutePath {
    RoutePath::of_segments(path).expect(path)
}

/// Replaces a file by a link.
#[cfg(unix)]
pub(in crate::server) fn put_link(at: &Path, to: &Path) {
    let _ = fs::remove_file(at).or_else(|_| fs::remove_dir_all(at));
    std::os::unix::fs::symlink(to, at).expect("a link to make");
}
