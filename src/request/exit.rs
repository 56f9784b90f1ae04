//! Detects that code of the site ends the process, for example with `std::process::exit`.
//!
//! Otherwise, such a build would end silently, with the status of that call and without a site. It can only be detected
//! in the exit handlers, which the system calls on the exiting thread. `std::process::abort`, a signal and a stack
//! overflow do not call them: they end the process with their own status, and leave the out folder unchanged.
//!
//! Registering such a handler is unsafe, so the crate `dtor` does it. The handler ends the process with status 1. Nothing in the
//! out folder has changed by then, and the next build removes the staging folder. A parent process that watches the
//! build would also notice, but would add some milliseconds to each build.

use std::cell::{Cell, RefCell};
use std::io::Write;
use std::mem::ManuallyDrop;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use crate::page::route::Route;

/// The number of running builds.
static BUILDS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// The route whose code this thread is calling.
    static ROUTE: Cell<Option<&'static Route>> = const { Cell::new(None) };
    /// Whether this thread is calling code of the site.
    static IS_IN_SITE: Cell<bool> = const { Cell::new(false) };
    /// The path of the page that was called last. It is never dropped, because the values of a thread are dropped
    /// before the exit handlers run.
    static PATH: RefCell<ManuallyDrop<String>> =
        const { RefCell::new(ManuallyDrop::new(String::new())) };
}

/// A running build. It is an error if the process ends before this value is dropped.
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

/// Calls code of a page. The path is empty for code of the whole route.
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

/// Calls code of the site for a request. The function catches panics itself.
pub(crate) fn within_site<T>(call: impl FnOnce() -> T) -> T {
    let before = IS_IN_SITE.replace(true);
    let result = call();
    IS_IN_SITE.set(before);
    result
}

/// Returns true if and only if this thread is calling code of the site for a request.
#[cfg(feature = "server")]
pub(crate) fn is_in_site() -> bool {
    IS_IN_SITE.get()
}

dtor::declarative::dtor! {
    /// Called by the system when the process exits normally.
    #[dtor(unsafe)]
    fn at_exit() {
        let is_building = BUILDS.load(SeqCst) > 0;
        if is_building || IS_IN_SITE.get() {
            let message = message(ROUTE.get(), &PATH.with_borrow(|path| path.to_string()));
            // If printing fails, there is no other place to report it.
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
         hint: return an error, for example with `bail!(\"…\")`: it is reported together with its page"
    )
}

/// Ends the process with the status of a failed build.
fn end() -> ! {
    // `std::process::exit` must not be called in an exit handler.
    #[cfg(unix)]
    signal_hook::low_level::exit(1);
    #[cfg(not(unix))]
    std::process::exit(1);
}
