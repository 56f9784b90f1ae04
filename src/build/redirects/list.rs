//! The redirects of a build.
//!
//! Redirects with params are found from the pages that they lead to. When a page gets its path, each rule of kiln.toml
//! whose target fits the path is filled with the same params. So `static_paths` is called once, and no list of paths is
//! kept. Rules that lead to other sites, or to pages rendered on request, remain patterns, for the hosts that support
//! patterns.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::build::manifest::Owner;
use crate::hosts::deployment;
use crate::routing::redirect_rule::{RedirectRule, RedirectTarget};
use crate::site::Site;
use crate::text::sorted::sorted;

/// A redirect and its owner.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Redirect {
    /// The redirect as hosts need it.
    pub(crate) for_hosts: deployment::Redirect,
    /// The source path, decoded and without the base, as in the manifest.
    pub(crate) path: String,
    pub(crate) owner: Owner,
}

/// Collects the redirects of a build, from any thread.
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

    /// All redirects, sorted by their source, regardless of the threads that found them.
    pub(crate) fn sorted(&self) -> MutexGuard<'_, Vec<Redirect>> {
        let mut found = self.found();
        *found = sorted(std::mem::take(&mut *found));
        found
    }

    fn found(&self) -> MutexGuard<'_, Vec<Redirect>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The rules of kiln.toml that make a redirect for each target page, each with its index.
pub(crate) fn expanding(site: &Site) -> Vec<(usize, &'static RedirectRule)> {
    let rules = site.redirects.iter().enumerate();
    let expands = |rule: &RedirectRule| {
        !rule.source.is_static() && matches!(rule.target, RedirectTarget::Internal { .. })
    };
    rules.filter(|(_, rule)| expands(rule)).collect()
}
