//! Notices that code of the site ends the process, for example with `std::process::exit`.
//!
//! Such a build would end in silence, with the status that the code gives and without a site. The handlers that the system
//! calls at exit are the only place where it can be noticed, on whichever thread it happens. `std::process::abort`, a
//! signal and a stack overflow call none of them; they end the process with a status of their own, and leave the out folder
//! as it was.
//!
//! Registering such a handler is unsafe, so the crate `dtor` does it. The handler ends the process with status 1. Nothing in the
//! out folder has changed by then, and the next build removes the staging folder. A parent process that watches the
//! build would also notice, but would add some milliseconds to each build.

use std::cell::{Cell, RefCell};
use std::io::Write;
use std::mem::ManuallyDrop;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use crate::page::route::Route;

/// How many builds are running.
static BUILDS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// The route whose code this thread calls.
    static ROUTE: Cell<Option<&'static Route>> = const { Cell::new(None) };
    /// Whether this thread calls code of the site.
    static IS_IN_SITE: Cell<bool> = const { Cell::new(false) };
    /// The path of the page that was called last. It is not dropped, since the values of a thread are dropped before the
    /// handlers are called.
    static PATH: RefCell<ManuallyDrop<String>> =
        const { RefCell::new(ManuallyDrop::new(String::new())) };
}

/// A build that is running. The end of the process before that of the value is an error.
#[derive(Debug)]
pub(crate) struct RunningBuild(());

impl RunningBuild {
    pub(crate) fn start() -> Self {
        BUILDS.fetch_add(1, SeqCst);
        RunningBuild(())
    }
}

impl Drop for RunningBuild {
    fn drop(&mut self) {
        BUILDS.fetch_sub(1, SeqCst);
    }
}

/// Calls code of a page; the path is empty where it is the route as a whole.
pub(crate) fn within_page<T>(
    route: Option<&'static Route>,
    path: &str,
    call: impl FnOnce() -> T,
) -> T {
    PATH.with_borrow_mut(|last| {
        last.clear();
        last.push_str(path);
    });
    let before = ROUTE.replace(route);
    let result = call();
    ROUTE.set(before);
    result
}

/// Calls code of the site on request, whose panics are caught in there.
pub(crate) fn within_site<T>(call: impl FnOnce() -> T) -> T {
    let before = IS_IN_SITE.replace(true);
    let result = call();
    IS_IN_SITE.set(before);
    result
}

dtor::declarative::dtor! {
    /// Called by the system when the process ends in an orderly way.
    #[dtor(unsafe)]
    fn at_exit() {
        let is_building = BUILDS.load(SeqCst) > 0;
        if is_building || IS_IN_SITE.get() {
            let message = message(ROUTE.get(), &PATH.with_borrow(|path| path.to_string()));
            // Where printing fails, there is nowhere left to say it.
            let _ = writeln!(std::io::stderr(), "{message}");
            end();
        }
    }
}

fn message(route: Option<&Route>, path: &str) -> String {
    let (subject, place) = match route {
        Some(route) if path.is_empty() && !route.pattern.segments.is_empty() => {
            (format!("static_paths of {}", route.pattern), format!("\n  --> {}", route.file))
        }
        Some(route) => (format!("/{path}"), format!("\n  --> {}", route.file)),
        None => ("code of the site".to_owned(), String::new()),
    };
    format!(
        "error: {subject}: ends the process, for example with `std::process::exit`{place}\n  \
         hint: return an error, for example with `bail!(\"…\")`: it is shown with the page that it is about"
    )
}

/// Ends the process as a site that is at fault does.
fn end() -> ! {
    // `std::process::exit` refuses to be called by a handler of its own.
    #[cfg(unix)]
    signal_hook::low_level::exit(1);
    #[cfg(not(unix))]
    std::process::exit(1);
}
