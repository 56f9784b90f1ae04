//! The failures of a build, one for each root cause.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use super::affected::{Affected, counted};
use super::cause::Cause;
use crate::build::report::diagnostic::Diagnostic;
use crate::site::hash::Fnv;
use crate::text::grouped;
use crate::text::sorted::{SortedMap, sorted, sorted_set};

/// The most failures with different causes that are kept, to limit the memory of a build in which every page fails
/// differently.
const MAX: usize = 1_000;

/// Failures by their cause.
///
/// Except for a number for each mistake in content, its size does not grow with the site. Its contents do not depend on the order of
/// threads.
#[derive(Debug, Default)]
pub(crate) struct Merged {
    kept: SortedMap<Cause, Diagnostic>,
    left_out: Affected,
    /// The number of dropped failures.
    others: usize,
    /// The hashes of dropped mistakes in content. Every page that reads the content adds them again.
    mistakes_left_out: BTreeSet<u64>,
    /// The pages that failed because of mistakes in content.
    without_content: Affected,
}

impl Merged {
    /// Adds a failure, and keeps at most this many: the first by their cause.
    ///
    /// A page that failed because of mistakes in content is counted, and the mistakes are added.
    pub(crate) fn add(&mut self, mut failure: Diagnostic, most: usize) {
        if !failure.in_content.is_empty() {
            for mistake in std::mem::take(&mut failure.in_content) {
                self.add(mistake, most);
            }
            return self.without_content.add(failure.affected);
        }
        let cause = failure.cause();
        if let Some(known) = self.kept.get_mut(&cause) {
            return known.merge(failure);
        }
        self.kept.insert(cause, failure);
        if self.kept.entries().len() > most
            && let Some(last) = self.kept.pop_last()
        {
            self.leave_out(last);
        }
    }

    /// Counts a failure that is not kept.
    fn leave_out(&mut self, failure: Diagnostic) {
        let hash = failure.in_file.map(|_| Fnv::of(failure.message.as_bytes()).value());
        if hash.is_none_or(|hash| self.mistakes_left_out.insert(hash)) {
            self.others += failure.affected().iter().sum::<usize>().max(1);
            self.left_out.add(failure.affected);
        }
    }

    /// Returns the failures, sorted, with mistakes in content first, and the number of dropped ones.
    pub(crate) fn take(self) -> (Vec<Diagnostic>, usize) {
        let kept = self.kept.into_iter().map(|(_, failure)| failure);
        let (mut failures, others): (Vec<_>, Vec<_>) =
            sorted(kept.collect()).into_iter().partition(|failure| failure.in_file.is_some());
        if let Some(last) = failures.last_mut() {
            last.affected = self.without_content;
        }
        failures.extend(others);
        (failures, self.others)
    }
}

/// The failures of a build, from all threads.
#[derive(Debug, Default)]
pub(crate) struct Failures {
    found: Mutex<Merged>,
}

impl Failures {
    pub(crate) fn push(&self, failure: Diagnostic) {
        self.extend([failure]);
    }

    pub(crate) fn extend(&self, failures: impl IntoIterator<Item = Diagnostic>) {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        for failure in failures {
            found.add(failure, MAX);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).kept.entries().is_empty()
    }

    /// The indices of the routes with failed pages, or that failed as a whole.
    pub(crate) fn routes(&self) -> Vec<usize> {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let mut routes: Vec<usize> = found.left_out.routes().collect();
        routes.extend(found.without_content.routes());
        for (_, failure) in found.kept.entries() {
            routes.extend(failure.affected.routes());
        }
        sorted_set(routes)
    }

    /// All failures: mistakes in content by file and position, and then the others in table order and by path.
    pub(crate) fn take(&self) -> Vec<Diagnostic> {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let found = std::mem::take(&mut *found);
        let left_out = found.left_out.clone();
        let (mut failures, others) = found.take();
        if others > 0 {
            let what = match left_out.counts() {
                [0, 0] => format!("{} more", grouped(others)),
                counts => counted(counts, "more "),
            };
            let mut rest = Diagnostic::of(what, "failed in other ways, which are not shown")
                .hint("fix the failures above, and build again")
                .standing_for(others);
            rest.affected = left_out;
            failures.push(rest);
        }
        failures
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::build::report::diagnostic::PageRef;
    use crate::routing::page_path::RoutePath;
    use crate::support::{self, CONFIG};

    /// A page of one of two routes.
    fn page(route_index: usize, name: &str) -> PageRef {
        let folder = ["posts", "tags"][route_index];
        let route = support::route(&format!("/{folder}/[name]"), CONFIG);
        let path = RoutePath::of_segments(&format!("{folder}/{name}"));
        PageRef { path, ..PageRef::of_route(route, route_index) }
    }

    fn whole(route_index: usize) -> PageRef {
        PageRef { path: None, ..page(route_index, "") }
    }

    /// Formats failures, which must not depend on their order.
    #[track_caller]
    fn shown(failures: &[Diagnostic]) -> Vec<String> {
        let shown = |order: &mut dyn Iterator<Item = &Diagnostic>| {
            let all = Failures::default();
            order.for_each(|failure| all.push(failure.clone()));
            all.take().iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let expected = shown(&mut failures.iter());
        assert_eq!(shown(&mut failures.iter().rev()), expected, "the order matters");
        expected
    }

    const WRONG: &str = "content/a.md:3:7: unknown field `titel`";

    fn wrong(place: &PageRef, context: &'static str) -> Diagnostic {
        let error = anyhow::anyhow!(WRONG);
        let error = if context.is_empty() { error } else { error.context(context) };
        Diagnostic { trace: None, ..Diagnostic::failed(place, &error) }
    }

    #[test]
    fn one_mistake_that_many_routes_read_is_one_failure() {
        let pages = ["a", "b", "c", "d", "e", "f"];
        let mut failures: Vec<Diagnostic> = pages
            .iter()
            .map(|name| wrong(&page(1, name), "cannot list the posts of a tag"))
            .collect();
        failures.push(wrong(&whole(0), ""));
        let expected = "\
error: static_paths of /posts/[name]: content/a.md:3:7: unknown field `titel`
  --> src/pages/posts/[name].rs
  and in 6 more pages:
    /tags/a, /tags/b, /tags/c and 3 more (src/pages/tags/[name].rs)";
        assert_eq!(shown(&failures), [expected]);
    }

    #[test]
    fn the_pages_of_one_route_are_in_one_line() {
        let failures: Vec<Diagnostic> = (0..430)
            .map(|at| Diagnostic::at(&page(0, &format!("{at:03}")), "is not a page"))
            .collect();
        let expected = "\
error: /posts/000: is not a page
  --> src/pages/posts/[name].rs (route /posts/[name])
  and in 429 more pages: /posts/001, /posts/002, /posts/003 and 426 more";
        assert_eq!(shown(&failures), [expected]);
    }

    #[test]
    fn other_causes_stay_other_failures() {
        let failed = |place: &PageRef, text: &'static str| {
            Diagnostic::failed(place, &anyhow::anyhow!("invalid digit").context(text))
        };
        let (a, b, tag) = (page(0, "a"), page(0, "b"), page(1, "a"));
        for (one, other) in [
            (failed(&a, "cannot read content/a.md"), failed(&b, "cannot read content/b.md")),
            (
                failed(&a, "`n` = \"x\" is not a valid `u8`"),
                failed(&b, "`n` = \"y\" is not a valid `u8`"),
            ),
            (failed(&a, "no").of_params(), failed(&tag, "no").of_params()),
            (Diagnostic::at(&a, "no"), Diagnostic::at(&tag, "no")),
            (Diagnostic::at(&a, "no"), Diagnostic::at(&b, "no, too")),
            (Diagnostic::of("a", "no"), Diagnostic::of("b", "no")),
            (
                Diagnostic::panicked("", &a, &"the len is 4 but the index is 7"),
                Diagnostic::panicked("", &b, &"the len is 4 but the index is 8"),
            ),
        ] {
            assert_eq!(shown(&[one, other]).len(), 2);
        }
    }

    #[test]
    fn a_panic_is_one_failure_whichever_route_it_is_in() {
        let places = [page(0, "a"), page(1, "a")];
        let found = shown(&places.map(|place| Diagnostic::panicked("", &place, &"no luck")));
        assert_eq!(found.len(), 1);
        assert!(found[0].ends_with("and in 1 more page:\n    /tags/a (src/pages/tags/[name].rs)"));
    }

    #[test]
    fn many_different_failures_do_not_fill_the_memory() {
        let all = Failures::default();
        for at in (0..5_000).rev() {
            all.push(Diagnostic::at(&page(0, &format!("{at:04}")), format!("no {at:04}")));
        }
        assert_eq!(all.found.lock().expect("a lock").kept.entries().len(), MAX);
        let failures = all.take();
        assert_eq!(failures.len(), MAX + 1);
        let expected = "\
error: 4,000 more pages: failed in other ways, which are not shown
  hint: fix the failures above, and build again
  /posts/1000, /posts/1001, /posts/1002 and 3,997 more (src/pages/posts/[name].rs)";
        assert_eq!(failures[MAX].to_string(), expected);
        assert_eq!(failures.iter().map(Diagnostic::count).sum::<usize>(), 5_000);
        let pages: usize = failures.iter().map(|failure| failure.affected()[0]).sum();
        assert_eq!(pages, 5_000);
        assert!(failures[0].to_string().contains("/posts/0000: no 0000"));
    }

    #[cfg(feature = "content")]
    #[test]
    fn pages_without_their_content_are_counted_below_its_mistakes() {
        let mistake =
            |line, text: &str| Diagnostic::in_content("content/a.md", [line, 1], text.to_owned());
        let without = |place: &PageRef| {
            let in_content = Box::new([mistake(10, "later"), mistake(9, "first")]);
            Diagnostic { in_content, ..Diagnostic::at(place, "no content") }
        };
        let other = Diagnostic::at(&page(0, "z"), "is not a page");
        let failures = [without(&page(0, "a")), other, without(&whole(1)), mistake(9, "first")];
        let expected = [
            "error: first",
            "error: later\n\n1 page and 1 whole route cannot be built because of mistakes in content:\n\
             /posts/a (src/pages/posts/[name].rs)\n\
             static_paths of /tags/[name] (src/pages/tags/[name].rs)",
            "error: /posts/z: is not a page\n  --> src/pages/posts/[name].rs (route /posts/[name])",
        ];
        assert_eq!(shown(&failures), expected);
    }

    #[cfg(feature = "content")]
    #[test]
    fn many_mistakes_in_content_are_counted_once() {
        let in_content: Box<[_]> = (1..=1_500)
            .map(|line| Diagnostic::in_content("content/a.md", [line, 1], format!("no {line:04}")))
            .collect();
        let without = |name: &str| Diagnostic {
            in_content: in_content.clone(),
            ..Diagnostic::at(&page(0, name), "no content")
        };
        let mut failures = vec![without("a"), without("b"), without("c")];
        failures.extend(in_content.iter().cloned());
        let found = shown(&failures);
        assert_eq!(found.len(), MAX + 1);
        assert!(found[MAX - 1].contains("\n\n3 pages cannot be built because of mistakes"));
        assert!(found[MAX].starts_with("error: 500 more: failed in other ways"), "{}", found[MAX]);
    }
}
