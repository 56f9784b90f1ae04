//! Removes files once a build has reported success.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::exchange;
use super::staging::Staging;

/// The staging folder, and with it the old site if the two were exchanged.
///
/// Removing it can take longer than the build. Until then, another build of the same out folder is refused. If the
/// process is killed before, the next build removes the rest.
#[derive(Debug)]
#[must_use = "dropping it removes the files, too, but hides the warning"]
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

    /// Removes both on all cores. Returns a warning if something has to be moved by hand.
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
        // The next build removes what is left.
        let _ = self.staging.remove();
        None
    }
}

impl Drop for Cleanup {
    fn drop(&mut self) {
        self.remove();
    }
}
