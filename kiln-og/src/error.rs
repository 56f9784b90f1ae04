//! Why a document cannot be drawn.

use std::fmt;

/// Why a document cannot be drawn, with a hint for its author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    message: String,
    hint: &'static str,
}

impl Error {
    pub(crate) fn new(message: impl Into<String>, hint: &'static str) -> Self {
        Error { message: message.into(), hint }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\nhint: {}", self.message, self.hint)
    }
}

impl std::error::Error for Error {}
