//! The headers that the pages of a build send.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::build::manifest::Owner;
use crate::build::sorted::sorted;
use crate::hosts::deployment::PageHeaders;

/// What a page sends.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct OwnedHeaders {
    /// What hosts are for_hosts of it.
    pub(crate) for_hosts: PageHeaders,
    pub(crate) owner: Owner,
}

/// The headers of a build, from all threads. Most pages send none that count.
#[derive(Debug, Default)]
pub(crate) struct HeaderCollector {
    found: Mutex<Vec<OwnedHeaders>>,
}

impl HeaderCollector {
    pub(crate) fn push(&self, sent: OwnedHeaders) {
        self.found().push(sent);
    }

    /// All of them, sorted by path, whichever thread found them.
    pub(crate) fn sorted(&self) -> MutexGuard<'_, Vec<OwnedHeaders>> {
        let mut found = self.found();
        *found = sorted(std::mem::take(&mut *found));
        found
    }

    fn found(&self) -> MutexGuard<'_, Vec<OwnedHeaders>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
