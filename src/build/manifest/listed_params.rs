//! The params of pages as `static_paths` returned them, if they do not follow from the path of the page.
//!
//! They are only needed for messages. Nearly all params can be read from the path, except those of a segment with
//! several readings (`[a]-[b]`), and those in another Unicode form than the path.

use std::sync::{Mutex, MutexGuard, PoisonError};

use unicode_normalization::is_nfc;

use super::Owner;
use crate::build::report::diagnostic::PageRef;
use crate::routing::matching;
use crate::routing::page_path::RoutePath;
use crate::routing::params::RawParams;
use crate::routing::pattern::{Part, Pattern};
use crate::text::sorted::SortedMap;

/// The most pages that are kept, to limit the memory of a build. Messages about other pages show the params in their
/// paths.
const MAX: usize = 10_000;

/// The params of some pages, as text.
#[derive(Debug, Default)]
pub(crate) struct ListedParams {
    kept: Mutex<SortedMap<Owner, String>>,
}

impl ListedParams {
    /// Keeps the params of a page if they do not follow from its path.
    pub(crate) fn keep(&self, place: &PageRef, path: &RoutePath, params: &RawParams) {
        if follows_from_path(place.source().pattern(), path, params) {
            return;
        }
        self.add(Owner::page(place.route_index, place.item), params.to_string());
    }

    /// Keeps the params of a page. If there are too many, the first pages are kept, independent of the threads.
    pub(crate) fn add(&self, owner: Owner, params: String) {
        let mut kept = self.kept();
        kept.insert(owner, params);
        if kept.entries().len() > MAX {
            kept.pop_last();
        }
    }

    pub(crate) fn get(&self, owner: Owner) -> Option<String> {
        self.kept().get_mut(&owner).cloned()
    }

    /// All that is kept, sorted.
    pub(crate) fn kept(&self) -> MutexGuard<'_, SortedMap<Owner, String>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns true if and only if the params follow from the path of a page.
fn follows_from_path(pattern: &Pattern, path: &RoutePath, params: &RawParams) -> bool {
    let is_plain = path.as_str().is_ascii() || params.iter().all(|(_, value)| is_nfc(value));
    // A path is only ambiguous with two values.
    if !is_plain || params.iter().nth(1).is_none() || !is_ambiguous(pattern) {
        return is_plain;
    }
    let read = matching::params(pattern, path);
    read.is_some_and(|read| pattern.params().all(|name| read.get(name) == params.get(name)))
}

/// Returns true if and only if a segment has two values that can be split in more than one place.
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
        let listed_params = ListedParams::default();
        let place = PageRef { item: 7, ..PageRef::of_route(route, 3) };
        listed_params.keep(&place, &path, &params);
        assert_eq!(listed_params.get(Owner::page(3, 7)).as_deref(), expected);
        assert_eq!(listed_params.get(Owner::page(3, 8)), None);
    }

    #[test]
    fn params_that_follow_from_the_path_are_not_kept() {
        check("/[a]", &[("a", "x")], None);
        check("/[a]", &[("a", "\u{e9}")], None);
        check("/[a]/[b]", &[("b", "y"), ("a", "x")], None);
        check("/[...a]", &[("a", "x/y")], None);
        check("/[a]-[b]", &[("a", "x"), ("b", "y")], None);
    }

    #[test]
    fn ambiguous_params_are_kept() {
        check("/[a]", &[("a", "e\u{301}")], Some("a=e\u{301}"));
        let either = [[("a", "x-y"), ("b", "z")], [("a", "x"), ("b", "y-z")]];
        let kept = either.map(|params| {
            let route = support::route("/[a]-[b]", CONFIG);
            let params: RawParams = params.into_iter().collect();
            follows_from_path(
                &route.pattern,
                &RoutePath::new(&route.pattern, &params).expect("a path"),
                &params,
            )
        });
        assert_eq!(
            kept.iter().filter(|follows_from_path| **follows_from_path).count(),
            1,
            "{kept:?}"
        );
    }

    #[test]
    fn the_first_pages_are_kept() {
        let listed_params = ListedParams::default();
        for item in (0..20_000).rev() {
            listed_params.add(Owner::page(0, item), String::new());
        }
        assert_eq!(listed_params.kept().entries().len(), MAX);
        assert!(
            listed_params.get(Owner::page(0, 0)).is_some()
                && listed_params.get(Owner::page(0, 19_999)).is_none()
        );
    }
}
