//! What is removed once a build has reported its success.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::exchange;
use super::staging::Staging;

/// The folder that the new files were made in, and with it the old site where the two changed places.
///
/// Its removal can take longer than the build. Another build of the same out folder waits for nothing and is refused until
/// then; where the process is killed before, that build does the rest.
#[derive(Debug)]
#[must_use = "what is dropped is removed, too, but nobody learns what could not be"]
pub(crate) struct Cleanup {
    out: PathBuf,
    staging: Arc<Staging>,
    is_old_left: bool,
    is_done: bool,
}

impl Cleanup {
    pub(super) fn new(out: &Path, staging: &Arc<Staging>, is_old_left: bool) -> Self {
        let staging = Arc::clone(staging);
        Cleanup { out: out.to_path_buf(), staging, is_old_left, is_done: false }
    }

    /// Removes both on all cores; gives a warning where something has to be moved by hand.
    pub(crate) fn run(mut self) -> Option<String> {
        self.remove()
    }

    fn remove(&mut self) -> Option<String> {
        if std::mem::replace(&mut self.is_done, true) {
            return None;
        }
        if self.is_old_left
            && let Err(error) = exchange::remove_old(self.staging.folder(), &self.out)
        {
            return Some(format!("{error:#}"));
        }
        // What cannot be removed now is removed by the next build.
        let _ = self.staging.remove();
        None
    }
}

impl Drop for Cleanup {
    fn drop(&mut self) {
        self.remove();
    }
}
