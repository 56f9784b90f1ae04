//! An error that knows the status to answer with.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use http::StatusCode;

/// An error that answers with a status on request; in a static build it fails the build like any other.
///
/// Where the status is one of the client's own faults, such as 404, the client is answered with the site's page for it,
/// or else with the message. Of other errors it is told the status alone, and the log all causes.
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

/// A rewrite to a path, decoded and without base, that no page answers. The message names paths that the client does not
/// know of, so it is for the log.
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

/// Who reads the message of an error.
#[derive(Debug)]
enum Reader {
    Client,
    /// The log alone. The error page is that of the path that a rewrite led to.
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

/// The status that an error answers with: 500 where it says none.
pub(crate) fn status(error: &anyhow::Error) -> StatusCode {
    of_status(error).map_or(StatusCode::INTERNAL_SERVER_ERROR, |error| error.status)
}

/// What an error with a status says to the client.
pub(crate) fn message(error: &anyhow::Error) -> Option<String> {
    let error = of_status(error).filter(|error| matches!(error.reader, Reader::Client))?;
    Some(error.message.clone())
}

/// Returns true if and only if the log alone reads the message of an error.
pub(crate) fn is_for_log(error: &anyhow::Error) -> bool {
    target(error).is_some()
}

/// The path that a rewrite led to, where no page is.
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

/// The message of a panic, whose payload is a value of the site's own and dropped here.
pub(crate) fn take_panic(panic: Box<dyn Any + Send>) -> String {
    let panic = match panic.downcast::<PanicInMiddleware>() {
        Ok(panic) => panic.0,
        Err(panic) => panic,
    };
    let text = panic_text(&*panic).to_owned();
    discard(panic);
    text
}

/// The error that a panic of the site's code is reported as; `what` panicked.
pub(crate) fn panicked(what: impl fmt::Display, panic: Box<dyn Any + Send>) -> anyhow::Error {
    anyhow::anyhow!("{what} panicked: {}", take_panic(panic))
}

/// An error with all its causes in one line. The `Display` of an error is code of the site, too.
pub(crate) fn chain(error: &anyhow::Error) -> String {
    catch_unwind(AssertUnwindSafe(|| format!("{error:#}"))).unwrap_or_else(|panic| {
        format!("an error that cannot be shown, whose `Display` panicked: {}", take_panic(panic))
    })
}

/// Drops a value of the site, whose `Drop` may panic.
pub(crate) fn discard<T>(value: T) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(value))) {
        // Whoever panics in dropping a panic could do so for ever.
        std::mem::forget(panic);
    }
}

/// An error that the middleware itself gave, and not the page behind it; otherwise it is that error.
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

/// A panic of the middleware itself, and not of the page behind it.
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
    fn code_of_the_site_may_panic_while_its_panic_is_reported() {
        assert_eq!(take_panic(Box::new(Bomb)), "(no message)");
        assert_eq!(panicked("it", Box::new("text")).to_string(), "it panicked: text");
        let error = anyhow::Error::new(Bomb).context("outer");
        assert_eq!(chain(&error), "an error that cannot be shown, whose `Display` panicked: shown");
        discard(error);
    }
}
