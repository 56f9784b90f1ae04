//! The headers of the pages of a build.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::build::manifest::Owner;
use crate::hosts::deployment::PageHeaders;
use crate::text::sorted::sorted;

/// The headers of a page and their owner.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct OwnedHeaders {
    /// The headers as hosts need them.
    pub(crate) for_hosts: PageHeaders,
    pub(crate) owner: Owner,
}

/// Collects the headers of a build, from any thread. Most pages only have default headers.
#[derive(Debug, Default)]
pub(crate) struct HeaderCollector {
    found: Mutex<Vec<OwnedHeaders>>,
}

impl HeaderCollector {
    pub(crate) fn push(&self, headers: OwnedHeaders) {
        self.found().push(headers);
    }

    /// All headers, sorted by path, regardless of the threads that found them.
    pub(crate) fn sorted(&self) -> MutexGuard<'_, Vec<OwnedHeaders>> {
        let mut found = self.found();
        *found = sorted(std::mem::take(&mut *found));
        found
    }

    fn found(&self) -> MutexGuard<'_, Vec<OwnedHeaders>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
