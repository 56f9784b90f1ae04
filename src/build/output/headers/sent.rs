//! The headers that the pages of a build send.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::build::manifest::Owner;
use crate::hosts::deployment::PageHeaders;

/// What a page sends.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sent {
    /// What hosts are told of it.
    pub(crate) told: PageHeaders,
    pub(crate) owner: Owner,
}

/// The headers of a build, from all threads. Most pages send none that count.
#[derive(Debug, Default)]
pub(crate) struct AllSent {
    found: Mutex<Vec<Sent>>,
}

impl AllSent {
    pub(crate) fn push(&self, sent: Sent) {
        self.found().push(sent);
    }

    /// All of them, sorted by path, whichever thread found them.
    pub(crate) fn sorted(&self) -> MutexGuard<'_, Vec<Sent>> {
        let mut found = self.found();
        found.sort();
        found
    }

    fn found(&self) -> MutexGuard<'_, Vec<Sent>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
