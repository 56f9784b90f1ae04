//! What went wrong with a page: where, and the whole chain of causes.

mod affected;
mod cause;
mod merged;
use std::any::Any;
use std::fmt;
use std::path::Path;

use self::affected::Affected;
pub(crate) use self::affected::counted;
use self::cause::Cause;
pub(crate) use self::merged::{Failures, Merged};
pub(crate) use crate::build::report::place::Place;
use crate::middleware;
use crate::page::error;
use crate::page::error::{InMiddleware, PanicInMiddleware};
use crate::request::trace::Trace;
use crate::request::{exit, panics, tokio_hint};
use crate::text::grouped;

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
    /// What the code of the site gave as the reason, without what it said of this page alone. `None` where the rule
    /// that is broken is kiln's own.
    reason: Option<Vec<String>>,
    trace: Option<Trace>,
    /// All pages that fail for this reason, this one among them.
    affected: Affected,
}

impl Failure {
    /// A failure that no route has a part in.
    pub(crate) fn of(subject: impl Into<String>, message: impl Into<String>) -> Self {
        Failure {
            route_index: None,
            subject: subject.into(),
            message: message.into(),
            places: vec![],
            causes: vec![],
            hint: None,
            others: 0,
            reason: None,
            trace: None,
            affected: Affected::default(),
        }
    }

    /// A failure of a page.
    pub(crate) fn at(place: &Place, message: impl Into<String>) -> Self {
        Failure {
            route_index: Some(place.route_index),
            places: vec![place.shown()],
            affected: Affected::of(place),
            ..Failure::of(place.subject(), message)
        }
    }

    /// An error that a page gave, with its chain of causes.
    pub(crate) fn failed(place: &Place, error: &anyhow::Error) -> Self {
        let chain: Vec<String> = error.chain().map(ToString::to_string).collect();
        let mut failure = Failure::at(place, chain[0].as_str());
        failure.hint = chain.iter().find_map(|text| tokio_hint::hint(text)).map(Into::into);
        failure.reason = Some(cause::reason(&chain, &failure.subject));
        failure.causes.extend(chain.into_iter().skip(1));
        failure.trace = Trace::of_error(error);
        if error.is::<InMiddleware>() { failure.in_middleware() } else { failure }
    }

    /// The same for an error in the params of a page. What another route says is another failure; what differs in the params
    /// of two pages, and not in what is wrong with them, is one.
    pub(crate) fn of_params(self) -> Self {
        let route = self.route_index.map_or_else(String::new, |index| index.to_string());
        let wrong =
            if self.causes.is_empty() { vec![self.message.clone()] } else { self.causes.clone() };
        let reason = std::iter::once(route).chain(wrong).collect();
        Failure { reason: Some(reason), affected: self.affected.into_pages(), ..self }
    }

    /// A failure of the middleware on the way to a page: its file comes first.
    fn in_middleware(mut self) -> Self {
        self.places.insert(0, middleware::FILE.to_owned());
        self
    }

    /// A panic in a page of the site in a folder.
    pub(crate) fn panicked(site_folder: &str, place: &Place, panic: &(dyn Any + Send)) -> Self {
        let in_middleware = panic.downcast_ref::<PanicInMiddleware>();
        let panic = in_middleware.map_or(panic, |panic| &*panic.0);
        let text = without_backtrace(error::panic_text(panic));
        let (location, trace) = panics::last().unwrap_or_default();
        let mut failure = Failure { trace, ..Failure::at(place, format!("panicked: {text}")) };
        if in_middleware.is_some() {
            failure = failure.in_middleware();
        }
        if !location.is_empty() {
            // A page is compiled by its absolute path, and known by the one below the site's folder.
            let location = Path::new(&location);
            let location = location.strip_prefix(site_folder).unwrap_or(location);
            failure.places.push(format!("panicked at {}", location.display()));
        }
        failure.hint = tokio_hint::hint(text).map(Into::into);
        // Without a runtime, every call fails where it stands, and all for one reason.
        let location = if failure.hint.is_some() { String::new() } else { location };
        failure.reason = Some(vec![location, text.to_owned()]);
        failure
    }

    pub(crate) fn place(mut self, place: impl Into<String>) -> Self {
        self.places.push(place.into());
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The last that is shown of many.
    pub(crate) fn and_others(self, others: usize) -> Self {
        Failure { others, ..self }
    }

    pub(crate) fn route_index(&self) -> Option<usize> {
        self.route_index
    }

    /// What tells whether two failures have the same root cause.
    fn cause(&self) -> Cause {
        match (&self.reason, self.route_index) {
            (Some(reason), _) => Cause { route_index: None, texts: reason.clone() },
            (None, Some(_)) => {
                let texts = std::iter::once(&self.message).chain(&self.causes).cloned();
                Cause { route_index: self.route_index, texts: texts.collect() }
            }
            (None, None) => {
                let texts = [&self.subject, &self.message].into_iter();
                let texts = texts.chain(&self.places).chain(&self.causes).cloned();
                Cause { route_index: None, texts: texts.collect() }
            }
        }
    }

    /// Makes one of two failures with the same cause: the first of them, and the pages of both.
    fn merge(&mut self, mut other: Failure) {
        if other < *self {
            std::mem::swap(self, &mut other);
        }
        self.affected.add(other.affected);
    }

    /// How many failures it stands for.
    pub(crate) fn count(&self) -> usize {
        1 + self.others
    }

    /// How many pages and whole routes it is about; none where it is about something else.
    pub(crate) fn affected(&self) -> [usize; 2] {
        self.affected.counts()
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
        let Failure { subject, message, places, causes, hint, others, trace, affected, .. } =
            self.0;
        write!(f, "{}: {}", indented(subject), indented(message))?;
        for place in places {
            write!(f, "\n  --> {place}")?;
        }
        for cause in causes {
            write!(f, "\n  caused by: {}", indented(cause))?;
        }
        if let Some(trace) = trace {
            write!(f, "\n  {}", indented(&trace.to_string()))?;
        }
        if let Some(hint) = hint {
            write!(f, "\n  hint: {}", indented(hint))?;
        }
        if let Some(more) = affected.more(subject) {
            write!(f, "\n  {}", indented(&more))?;
        }
        match others {
            0 => Ok(()),
            others => write!(f, "\n  and {} more like this", grouped(*others)),
        }
    }
}

/// Calls into a page: a panic there is kept for the report, and not printed among the progress.
pub(crate) fn within_page<T>(place: &Place, call: impl FnOnce() -> T) -> T {
    let path = place.path.as_ref().map_or("", |path| path.as_str());
    panics::unprinted(|| exit::within_page(place.source().route(), path, call))
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

/// The text of a panic without the backtrace that the `Debug` of an error has, as in `all().unwrap()`: kiln shows the frames of
/// the site itself.
fn without_backtrace(text: &str) -> &str {
    match std::env::var_os("RUST_BACKTRACE") {
        Some(value) if value == "full" => text,
        _ => text.split_once("\n\nStack backtrace:").map_or(text, |(text, _)| text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_params_is_one_failure_whatever_they_are() {
        let route = crate::support::route("/[a].[b]", crate::support::CONFIG);
        let failed = |index, a: &str, what: &'static str| {
            let error = anyhow::anyhow!(what).context(format!("no path can be made of a={a}"));
            Failure::failed(&Place::of_route(route, index), &error).of_params().cause()
        };
        assert_eq!(failed(0, "x", "`b` is empty"), failed(0, "y", "`b` is empty"));
        assert_ne!(failed(0, "x", "`b` is empty"), failed(0, "x", "`b` is `..`"));
        assert_ne!(failed(0, "x", "`b` is empty"), failed(1, "x", "`b` is empty"));
    }

    #[test]
    fn the_backtrace_in_the_text_of_a_panic_is_left_out() {
        let text = "called `Result::unwrap()` on an `Err` value: no posts\n\nCaused by:\n    gone";
        let with_frames = format!("{text}\n\nStack backtrace:\n   0: std::backtrace\n");
        assert_eq!(without_backtrace(&with_frames), text);
        assert_eq!(without_backtrace(text), text);
    }
}
