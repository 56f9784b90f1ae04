//! An error that knows the status to answer with.

use std::fmt;

use http::StatusCode;

/// An error that answers with a status on request; in a static build it fails the build like any other.
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
    anyhow::Error::new(StatusError { status, message: message.to_string() })
}

#[derive(Debug)]
struct StatusError {
    status: StatusCode,
    message: String,
}

impl fmt::Display for StatusError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.status)
    }
}

impl std::error::Error for StatusError {}
