//! Errors with a status.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use http::StatusCode;

/// Creates an error with a status, which is that of the response on request. In a static build, it fails the build like
/// any other error.
///
/// For a client error such as 404, the response is the site's error page, or the message if there is none. For other
/// errors, the client only sees the status, and all causes are logged.
///
/// # Example
///
/// ```
/// use kiln::prelude::*;
///
/// fn find(id: usize) -> Result<&'static str> {
///     match id {
///         0 => Ok("Ada"),
///         _ => Err(kiln::error(StatusCode::NOT_FOUND, format!("there is no user {id}"))),
///     }
/// }
/// # assert_eq!(find(7).unwrap_err().to_string(), "there is no user 7 (404 Not Found)");
/// ```
pub fn error(status: StatusCode, message: impl fmt::Display) -> anyhow::Error {
    let (message, reader) = (message.to_string(), Reader::Client);
    anyhow::Error::new(StatusError { status, message, reader })
}

/// The error of a rewrite to a path without a page, decoded and without the base. The message names internal paths, so
/// it is only logged.
pub(crate) fn rewrite_to_nowhere(target: String, message: String) -> anyhow::Error {
    let (status, reader) = (StatusCode::NOT_FOUND, Reader::Log { target });
    anyhow::Error::new(StatusError { status, message, reader })
}

#[derive(Debug)]
struct StatusError {
    status: StatusCode,
    message: String,
    reader: Reader,
}

/// Who may see the message of an error.
#[derive(Debug)]
enum Reader {
    Client,
    /// Only the log. The target of the rewrite decides which error page answers.
    Log {
        target: String,
    },
}

impl fmt::Display for StatusError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.status)
    }
}

impl std::error::Error for StatusError {}

/// The status of the response to an error: 500 if the error has none.
pub(crate) fn status(error: &anyhow::Error) -> StatusCode {
    of_status(error).map_or(StatusCode::INTERNAL_SERVER_ERROR, |error| error.status)
}

/// The message of an error with a status, if the client may see it.
pub(crate) fn message(error: &anyhow::Error) -> Option<String> {
    let error = of_status(error).filter(|error| matches!(error.reader, Reader::Client))?;
    Some(error.message.clone())
}

/// Returns true if and only if the message of an error is only logged.
pub(crate) fn is_for_log(error: &anyhow::Error) -> bool {
    target(error).is_some()
}

/// The target of a rewrite to a path without a page.
pub(crate) fn target(error: &anyhow::Error) -> Option<String> {
    match &of_status(error)?.reader {
        Reader::Log { target } => Some(target.clone()),
        Reader::Client => None,
    }
}

fn of_status(error: &anyhow::Error) -> Option<&StatusError> {
    let error = error.downcast_ref::<InMiddleware>().map_or(error, |error| &error.0);
    error.chain().find_map(|error| error.downcast_ref())
}

/// The message of a panic.
pub(crate) fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("(no message)")
}

/// Takes the message of a panic. The payload, which may be a value of the site, is dropped.
pub(crate) fn take_panic(panic: Box<dyn Any + Send>) -> String {
    let panic = match panic.downcast::<PanicInMiddleware>() {
        Ok(panic) => panic.0,
        Err(panic) => panic,
    };
    let text = panic_text(&*panic).to_owned();
    discard(panic);
    text
}

/// The error for a panic in the code of the site: `what` panicked.
pub(crate) fn panicked(what: impl fmt::Display, panic: Box<dyn Any + Send>) -> anyhow::Error {
    anyhow::anyhow!("{what} panicked: {}", take_panic(panic))
}

/// Formats an error with all its causes on one line. The `Display` of an error may panic: it can be code of the site.
pub(crate) fn chain(error: &anyhow::Error) -> String {
    catch_unwind(AssertUnwindSafe(|| format!("{error:#}")))
        .unwrap_or_else(|panic| format!("an error whose `Display` panicked: {}", take_panic(panic)))
}

/// Drops a value of the site, and catches a panic of its `Drop`.
pub(crate) fn discard<T>(value: T) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(value))) {
        // Dropping the payload could panic again, and so on.
        std::mem::forget(panic);
    }
}

/// Marks an error of the middleware itself, as opposed to one of the page behind it.
#[derive(Debug)]
pub(crate) struct InMiddleware(pub(crate) anyhow::Error);

impl fmt::Display for InMiddleware {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for InMiddleware {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.chain().nth(1)
    }
}

/// Marks a panic of the middleware itself, as opposed to one of the page behind it.
pub(crate) struct PanicInMiddleware(pub(crate) Box<dyn Any + Send>);

#[cfg(test)]
mod tests {
    use super::*;

    /// A value whose own code panics.
    #[derive(Debug)]
    struct Bomb;

    impl fmt::Display for Bomb {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("shown");
        }
    }

    impl std::error::Error for Bomb {}

    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("dropped");
        }
    }

    #[test]
    fn code_of_the_site_may_panic_while_an_error_is_reported() {
        assert_eq!(take_panic(Box::new(Bomb)), "(no message)");
        assert_eq!(panicked("it", Box::new("text")).to_string(), "it panicked: text");
        let error = anyhow::Error::new(Bomb).context("outer");
        assert_eq!(chain(&error), "an error whose `Display` panicked: shown");
        discard(error);
    }
}
