//! What went wrong with a page: where, and the whole chain of causes.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::panic::{self, PanicHookInfo};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::plan::Naming;
use crate::error;
use crate::middleware;
use crate::path::RoutePath;
use crate::respond::{InMiddleware, PanicInMiddleware};
use crate::route::Route;

/// A failure of the build, as it is shown: what happened, where, why, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Failure {
    /// Where the route stands in the table; failures are shown in this order.
    route_index: Option<usize>,
    /// The path of the page, or what else failed.
    subject: String,
    message: String,
    /// The page file and the route, or other files that have a part in it.
    places: Vec<String>,
    causes: Vec<String>,
    hint: Option<String>,
    /// How many more there are that say the same and are not shown.
    others: usize,
}

/// A page of a route, or a route as a whole: for messages, and to know where the page goes.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) route: &'static Route,
    pub(super) route_index: usize,
    pub(super) naming: Naming,
    /// `None` where the failure is that of the route as a whole.
    pub(super) path: Option<RoutePath>,
}

impl Place {
    pub(super) fn of_route(route: &'static Route, route_index: usize) -> Self {
        Place { route, route_index, naming: Naming::of(route), path: None }
    }

    fn subject(&self) -> String {
        match &self.path {
            Some(path) => path.display(),
            // A redirect of kiln.toml.
            None if self.route.endpoints.is_empty() => self.route.pattern.to_owned(),
            None => format!("static_paths of {}", self.route.pattern),
        }
    }

    fn shown(&self) -> String {
        if self.path.as_ref().is_none_or(|path| path.display() == self.route.pattern) {
            return self.route.file.to_owned();
        }
        format!("{} (route {})", self.route.file, self.route.pattern)
    }
}

impl Failure {
    /// A failure that no route has a part in.
    pub(super) fn of(subject: impl Into<String>, message: impl Into<String>) -> Self {
        Failure {
            route_index: None,
            subject: subject.into(),
            message: message.into(),
            places: vec![],
            causes: vec![],
            hint: None,
            others: 0,
        }
    }

    /// A failure of a page.
    pub(super) fn at(place: &Place, message: impl Into<String>) -> Self {
        Failure {
            route_index: Some(place.route_index),
            places: vec![place.shown()],
            ..Failure::of(place.subject(), message)
        }
    }

    /// An error that a page gave, with its chain of causes.
    pub(super) fn failed(place: &Place, error: &anyhow::Error) -> Self {
        let causes = error.chain().skip(1).map(ToString::to_string).collect();
        let failure = Failure { causes, ..Failure::at(place, error.to_string()) };
        if error.is::<InMiddleware>() { failure.in_middleware() } else { failure }
    }

    /// A failure of the middleware on the way to a page: its file comes first.
    fn in_middleware(mut self) -> Self {
        self.places.insert(0, middleware::FILE.to_owned());
        self
    }

    /// A panic in a page of the site in a folder.
    pub(super) fn panicked(site_folder: &str, place: &Place, panic: &(dyn Any + Send)) -> Self {
        let in_middleware = panic.downcast_ref::<PanicInMiddleware>();
        let panic = in_middleware.map_or(panic, |panic| &*panic.0);
        let text = error::panic_text(panic);
        let (location, backtrace) = LAST_PANIC.take().unwrap_or_default();
        let mut failure = Failure::at(place, format!("panicked: {text}"));
        if in_middleware.is_some() {
            failure = failure.in_middleware();
        }
        if !location.is_empty() {
            // A page is compiled by its absolute path, and known by the one below the site's folder.
            let location = Path::new(&location);
            let location = location.strip_prefix(site_folder).unwrap_or(location);
            failure.places.push(format!("panicked at {}", location.display()));
        }
        failure.causes.extend(backtrace);
        #[cfg(not(feature = "tokio"))]
        if text.contains("Tokio 1.x runtime") {
            failure.hint = Some(
                "add the feature `tokio` to kiln in Cargo.toml: the build then runs inside tokio"
                    .into(),
            );
        }
        failure
    }

    pub(super) fn place(mut self, place: impl Into<String>) -> Self {
        self.places.push(place.into());
        self
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The last that is shown of many.
    pub(super) fn and_others(self, others: usize) -> Self {
        Failure { others, ..self }
    }

    pub(super) fn route_index(&self) -> Option<usize> {
        self.route_index
    }

    /// How many failures it stands for.
    pub(crate) fn count(&self) -> usize {
        1 + self.others
    }

    /// The text where it does not fail the build.
    pub(crate) fn as_warning(&self) -> String {
        format!("warning: {}", Body(self))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", Body(self))
    }
}

/// What is shown of a failure behind the word that says how bad it is.
struct Body<'a>(&'a Failure);

impl fmt::Display for Body<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Failure { subject, message, places, causes, hint, others, .. } = self.0;
        write!(f, "{}: {}", indented(subject), indented(message))?;
        for place in places {
            write!(f, "\n  --> {place}")?;
        }
        for cause in causes {
            write!(f, "\n  caused by: {}", indented(cause))?;
        }
        if let Some(hint) = hint {
            write!(f, "\n  hint: {}", indented(hint))?;
        }
        match others {
            0 => Ok(()),
            others => write!(f, "\n  and {} more like this", grouped(*others)),
        }
    }
}

/// A number as people read it, with a comma between thousands.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// The text of an error as it is shown: no control character of it reaches the terminal, save line breaks.
fn indented(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.trim_end().chars() {
        match c {
            '\n' => shown.push_str("\n    "),
            '\t' => shown.push(c),
            c if c.is_control() => shown.extend(c.escape_default()),
            c => shown.push(c),
        }
    }
    shown
}

/// The failures of a build, from all threads.
#[derive(Debug, Default)]
pub(super) struct Failures {
    found: Mutex<Vec<Failure>>,
}

impl Failures {
    pub(super) fn push(&self, failure: Failure) {
        self.extend([failure]);
    }

    pub(super) fn extend(&self, failures: impl IntoIterator<Item = Failure>) {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).extend(failures);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// All of them, in table order and then by path, whichever thread found them.
    pub(super) fn take(&self) -> Vec<Failure> {
        let mut found =
            std::mem::take(&mut *self.found.lock().unwrap_or_else(PoisonError::into_inner));
        found.sort();
        found
    }
}

thread_local! {
    static IN_PAGE: Cell<bool> = const { Cell::new(false) };
    /// Where the last panic of a page on this thread was, and its backtrace where one is asked for.
    static LAST_PANIC: RefCell<Option<(String, Option<String>)>> = const { RefCell::new(None) };
}

/// Calls into a page: a panic there is kept for the report, and not printed among the progress.
pub(super) fn within_page<T>(call: impl FnOnce() -> T) -> T {
    let before = IN_PAGE.replace(true);
    let result = call();
    IN_PAGE.set(before);
    result
}

type Hook = dyn Fn(&PanicHookInfo<'_>) + Sync + Send;

/// Puts the panic hook back that was there before, when it is dropped.
pub(super) struct CaughtPanics {
    previous: Arc<Hook>,
}

/// Keeps the panics of pages for the report while the value lives; others go where they went before.
pub(super) fn catch_panics() -> CaughtPanics {
    let previous: Arc<Hook> = panic::take_hook().into();
    let others = Arc::clone(&previous);
    panic::set_hook(Box::new(move |info| {
        // Where a panic ends the process there is no report to keep it for.
        if cfg!(panic = "abort") || !IN_PAGE.get() {
            return others(info);
        }
        let location = info.location().map(ToString::to_string).unwrap_or_default();
        let backtrace = std::backtrace::Backtrace::capture();
        let is_asked_for = backtrace.status() == std::backtrace::BacktraceStatus::Captured;
        LAST_PANIC.set(Some((location, is_asked_for.then(|| format!("backtrace:\n{backtrace}")))));
    }));
    CaughtPanics { previous }
}

impl Drop for CaughtPanics {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let previous = Arc::clone(&self.previous);
            panic::set_hook(Box::new(move |info| previous(info)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        let shown = [0, 999, 1_000, 12_345, 123_456, 1_000_007].map(grouped);
        assert_eq!(shown, ["0", "999", "1,000", "12,345", "123,456", "1,000,007"]);
    }
}
