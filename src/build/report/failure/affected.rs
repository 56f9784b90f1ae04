//! The pages that fail for one reason: how many, and a few of them by name.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::build::report::place::Place;
use crate::site::source::Source;
use crate::text::grouped;

/// How many pages of a route are named, besides the one that the failure is shown with.
const MOST_PAGES: usize = 3;
/// How many routes are named.
const MOST_ROUTES: usize = 10;

/// Some pages and whole routes. Its size does not grow with the number of pages.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Affected {
    /// By the index of the route.
    routes: BTreeMap<usize, Share>,
}

/// Some pages of a route.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Share {
    file: &'static str,
    /// The first of them by name.
    subjects: BTreeSet<String>,
    pages: usize,
    /// How many times it is the route as a whole.
    wholes: usize,
}

impl Affected {
    pub(super) fn of(place: &Place) -> Self {
        let (pages, wholes) = match (&place.path, place.source()) {
            (Some(_), _) => (1, 0),
            (None, Source::Redirect(_)) => (0, 0),
            (None, Source::Route(_)) => (0, 1),
        };
        let subjects = BTreeSet::from([place.subject()]);
        let share = Share { file: place.source().file(), subjects, pages, wholes };
        Affected { routes: BTreeMap::from([(place.route_index, share)]) }
    }

    /// The same where a page is meant whose path is not known.
    pub(super) fn into_pages(mut self) -> Self {
        for share in self.routes.values_mut() {
            share.pages += std::mem::take(&mut share.wholes);
        }
        self
    }

    pub(super) fn add(&mut self, other: Affected) {
        for (route_index, share) in other.routes {
            let Some(own) = self.routes.get_mut(&route_index) else {
                self.routes.insert(route_index, share);
                continue;
            };
            own.pages += share.pages;
            own.wholes += share.wholes;
            own.subjects.extend(share.subjects);
            while own.subjects.len() > MOST_PAGES + 1 {
                own.subjects.pop_last();
            }
        }
    }

    /// The indexes of the routes.
    pub(super) fn routes(&self) -> impl Iterator<Item = usize> {
        self.routes.keys().copied()
    }

    /// How many pages, and how many whole routes.
    pub(super) fn counts(&self) -> [usize; 2] {
        let shares = self.routes.values();
        shares.fold([0, 0], |[pages, wholes], share| [pages + share.pages, wholes + share.wholes])
    }

    /// The others, where there are more than the one that is shown.
    pub(super) fn more(&self, shown: &str) -> Option<String> {
        let [mut pages, mut wholes] = self.counts();
        if pages + wholes < 2 {
            return None;
        }
        let is_whole = self
            .routes
            .values()
            .any(|share| share.wholes > 0 && share.pages == 0 && share.subjects.contains(shown));
        *(if is_whole { &mut wholes } else { &mut pages }) -= 1;
        let mut text = format!("and in {}", counted([pages, wholes], "more "));
        if let [share] = &*self.routes.values().collect::<Vec<_>>() {
            if let Some(names) = share.names(shown) {
                let _ = write!(text, ": {names}");
            }
            return Some(text);
        }
        text.push(':');
        for share in self.routes.values().take(MOST_ROUTES) {
            if let Some(names) = share.names(shown) {
                let _ = write!(text, "\n{names} ({})", share.file);
            }
        }
        let hidden = self.routes.len().saturating_sub(MOST_ROUTES);
        if hidden > 0 {
            let noun = if hidden == 1 { "route" } else { "routes" };
            let _ = write!(text, "\nand in {} more {noun}", grouped(hidden));
        }
        Some(text)
    }
}

impl Share {
    /// Some of the pages, without the one that is shown; `None` where there is no other.
    fn names(&self, shown: &str) -> Option<String> {
        let is_shown = self.subjects.contains(shown);
        let count = (self.pages + self.wholes).checked_sub(usize::from(is_shown))?;
        let names = self.subjects.iter().filter(|subject| *subject != shown);
        let names: Vec<&str> = names.take(MOST_PAGES).map(String::as_str).collect();
        if names.is_empty() {
            return None;
        }
        let mut text = names.join(", ");
        if count > names.len() {
            let _ = write!(text, " and {} more", grouped(count - names.len()));
        }
        Some(text)
    }
}

/// Counts of pages and of whole routes as people read them: `1,234 more pages and 1 more whole route`.
pub(crate) fn counted(counts: [usize; 2], more: &str) -> String {
    let noun = |count: usize, noun: &str| {
        let plural = if count == 1 { "" } else { "s" };
        (count > 0).then(|| format!("{} {more}{noun}{plural}", grouped(count)))
    };
    let [pages, wholes] = counts;
    let nouns = [noun(pages, "page"), noun(wholes, "whole route")];
    nouns.into_iter().flatten().collect::<Vec<_>>().join(" and ")
}
