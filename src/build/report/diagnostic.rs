//! A problem of a build: its location, and the whole chain of causes.

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
pub(crate) use crate::build::report::page_ref::PageRef;
use crate::middleware;
use crate::page::error;
use crate::page::error::{InMiddleware, PanicInMiddleware};
use crate::request::trace::Trace;
use crate::request::{panics, tokio_hint};
use crate::text::grouped;

/// A problem of a build, as reported: what happened, where, why, and how to fix it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Diagnostic {
    /// The index of the route; failures are sorted by it.
    route_index: Option<usize>,
    /// The path of the page, or another subject.
    subject: String,
    /// The line and the column in a file of content, for a mistake there. Its message has its own form.
    in_file: Option<[u32; 2]>,
    message: String,
    /// The page file and the route, or other files involved.
    places: Vec<String>,
    causes: Vec<String>,
    hint: Option<Box<str>>,
    /// The number of failures with the same message that are not shown.
    others: usize,
    /// The number of failures that its subject counts; 1 for one failure.
    stands_for: usize,
    /// The reason in the site's code, without the parts that only concern this page. `None` if a rule of kiln is
    /// broken.
    reason: Option<Vec<String>>,
    trace: Option<Trace>,
    /// All pages that fail for this reason, including this one.
    affected: Affected,
    severity: Severity,
    /// The mistakes in content because of which a page failed. They are reported instead of the page.
    in_content: Box<[Diagnostic]>,
}

/// Whether a problem fails the build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Severity {
    Error,
    Warning,
}

impl Diagnostic {
    /// A failure that does not belong to a route.
    pub(crate) fn of(subject: impl Into<String>, message: impl Into<String>) -> Self {
        Diagnostic {
            route_index: None,
            subject: subject.into(),
            in_file: None,
            message: message.into(),
            places: vec![],
            causes: vec![],
            hint: None,
            others: 0,
            stands_for: 1,
            reason: None,
            trace: None,
            affected: Affected::default(),
            severity: Severity::Error,
            in_content: Box::default(),
        }
    }

    /// A mistake in a file of content. The text has its own form, with an excerpt of the file.
    #[cfg(feature = "content")]
    pub(crate) fn in_content(file: &str, at: [u32; 2], text: String) -> Self {
        Diagnostic { in_file: Some(at), ..Diagnostic::of(file, text) }
    }

    /// A failure of a page.
    pub(crate) fn at(place: &PageRef, message: impl Into<String>) -> Self {
        Diagnostic {
            route_index: Some(place.route_index),
            places: vec![place.shown()],
            affected: Affected::of(place),
            ..Diagnostic::of(place.subject(), message)
        }
    }

    /// An error that a page returned, with its chain of causes.
    pub(crate) fn failed(place: &PageRef, error: &anyhow::Error) -> Self {
        #[cfg(feature = "content")]
        if let Some(in_content) = super::content::mistakes(error) {
            // They are reported instead of the page, and may be too many to be written for each.
            return Diagnostic { in_content, ..Diagnostic::at(place, "has mistakes in content") };
        }
        let mut chain: Vec<String> = error.chain().map(ToString::to_string).collect();
        let own_hint = chain.iter_mut().find_map(take_hint);
        let mut failure = Diagnostic::at(place, chain[0].as_str());
        let tokio_hint = || chain.iter().find_map(|text| tokio_hint::hint(text)).map(Into::into);
        failure.hint = own_hint.or_else(tokio_hint);
        failure.reason = Some(cause::reason(&chain, &failure.subject));
        failure.causes.extend(chain.into_iter().skip(1));
        failure.trace = Trace::of_error(error);
        if error.is::<InMiddleware>() { failure.in_middleware() } else { failure }
    }

    /// Marks an error in the params of a page. The same error in another route is another failure; errors that only
    /// differ in the values of the params are the same.
    pub(crate) fn of_params(self) -> Self {
        let route = self.route_index.map_or_else(String::new, |index| index.to_string());
        let wrong =
            if self.causes.is_empty() { vec![self.message.clone()] } else { self.causes.clone() };
        let reason = std::iter::once(route).chain(wrong).collect();
        Diagnostic { reason: Some(reason), affected: self.affected.into_pages(), ..self }
    }

    /// A failure in the middleware before a page: its file is listed first.
    fn in_middleware(mut self) -> Self {
        self.places.insert(0, middleware::FILE.to_owned());
        self
    }

    /// A panic in a page of a site.
    pub(crate) fn panicked(site_folder: &str, place: &PageRef, panic: &(dyn Any + Send)) -> Self {
        let in_middleware = panic.downcast_ref::<PanicInMiddleware>();
        let panic = in_middleware.map_or(panic, |panic| &*panic.0);
        let text = without_backtrace(error::panic_text(panic));
        let (location, trace) = panics::last().unwrap_or_default();
        let mut failure =
            Diagnostic { trace, ..Diagnostic::at(place, format!("panicked: {text}")) };
        if in_middleware.is_some() {
            failure = failure.in_middleware();
        }
        if !location.is_empty() {
            // A page is compiled with its absolute path, and reported with the path relative to the site's folder.
            let location = Path::new(&location);
            let location = location.strip_prefix(site_folder).unwrap_or(location);
            failure.places.push(format!("panicked at {}", location.display()));
        }
        failure.hint = tokio_hint::hint(text).map(Into::into);
        // Without a runtime, calls fail in different places for the same reason.
        let location = if failure.hint.is_some() { String::new() } else { location };
        failure.reason = Some(vec![location, text.to_owned()]);
        failure
    }

    pub(crate) fn place(mut self, place: impl Into<String>) -> Self {
        self.places.push(place.into());
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into().into());
        self
    }

    /// The last of several failures, with the number of hidden ones.
    pub(crate) fn and_others(self, others: usize) -> Self {
        Diagnostic { others, ..self }
    }

    /// One line instead of several failures, whose subject says how many there are.
    fn standing_for(self, stands_for: usize) -> Self {
        Diagnostic { stands_for, ..self }
    }

    pub(crate) fn route_index(&self) -> Option<usize> {
        self.route_index
    }

    /// The root cause, which is equal for failures that are reported as one.
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

    /// Merges two failures with the same cause: the first one, with the pages of both.
    fn merge(&mut self, mut other: Diagnostic) {
        if other < *self {
            std::mem::swap(self, &mut other);
        }
        self.affected.add(other.affected);
    }

    /// The section of the page of messages that explains it, if it has a hint.
    pub(crate) fn section(&self) -> Option<&'static str> {
        if self.in_file.is_some() {
            return Some("content");
        }
        let mut texts = [&self.subject, &self.message].into_iter().chain(&self.causes);
        self.hint.as_ref().map(|_| match self.subject.starts_with("kiln.toml") {
            true => "settings",
            false if texts.any(|text| text.starts_with("assets/")) => "assets",
            false => "build",
        })
    }

    /// The number of failures that it represents.
    pub(crate) fn count(&self) -> usize {
        self.stands_for + self.others
    }

    /// The numbers of affected pages and whole routes; zero for other subjects.
    pub(crate) fn affected(&self) -> [usize; 2] {
        self.affected.counts()
    }

    /// The same problem as a warning, which fails only a strict build.
    pub(crate) fn into_warning(self) -> Self {
        Diagnostic { severity: Severity::Warning, ..self }
    }

    /// The same problem as an error, for a strict build.
    pub(crate) fn into_error(self) -> Self {
        Diagnostic { severity: Severity::Error, ..self }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Diagnostic {
            subject,
            message,
            places,
            causes,
            hint,
            others,
            stands_for,
            trace,
            affected,
            ..
        } = self;
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        if self.in_file.is_some() {
            write!(f, "{severity}: {message}")?;
            return affected.unbuilt().map_or(Ok(()), |unbuilt| write!(f, "\n\n{unbuilt}"));
        }
        write!(f, "{severity}: {}: {}", indented(subject), indented(message))?;
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
        let pages = if *stands_for > 1 { affected.all() } else { affected.more(subject) };
        if let Some(pages) = pages {
            write!(f, "\n  {}", indented(&pages))?;
        }
        match others {
            0 => Ok(()),
            others => write!(f, "\n  and {} more like this", grouped(*others)),
        }
    }
}

/// The text of an error for the terminal, with control characters escaped except for line breaks.
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

/// Removes the hint at the end of a text with one mistake. Further mistakes each keep their hints.
fn take_hint(text: &mut String) -> Option<Box<str>> {
    let (start, hint) = text.split_once("\n  hint: ")?;
    if hint.contains('\n') {
        return None;
    }
    let (length, hint) = (start.len(), hint.into());
    text.truncate(length);
    Some(hint)
}

/// The text of a panic without the backtrace in an error's `Debug` form, as in `all().unwrap()`: kiln prints the site's
/// own frames.
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
    fn the_same_mistake_in_params_is_one_failure() {
        let route = crate::support::route("/[a].[b]", crate::support::CONFIG);
        let failed = |index, a: &str, what: &'static str| {
            let error = anyhow::anyhow!(what).context(format!("cannot make a path from a={a}"));
            Diagnostic::failed(&PageRef::of_route(route, index), &error).of_params().cause()
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
