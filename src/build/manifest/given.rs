//! The params of pages as `static_paths` gave them, where the path of the page does not tell them.
//!
//! They are needed for messages alone. Nearly all params can be read from the path; these cannot: those of a segment that
//! can be read in several ways (`[a]-[b]`), and those in another Unicode form than that of paths.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use unicode_normalization::is_nfc;

use super::Owner;
use crate::build::report::failure::Place;
use crate::routing::matching;
use crate::routing::page_path::RoutePath;
use crate::routing::params::RawParams;
use crate::routing::pattern::{Part, Pattern};

/// How many pages are kept. It bounds the memory of a build; messages about the others show what their paths tell.
const MOST: usize = 10_000;

/// The params of some pages, as text.
#[derive(Debug, Default)]
pub(crate) struct Given {
    kept: Mutex<BTreeMap<Owner, String>>,
}

impl Given {
    /// Keeps the params of a page, where its path does not tell them.
    pub(crate) fn keep(&self, place: &Place, path: &RoutePath, params: &RawParams) {
        if is_told(place.source().pattern(), path, params) {
            return;
        }
        self.add(Owner::page(place.route_index, place.item), params.to_string());
    }

    /// Keeps the params of a page: those of the first pages, whichever thread comes first.
    pub(crate) fn add(&self, owner: Owner, params: String) {
        let mut kept = self.kept();
        kept.insert(owner, params);
        if kept.len() > MOST {
            kept.pop_last();
        }
    }

    pub(crate) fn get(&self, owner: Owner) -> Option<String> {
        self.kept().get(&owner).cloned()
    }

    /// All that is kept, sorted.
    pub(crate) fn kept(&self) -> MutexGuard<'_, BTreeMap<Owner, String>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns true if and only if the path of a page tells its params.
fn is_told(pattern: &Pattern, path: &RoutePath, params: &RawParams) -> bool {
    let is_plain = path.as_str().is_ascii() || params.iter().all(|(_, value)| is_nfc(value));
    // Two values are needed to read a path in two ways.
    if !is_plain || params.iter().nth(1).is_none() || !is_ambiguous(pattern) {
        return is_plain;
    }
    let read = matching::params(pattern, path);
    read.is_some_and(|read| pattern.params().all(|name| read.get(name) == params.get(name)))
}

/// Returns true if and only if a segment has two values, which can meet at more than one place.
fn is_ambiguous(pattern: &Pattern) -> bool {
    let values =
        |segment: &[Part]| segment.iter().filter(|part| !matches!(part, Part::Text(_))).count();
    pattern.segments.iter().any(|segment| values(segment) > 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::support::{self, CONFIG};

    #[track_caller]
    fn check(pattern: &str, params: &[(&str, &str)], expected: Option<&str>) {
        let route = support::route(pattern, CONFIG);
        let params: RawParams = params.iter().copied().collect();
        let path = RoutePath::new(&route.pattern, &params).expect("a path");
        let given = Given::default();
        let place = Place { item: 7, ..Place::of_route(route, 3) };
        given.keep(&place, &path, &params);
        assert_eq!(given.get(Owner::page(3, 7)).as_deref(), expected);
        assert_eq!(given.get(Owner::page(3, 8)), None);
    }

    #[test]
    fn what_a_path_tells_is_not_kept() {
        check("/[a]", &[("a", "x")], None);
        check("/[a]", &[("a", "\u{e9}")], None);
        check("/[a]/[b]", &[("b", "y"), ("a", "x")], None);
        check("/[...a]", &[("a", "x/y")], None);
        check("/[a]-[b]", &[("a", "x"), ("b", "y")], None);
    }

    #[test]
    fn what_a_path_does_not_tell_is_kept() {
        check("/[a]", &[("a", "e\u{301}")], Some("a=e\u{301}"));
        let either = [[("a", "x-y"), ("b", "z")], [("a", "x"), ("b", "y-z")]];
        let kept = either.map(|params| {
            let route = support::route("/[a]-[b]", CONFIG);
            let params: RawParams = params.into_iter().collect();
            is_told(
                &route.pattern,
                &RoutePath::new(&route.pattern, &params).expect("a path"),
                &params,
            )
        });
        assert_eq!(kept.iter().filter(|is_told| **is_told).count(), 1, "{kept:?}");
    }

    #[test]
    fn the_first_pages_are_kept() {
        let given = Given::default();
        for item in (0..20_000).rev() {
            given.add(Owner::page(0, item), String::new());
        }
        assert_eq!(given.kept().len(), MOST);
        assert!(
            given.get(Owner::page(0, 0)).is_some() && given.get(Owner::page(0, 19_999)).is_none()
        );
    }
}
