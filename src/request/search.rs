//! Searches the list of a `static_paths` function for a page.
//!
//! On request, `static_paths` runs [on a thread of its own](on_thread). If it ran in tokio's pool for blocking
//! calls, tokio's paused clock of tests would stand still; and to await it would require the future of every page to be
//! `Send`. A build calls `static_paths` [on the thread](here) that lists or renders, which drives no runtime.

mod oneshot;
mod paths;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use anyhow::{Context as _, Result};

use crate::page::error;
use crate::page::route::Route;
use crate::page::static_path::{Pages, Sink, StaticPage};
#[cfg(feature = "tokio")]
use crate::request::runtime::Runtime;
use crate::request::{exit, panics};
use crate::routing::page_path::RoutePath;

/// The generated function that calls the `static_paths` of a route.
pub(crate) type StaticPaths = fn(&'static Route, &mut Sink<'_>) -> Result<()>;

/// Searches for the page of a path on this thread, which is blocked until the list ends.
///
/// # Errors
///
/// Fails if `static_paths` fails. A panic of it or of its values becomes an error that names the page file.
pub(crate) fn here(
    route: &'static Route,
    static_paths: StaticPaths,
    path: &RoutePath,
) -> Result<Option<StaticPage>> {
    let search = Search { route, path, found: None };
    Ok(list_into(search, route, static_paths)?.found)
}

/// Passes the pages of a route to a receiver on this thread, which is blocked until the list ends. Returns the receiver.
///
/// # Errors
///
/// Fails like [`here`].
fn list_into<P: Pages>(
    mut pages: P,
    route: &'static Route,
    static_paths: StaticPaths,
) -> Result<P> {
    let list = AssertUnwindSafe(|| {
        static_paths(route, &mut Sink::new(&mut pages))
            .with_context(|| format!("`static_paths` of {} failed", route.file))?;
        Ok(pages)
    });
    let what = || match panics::last() {
        Some((location, _)) => format!("{location}: `static_paths` of {}", route.file),
        None => format!("`static_paths` of {}", route.file),
    };
    catch_unwind(list).unwrap_or_else(|panic| Err(error::panicked(what(), panic)))
}

/// Lists the paths of all pages of a route, on a new thread. Paths that the build would report are left out.
///
/// # Errors
///
/// Fails like [`on_thread`].
pub(crate) async fn paths_on_thread(
    route: &'static Route,
    static_paths: StaticPaths,
) -> Result<Vec<RoutePath>> {
    let list = move || {
        let paths = paths::Paths { route, paths: Vec::new() };
        Ok(list_into(paths, route, static_paths)?.paths)
    };
    call_on_thread(route, (), list).await
}

/// Searches for the page of a path on a new thread.
///
/// `static_paths` may block, and if it is async, the calling thread drives it. On a thread of a runtime, that could
/// block the timers and sockets that it waits for. A thread of tokio's blocking pool would not do either: the pool may
/// be full of other lists, and a list may wait for something that needs the pool. `turn` is dropped when the list ends,
/// even if the caller no longer waits for it.
///
/// # Errors
///
/// Fails like [`here`], and if the system refuses another thread.
pub(crate) async fn on_thread(
    route: &'static Route,
    static_paths: StaticPaths,
    path: &RoutePath,
    turn: impl Send + 'static,
) -> Result<Option<StaticPage>> {
    let path = path.clone();
    call_on_thread(route, turn, move || here(route, static_paths, &path)).await
}

async fn call_on_thread<T: Send + 'static>(
    route: &'static Route,
    turn: impl Send + 'static,
    list: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let (sender, receiver) = oneshot::channel();
    let timers = Timers::of_caller()?;
    let list = move || {
        sender.send(exit::within_site(|| timers.within(list)));
        // The caller may have stopped waiting long ago.
        drop(turn);
    };
    let thread = thread::Builder::new().name("kiln-static-paths".to_owned());
    thread
        .spawn(list)
        .with_context(|| format!("cannot start a thread for `static_paths` of {}", route.file))?;
    match receiver.await {
        Some(found) => found,
        None => anyhow::bail!("`static_paths` of {} ended without a result", route.file),
    }
}

/// The runtime that drives the timers and sockets of a list: that of the caller, or a new one.
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

/// Without tokio, the list must bring its own runtime.
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

/// Receives the pages of a route, and keeps the one with the path.
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
        // The build reports params that do not make a valid path.
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

    /// A value whose `Display` panics.
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

    /// Searches for `/b` in both ways.
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
    fn an_async_list_may_wait_for_timers_without_a_runtime() {
        let list: StaticPaths = |_, sink| {
            crate::private::block_on(async {
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            });
            StaticPages::<RawParams>::send([listed("b", false)], sink, page)
        };
        let found = block_on(on_thread(support::route("/[a]", CONFIG), list, &path("b"), ()));
        assert!(found.expect("no error").is_some());
    }

    /// The only thread of the runtime waits for the lists and drives their timers at the same time.
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
