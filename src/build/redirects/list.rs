//! The redirects of a build.
//!
//! Redirects with params are found from the pages that they lead to. When a page gets its path, each rule of kiln.toml
//! whose target fits the path is filled with the same params. So `static_paths` is called once, and no list of paths is
//! kept. Rules that lead to other sites, or to pages rendered on request, remain patterns, for the hosts that support
//! patterns.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::build::manifest::Owner;
use crate::build::sorted::sorted;
use crate::hosts::deployment;
use crate::routing::redirect_rule::{RedirectRule, RedirectTarget};
use crate::site::Site;

/// A redirect that was made, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Redirect {
    /// The redirect in the form that hosts get.
    pub(crate) for_hosts: deployment::Redirect,
    /// The path that it leads from, decoded and without base, as the manifest has it.
    pub(crate) path: String,
    pub(crate) owner: Owner,
}

/// The redirects of a build, from all threads.
#[derive(Debug, Default)]
pub(crate) struct Redirects {
    found: Mutex<Vec<Redirect>>,
}

impl Redirects {
    pub(crate) fn push(&self, redirect: Redirect) {
        self.found().push(redirect);
    }

    pub(crate) fn count(&self) -> usize {
        self.found().len()
    }

    /// All of them, sorted by where they lead from, whichever thread found them.
    pub(crate) fn sorted(&self) -> MutexGuard<'_, Vec<Redirect>> {
        let mut found = self.found();
        *found = sorted(std::mem::take(&mut *found));
        found
    }

    fn found(&self) -> MutexGuard<'_, Vec<Redirect>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The rules of kiln.toml that lead from a path for each page that they lead to, each with its index.
pub(crate) fn expanding(site: &Site) -> Vec<(usize, &'static RedirectRule)> {
    let rules = site.redirects.iter().enumerate();
    let expands = |rule: &RedirectRule| {
        !rule.source.is_static() && matches!(rule.target, RedirectTarget::Internal { .. })
    };
    rules.filter(|(_, rule)| expands(rule)).collect()
}
