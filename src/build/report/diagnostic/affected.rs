//! The pages that fail for one reason: their number, and a few names.

use std::fmt::Write;

use crate::build::report::page_ref::PageRef;
use crate::site::source::Source;
use crate::text::grouped;
use crate::text::sorted::SortedMap;

/// The most pages of a route that are named, besides the one in the failure.
const MAX_PAGES: usize = 3;
/// The most routes that are named.
const MAX_ROUTES: usize = 10;

/// Some pages and whole routes. Its size does not grow with the number of pages.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Affected {
    /// By the index of the route.
    routes: SortedMap<usize, Share>,
}

/// Some pages of a route.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Share {
    file: &'static str,
    /// The first names, sorted.
    subjects: Vec<String>,
    pages: usize,
    /// How often the route as a whole is affected.
    wholes: usize,
}

impl Affected {
    pub(super) fn of(place: &PageRef) -> Self {
        let (pages, wholes) = match (&place.path, place.source()) {
            (Some(_), _) => (1, 0),
            (None, Source::Redirect(_)) => (0, 0),
            (None, Source::Route(_)) => (0, 1),
        };
        let subjects = vec![place.subject()];
        let share = Share { file: place.source().file(), subjects, pages, wholes };
        let mut routes = SortedMap::default();
        routes.insert(place.route_index, share);
        Affected { routes }
    }

    /// Counts routes as a whole as pages of unknown path.
    pub(super) fn into_pages(mut self) -> Self {
        for (_, share) in self.routes.entries_mut() {
            share.pages += std::mem::take(&mut share.wholes);
        }
        self
    }

    pub(super) fn add(&mut self, other: Affected) {
        for (route_index, share) in other.routes {
            match self.routes.get_mut(&route_index) {
                Some(own) => own.add(share),
                None => drop(self.routes.insert(route_index, share)),
            }
        }
    }

    /// The indexes of the routes.
    pub(super) fn routes(&self) -> impl Iterator<Item = usize> {
        self.routes.entries().iter().map(|(route_index, _)| *route_index)
    }

    /// The numbers of pages and of whole routes.
    pub(super) fn counts(&self) -> [usize; 2] {
        let mut counts = [0, 0];
        for (_, share) in self.routes.entries() {
            counts[0] += share.pages;
            counts[1] += share.wholes;
        }
        counts
    }

    /// Describes the pages that cannot be built because of mistakes in content; `None` if there are none.
    pub(super) fn unbuilt(&self) -> Option<String> {
        let counts = self.counts();
        let mut text =
            format!("{} cannot be built because of mistakes in content:", counted(counts, ""));
        self.list(&mut text, "");
        (counts != [0, 0]).then_some(text)
    }

    /// Some of the pages, in a line for each route; `None` if there are none.
    pub(super) fn all(&self) -> Option<String> {
        let mut text = String::new();
        self.list(&mut text, "");
        (!text.is_empty()).then(|| text.trim_start().to_owned())
    }

    /// Describes the other pages, if there are more than the one in the failure.
    pub(super) fn more(&self, shown: &str) -> Option<String> {
        let [mut pages, mut wholes] = self.counts();
        if pages + wholes < 2 {
            return None;
        }
        let routes = self.routes.entries();
        let is_whole = routes
            .iter()
            .any(|(_, share)| share.wholes > 0 && share.pages == 0 && share.contains(shown));
        *(if is_whole { &mut wholes } else { &mut pages }) -= 1;
        let mut text = format!("and in {}", counted([pages, wholes], "more "));
        if let [(_, share)] = routes {
            if let Some(names) = share.names(shown) {
                let _ = write!(text, ": {names}");
            }
            return Some(text);
        }
        text.push(':');
        self.list(&mut text, shown);
        Some(text)
    }

    /// Adds a line for each route, with some of its pages.
    fn list(&self, text: &mut String, shown: &str) {
        let routes = self.routes.entries();
        for (_, share) in routes.iter().take(MAX_ROUTES) {
            if let Some(names) = share.names(shown) {
                let _ = write!(text, "\n{names} ({})", share.file);
            }
        }
        let hidden = routes.len().saturating_sub(MAX_ROUTES);
        if hidden > 0 {
            let noun = if hidden == 1 { "route" } else { "routes" };
            let _ = write!(text, "\nand in {} more {noun}", grouped(hidden));
        }
    }
}

impl Share {
    fn add(&mut self, other: Share) {
        self.pages += other.pages;
        self.wholes += other.wholes;
        for subject in other.subjects {
            if let Err(at) = self.subjects.binary_search(&subject) {
                self.subjects.insert(at, subject);
            }
        }
        self.subjects.truncate(MAX_PAGES + 1);
    }

    fn contains(&self, subject: &str) -> bool {
        self.subjects.iter().any(|known| known == subject)
    }

    /// Some of the pages except the one in the failure; `None` if there is no other.
    fn names(&self, shown: &str) -> Option<String> {
        let is_shown = self.contains(shown);
        let count = (self.pages + self.wholes).checked_sub(usize::from(is_shown))?;
        let names = self.subjects.iter().filter(|subject| *subject != shown);
        let names: Vec<&str> = names.take(MAX_PAGES).map(String::as_str).collect();
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

/// The numbers of pages and of whole routes as text: `1,234 more pages and 1 more whole route`.
pub(crate) fn counted(counts: [usize; 2], more: &str) -> String {
    let noun = |count: usize, noun: &str| {
        let plural = if count == 1 { "" } else { "s" };
        (count > 0).then(|| format!("{} {more}{noun}{plural}", grouped(count)))
    };
    let [pages, wholes] = counts;
    let nouns = [noun(pages, "page"), noun(wholes, "whole route")];
    nouns.into_iter().flatten().collect::<Vec<_>>().join(" and ")
}
