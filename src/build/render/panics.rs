//! Values of a site that panic when a build formats or drops them: the build continues and reports their page.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::{env, fmt, fs, process};

use axum::response::IntoResponse;

use crate::build::{self, Options, Outcome, Warnings};
use crate::page::context::Context;
use crate::page::route::{Endpoint, ResponseFuture, Route};
use crate::page::static_path::{StaticPages, StaticPath};
use crate::request::search::StaticPaths;
use crate::routing::params::RawParams;
use crate::site::Site;
use crate::support::{self, CONFIG, leak};

/// An error that panics when it is formatted.
#[derive(Debug)]
struct Hidden;

impl fmt::Display for Hidden {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("shown");
    }
}

impl std::error::Error for Hidden {}

/// A value that panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

fn page(_: &Context, _: RawParams, bomb: Option<Bomb>) -> ResponseFuture<'_> {
    Box::pin(async move {
        match bomb {
            Some(bomb) => std::panic::panic_any(bomb),
            None => Ok("page".into_response()),
        }
    })
}

/// The failures of a site with one list of pages.
fn failure(list: StaticPaths) -> String {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let name = format!("kiln-panics-{}-{}", process::id(), COUNT.fetch_add(1, Relaxed));
    let folder = env::temp_dir().join(name);
    fs::create_dir_all(&folder).expect("a folder to make");
    let route = Route {
        endpoints: leak([("GET", Endpoint::OnStaticPaths(list))]),
        ..*support::route("/[a].txt", CONFIG)
    };
    let site = Site {
        folder: folder.display().to_string().leak(),
        routes: vec![route].leak(),
        ..support::site(&[], CONFIG)
    };
    let out = folder.join("dist");
    let options = Options::for_test(out, 2);
    let outcome = build::build(leak(site), &options, &Arc::new(Warnings::default()));
    fs::remove_dir_all(&folder).expect("a folder to remove");
    match outcome.expect("an outcome") {
        Outcome::Failed(failures) => failures.iter().map(ToString::to_string).collect(),
        Outcome::Built(_) => panic!("it was built"),
    }
}

#[test]
fn a_build_ends_after_any_panic() {
    let lists: [(StaticPaths, &str); 4] = [
        // The props of a page without a path.
        (
            |_, sink| {
                let paths = [StaticPath::<RawParams>::new([("a", "..")]).props(Some(Bomb))];
                StaticPages::<RawParams>::send(paths, sink, page)
            },
            "error: static_paths of /[a].txt: panicked: dropped",
        ),
        // A panic payload that panics.
        (
            |_, sink| {
                let paths = [StaticPath::<RawParams>::new([("a", "a")]).props(Some(Bomb))];
                StaticPages::<RawParams>::send(paths, sink, page)
            },
            "error: /a.txt: panicked: (no message)",
        ),
        (|_, _| std::panic::panic_any(Bomb), "error: static_paths of /[a].txt: panicked: (no"),
        (|_, _| Err(Hidden.into()), "error: static_paths of /[a].txt: panicked: shown"),
    ];
    for (list, expected) in lists {
        let failure = failure(list);
        assert!(failure.starts_with(expected), "{failure}");
        assert!(failure.contains("src/pages/[a].txt.rs"), "{failure}");
    }
}
