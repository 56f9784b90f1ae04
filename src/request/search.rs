//! Looks for a page among those that the `static_paths` of its route lists.
//!
//! On request, `static_paths` runs [on a thread of its own](on_thread). If it ran in tokio's pool for blocking
//! calls, tokio's paused clock of tests would stand still; and to await it would require the future of every page to be
//! `Send`. A build calls `static_paths` [on the thread](here) that lists or renders, which drives no runtime.

mod oneshot;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use anyhow::{Context as _, Result};

use crate::page::error;
use crate::page::route::Route;
use crate::page::static_path::{Pages, Sink, StaticPage};
use crate::request::exit;
#[cfg(feature = "tokio")]
use crate::request::runtime::Runtime;
use crate::routing::page_path::RoutePath;

/// Lists the paths of a route: what the generated code calls `static_paths` with.
pub(crate) type StaticPaths = fn(&'static Route, &mut Sink<'_>) -> Result<()>;

/// Looks for the page of a path on this thread, which waits until the list ends.
///
/// # Errors
///
/// What `static_paths` fails with. A panic of it, or of what it lists, is an error that names the page file.
pub(crate) fn here(
    route: &'static Route,
    static_paths: StaticPaths,
    path: &RoutePath,
) -> Result<Option<StaticPage>> {
    let search = AssertUnwindSafe(|| {
        let mut search = Search { route, path, found: None };
        static_paths(route, &mut Sink::new(&mut search))
            .with_context(|| format!("`static_paths` of {} failed", route.file))?;
        Ok(search.found)
    });
    let what = || format!("`static_paths` of {}", route.file);
    catch_unwind(search).unwrap_or_else(|panic| Err(error::panicked(what(), panic)))
}

/// Looks for the page of a path on a thread of its own.
///
/// `static_paths` may block, and an async one is driven by the thread that calls it; on a thread of a runtime, the timers and
/// sockets that it waits for would wait for that thread. It is not a thread of tokio's pool either: those may be few, all of
/// them busy with other lists, and what a list waits for may need one. `turn` is dropped when the list has ended, whether or not
/// somebody still waits for it.
///
/// # Errors
///
/// As with [`here`]; and where the system refuses another thread.
pub(crate) async fn on_thread(
    route: &'static Route,
    static_paths: StaticPaths,
    path: &RoutePath,
    turn: impl Send + 'static,
) -> Result<Option<StaticPage>> {
    let (sender, receiver) = oneshot::channel();
    let path = path.clone();
    let timers = Timers::of_caller()?;
    let list = move || {
        let search = || here(route, static_paths, &path);
        sender.send(exit::within_site(|| timers.within(search)));
        // Whoever asked may be gone long before.
        drop(turn);
    };
    let thread = thread::Builder::new().name("kiln-static-paths".to_owned());
    thread
        .spawn(list)
        .with_context(|| format!("cannot start a thread for `static_paths` of {}", route.file))?;
    match receiver.await {
        Some(found) => found,
        None => anyhow::bail!("`static_paths` of {} ended without a list", route.file),
    }
}

/// What drives the timers and sockets that a list waits for: the runtime of whoever asks for it, or one of its own.
#[cfg(feature = "tokio")]
enum Timers {
    Caller(tokio::runtime::Handle),
    Own(Runtime),
}

#[cfg(feature = "tokio")]
impl Timers {
    fn of_caller() -> Result<Self> {
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => Ok(Timers::Caller(runtime)),
            Err(_) => Runtime::new().map(Timers::Own),
        }
    }

    fn within<T>(self, call: impl FnOnce() -> T) -> T {
        match self {
            Timers::Caller(runtime) => {
                let _entered = runtime.enter();
                call()
            }
            Timers::Own(runtime) => runtime.within(call),
        }
    }
}

/// Without tokio, whatever the list brings along.
#[cfg(not(feature = "tokio"))]
struct Timers;

#[cfg(not(feature = "tokio"))]
impl Timers {
    #[expect(clippy::unnecessary_wraps, reason = "starting tokio can fail")]
    fn of_caller() -> Result<Self> {
        Ok(Timers)
    }

    #[expect(clippy::unused_self, reason = "tokio is not compiled in")]
    fn within<T>(self, call: impl FnOnce() -> T) -> T {
        call()
    }
}

/// Keeps the one page of a route whose path is looked for.
#[derive(Debug)]
struct Search<'a> {
    route: &'static Route,
    path: &'a RoutePath,
    found: Option<StaticPage>,
}

impl Pages for Search<'_> {
    fn expect(&mut self, _count: usize) {}

    fn push(&mut self, mut page: StaticPage) {
        if self.found.is_some() {
            return;
        }
        // Params that make no path are a mistake that the build reports.
        let path = page.params().and_then(|params| RoutePath::new(&self.route.pattern, params));
        if path.is_ok_and(|path| path == *self.path) {
            self.found = Some(page);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::fmt;

    use crate::page::context::Context;
    use crate::page::route::ResponseFuture;
    use crate::page::static_path::{StaticPages, StaticPath};
    use crate::routing::params::RawParams;
    use crate::support::{self, CONFIG, leak};
    use crate::testing::block_on;

    fn page(_: &Context, _: RawParams, _: Bomb) -> ResponseFuture<'_> {
        Box::pin(async { unreachable!("it is never called") })
    }

    /// Props that panic when they are dropped.
    struct Bomb(bool);

    impl Drop for Bomb {
        fn drop(&mut self) {
            assert!(!self.0, "dropped");
        }
    }

    /// A value that panics when it is shown.
    struct Shown;

    impl fmt::Display for Shown {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("shown");
        }
    }

    fn path(value: &str) -> RoutePath {
        let params = RawParams::from([("a", value)]);
        RoutePath::new(&support::pattern("/[a]"), &params).expect("a path")
    }

    fn listed(name: &str, is_bomb: bool) -> StaticPath<RawParams, Bomb> {
        StaticPath::new([("a", name)]).props(Bomb(is_bomb))
    }

    /// Looks for `/b` in both ways.
    fn search(static_paths: StaticPaths) -> [Result<Option<StaticPage>>; 2] {
        let route = leak(*support::route("/[a]", CONFIG));
        let path = path("b");
        [here(route, static_paths, &path), block_on(on_thread(route, static_paths, &path, ()))]
    }

    #[test]
    fn a_page_is_found_by_its_path() {
        for found in search(|_, sink| {
            StaticPages::<RawParams>::send([listed("a", false), listed("b", false)], sink, page)
        }) {
            let mut found = found.expect("no error").expect("a page");
            assert_eq!(found.params().expect("params")["a"], *"b");
        }
        for found in
            search(|_, sink| StaticPages::<RawParams>::send([listed("a", false)], sink, page))
        {
            assert!(found.expect("no error").is_none());
        }
    }

    #[test]
    fn a_panic_is_an_error_that_names_the_page() {
        let lists: [(StaticPaths, &str); 4] = [
            (|_, _| panic!("listed"), "listed"),
            (
                |_, sink| {
                    let paths = (0..3).map(|at| {
                        assert!(at < 2, "the list ends at {at}");
                        listed("x", false)
                    });
                    StaticPages::<RawParams>::send(paths, sink, page)
                },
                "the list ends at 2",
            ),
            (|_, sink| StaticPages::<RawParams>::send([listed("x", true)], sink, page), "dropped"),
            (
                |_, sink| {
                    let params = || RawParams::from([("a", Shown)]);
                    let paths =
                        [0].map(|_| StaticPath::<RawParams>::new(params()).props(Bomb(false)));
                    StaticPages::<RawParams>::send(paths, sink, page)
                },
                "shown",
            ),
        ];
        for (list, message) in lists {
            for found in search(list) {
                let error = found.expect_err("a panic").to_string();
                let file = support::route("/[a]", CONFIG).file;
                let expected = format!("`static_paths` of {file} panicked: {message}");
                assert_eq!(error, expected);
            }
        }
    }

    #[cfg(feature = "tokio")]
    #[test]
    fn an_async_list_may_wait_for_timers_where_there_is_no_runtime() {
        let list: StaticPaths = |_, sink| {
            crate::private::block_on(async {
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            });
            StaticPages::<RawParams>::send([listed("b", false)], sink, page)
        };
        let found = block_on(on_thread(support::route("/[a]", CONFIG), list, &path("b"), ()));
        assert!(found.expect("no error").is_some());
    }

    /// As many at once as there are threads that drive timers; here that is the one that waits for all of them.
    #[cfg(feature = "tokio")]
    #[test]
    fn an_async_list_may_wait_for_timers_of_the_runtime() {
        let list: StaticPaths = |_, sink| {
            crate::private::block_on(async {
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            });
            StaticPages::<RawParams>::send([listed("b", false)], sink, page)
        };
        let route = support::route("/[a]", CONFIG);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let path = path("b");
        runtime.expect("a runtime").block_on(async {
            let search = || Box::pin(on_thread(route, list, &path, ()));
            let (mut first, mut second) = (search(), search());
            std::future::poll_fn(|cx| {
                let _ = first.as_mut().poll(cx);
                std::task::Poll::Ready(())
            })
            .await;
            assert!(second.as_mut().await.expect("no error").is_some());
            assert!(first.await.expect("no error").is_some());
        });
    }
}
