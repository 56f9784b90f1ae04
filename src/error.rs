//! An error that knows the status to answer with.

use std::any::Any;
use std::fmt;

use http::StatusCode;

use crate::respond::InMiddleware;

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
