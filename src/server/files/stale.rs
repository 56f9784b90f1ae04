//! The error of a file that another build has replaced.

use std::error::Error;
use std::fmt;
use std::io;

/// The error of a file that another build has replaced: the files must be read again.
#[derive(Debug)]
struct Stale;

impl fmt::Display for Stale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the site has been built again")
    }
}

impl Error for Stale {}

pub(super) fn stale() -> io::Error {
    io::Error::other(Stale)
}

/// Returns true if and only if the error says that another build has replaced the file.
pub(crate) fn is_stale(error: &io::Error) -> bool {
    error.get_ref().and_then(|error| error.downcast_ref::<Stale>()).is_some()
}
