//! Who makes which path and which file, and where two want the same one.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use unicode_normalization::UnicodeNormalization;

use super::failure::{Failure, Place};

/// Who makes which path and which file. Two who want the same one is a failure that names both.
///
/// What is reported does not depend on which thread came first.
#[derive(Debug, Default)]
pub(super) struct Claims {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Below the out folder, by what some file system takes for the same name.
    files: BTreeMap<String, Claim>,
    /// With a leading slash. Two kinds of pages can have one path and two files: `a.html` and `a`.
    paths: BTreeMap<String, Claim>,
}

/// What is claimed: by one in all sites that can be built.
#[derive(Debug)]
struct Claim {
    first: Claimant,
    others: Vec<Claimant>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Claimant {
    owner: Arc<Owner>,
    /// The name as it is written.
    name: String,
    is_folder: bool,
}

/// A page, or a file of `public/`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Owner {
    route_index: Option<usize>,
    /// The path of the page and its file.
    shown: String,
}

impl Claims {
    /// Claims a file and its path for a page; false where another has one of them.
    pub(super) fn claim_page(&self, file: &str, place: &Place) -> bool {
        let owner = Owner::page(place);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let is_free = state.claim_file(file, &owner);
        state.claim_path(place.path.as_deref().unwrap_or_default(), &owner) && is_free
    }

    /// Claims a path for a page that makes no file.
    pub(super) fn claim_path(&self, place: &Place) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.claim_path(place.path.as_deref().unwrap_or_default(), &Owner::page(place));
    }

    /// Claims a file for one of `public/`, or for kiln itself; false where another has it.
    pub(super) fn claim_file(&self, file: &str, shown: String) -> bool {
        let owner = Arc::new(Owner { route_index: None, shown });
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let is_free = state.claim_file(file, &owner);
        state.claim_path(&format!("/{file}"), &owner) && is_free
    }

    /// The collisions that were found.
    pub(super) fn collisions(&self) -> Vec<Failure> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut reported: BTreeSet<Vec<&Owner>> = BTreeSet::new();
        let mut failures = Vec::new();
        for claim in state.files.values().chain(state.paths.values()) {
            let owners = claim.owners();
            // Two pages that make one file make one path, too.
            if claim.others.is_empty() || reported.contains(&owners) {
                continue;
            }
            failures.push(claim.collision(&owners));
            reported.insert(owners);
        }
        failures
    }
}

impl State {
    fn claim_file(&mut self, file: &str, owner: &Arc<Owner>) -> bool {
        let mut is_free = true;
        for (slash, _) in file.match_indices('/') {
            is_free &= claim(&mut self.files, owner, &file[..slash], true);
        }
        claim(&mut self.files, owner, file, false) && is_free
    }

    fn claim_path(&mut self, path: &str, owner: &Arc<Owner>) -> bool {
        claim(&mut self.paths, owner, path, false)
    }
}

/// Adds a claimant; false where there are two now that cannot be beside each other.
fn claim(
    claims: &mut BTreeMap<String, Claim>,
    owner: &Arc<Owner>,
    name: &str,
    is_folder: bool,
) -> bool {
    let claimant = || Claimant { owner: Arc::clone(owner), name: name.to_owned(), is_folder };
    let folded = folded(name);
    let Some(claim) = claims.get_mut(&*folded) else {
        claims.insert(folded.into_owned(), Claim { first: claimant(), others: vec![] });
        return true;
    };
    // Any number of pages are in one folder; the first of them in the table stands for all.
    let mut claimants = std::iter::once(&mut claim.first).chain(&mut claim.others);
    match claimants.find(|earlier| is_folder && earlier.is_folder && earlier.name == name) {
        Some(earlier) if *owner < earlier.owner => earlier.owner = Arc::clone(owner),
        Some(_) => {}
        None => claim.others.push(claimant()),
    }
    claim.others.is_empty()
}

/// A name without case and Unicode form: the same for names that some file system takes for one.
pub(super) fn folded(name: &str) -> Cow<'_, str> {
    if !name.is_ascii() {
        return name.nfd().map(fold).nfc().collect::<String>().into();
    }
    match name.contains(|c: char| c.is_ascii_uppercase()) {
        true => name.to_ascii_lowercase().into(),
        false => name.into(),
    }
}

/// The case folding of file systems: a character for a character, so that `ss` and `\u{df}` stay two names.
fn fold(c: char) -> char {
    let upper = only(c.to_uppercase()).unwrap_or(c);
    only(upper.to_lowercase()).unwrap_or(upper)
}

fn only(mut chars: impl Iterator<Item = char>) -> Option<char> {
    let c = chars.next()?;
    chars.next().is_none().then_some(c)
}

impl Owner {
    fn page(place: &Place) -> Arc<Self> {
        let path = place.path.as_deref().unwrap_or_default();
        let shown = format!("{path} from {}", place.route.file);
        Arc::new(Owner { route_index: Some(place.route_index), shown })
    }
}

impl Claim {
    fn claimants(&self) -> impl Iterator<Item = &Claimant> {
        std::iter::once(&self.first).chain(&self.others)
    }

    fn owners(&self) -> Vec<&Owner> {
        let mut owners: Vec<&Owner> = self.claimants().map(|claimant| &*claimant.owner).collect();
        owners.sort_unstable();
        owners
    }

    fn collision(&self, owners: &[&Owner]) -> Failure {
        let mut names: Vec<&str> = self.claimants().map(|claimant| &*claimant.name).collect();
        names.sort_unstable();
        names.dedup();
        let folders = self.claimants().filter(|claimant| claimant.is_folder).count();
        let (message, hint) = match (names.as_slice(), folders) {
            ([one, other, ..], _) => (
                format!(
                    "differs only in {} from {other}, and many file systems take them for one",
                    if one.nfc().eq(other.nfc()) { "Unicode form" } else { "case" }
                ),
                "spell both alike, or give one another name",
            ),
            ([path], 0) if path.starts_with('/') => (
                "two sources make this path".to_owned(),
                "keep one of the two, or give one another path",
            ),
            (_, 0) => ("two sources make this file".to_owned(), "keep one of the two"),
            _ => (
                "is a file of one source, and another needs a folder of that name".to_owned(),
                "give the file an extension in the name of its page, for example `.json.rs`",
            ),
        };
        let failure = Failure::of(names[0], message).hint(hint);
        owners.iter().fold(failure, |failure, owner| failure.place(owner.shown.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{self, CONFIG};

    /// Claims `path from file of route` for pages, and `public: file` for others; gives the failures' text, which
    /// is the same whoever comes first.
    #[track_caller]
    fn collisions(claims: &[(&str, &str)]) -> Vec<String> {
        let collide = |order: &[usize]| {
            let all = Claims::default();
            for &at in order {
                let (path, file) = claims[at];
                if path == "public" {
                    all.claim_file(file, format!("public/{file}"));
                    continue;
                }
                let route = testing::route(path, CONFIG);
                let place = Place { route, route_index: at, path: Some(path.to_owned()) };
                match file {
                    "" => all.claim_path(&place),
                    file => drop(all.claim_page(file, &place)),
                }
            }
            all.collisions().iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let forwards: Vec<usize> = (0..claims.len()).collect();
        let backwards: Vec<usize> = (0..claims.len()).rev().collect();
        let found = collide(&forwards);
        assert_eq!(found, collide(&backwards), "the order matters");
        found
    }

    #[test]
    fn claims_that_can_stand_beside_each_other() {
        for claims in [
            [("/a", "a/index.html"), ("/a/b", "a/b/index.html")],
            [("/a", "a.html"), ("/a/b", "a/b.html")],
            [("/a", "a.html"), ("/a.html", "a.html.html")],
            [("/strasse", "strasse.html"), ("/stra\u{df}e", "stra\u{df}e.html")],
            [("/e", "e"), ("/\u{e9}", "\u{e9}")],
            [("/a", ""), ("/a/b", "a/b/index.html")],
        ] {
            assert_eq!(collisions(&claims), [""; 0]);
        }
    }

    #[test]
    fn two_pages_of_one_file() {
        let expected = "\
error: a/index.html: two sources make this file
  --> /a from src/pages/a.rs
  --> /a from src/pages/a.rs
  hint: keep one of the two";
        assert_eq!(collisions(&[("/a", "a/index.html"), ("/a", "a/index.html")]), [expected]);
    }

    #[test]
    fn a_page_and_a_file_of_public() {
        let expected = "\
error: a.json: two sources make this file
  --> public/a.json
  --> /a.json from src/pages/a.json.rs
  hint: keep one of the two";
        assert_eq!(collisions(&[("/a.json", "a.json"), ("public", "a.json")]), [expected]);
    }

    #[test]
    fn a_file_where_another_needs_a_folder() {
        let expected = "\
error: a: is a file of one source, and another needs a folder of that name
  --> /a from src/pages/a.rs
  --> /a/b from src/pages/a/b.rs
  hint: give the file an extension in the name of its page, for example `.json.rs`";
        assert_eq!(
            collisions(&[("/a", "a"), ("/a/b", "a/b/index.html"), ("/a/c", "a/c")]),
            [expected]
        );
    }

    #[test]
    fn names_that_differ_only_in_case() {
        let expected = "\
error: A.txt: differs only in case from a.txt, and many file systems take them for one
  --> public/A.txt
  --> /a.txt from src/pages/a.txt.rs
  hint: spell both alike, or give one another name";
        assert_eq!(collisions(&[("/a.txt", "a.txt"), ("public", "A.txt")]), [expected]);
        for (a, b) in [
            ("\u{c9}", "\u{e9}"),
            ("\u{3c3}", "\u{3c2}"),
            ("\u{39f}\u{394}\u{39f}\u{3a3}", "\u{3bf}\u{3b4}\u{3bf}\u{3c3}"),
            ("A/x", "a/y"),
            ("K", "\u{212a}"),
        ] {
            let found = collisions(&[("public", a), ("public", b)]);
            assert!(found.len() == 1 && found[0].contains("differs only in"), "{a} {b}: {found:?}");
        }
    }

    #[test]
    fn names_that_differ_only_in_unicode_form() {
        let found = collisions(&[("/caf\u{e9}", "caf\u{e9}"), ("public", "cafe\u{301}")]);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("differs only in Unicode form from"), "{found:?}");
    }

    #[test]
    fn one_path_with_two_files() {
        let expected = "\
error: /a: two sources make this path
  --> /a from src/pages/a.rs
  --> /a from src/pages/a.rs
  hint: keep one of the two, or give one another path";
        assert_eq!(collisions(&[("/a", "a.html"), ("/a", "a")]), [expected]);
        assert_eq!(collisions(&[("/a", "a.html"), ("/a", "")]), [expected]);
        assert_eq!(collisions(&[("/a", ""), ("/a", "")]), [expected]);
        assert_eq!(collisions(&[("/a", "a.html"), ("public", "a")]).len(), 1);
    }

    #[test]
    fn all_who_want_a_file_are_named_once() {
        let found = collisions(&[("/c", "x"), ("/b", "x"), ("/a", "x"), ("public", "x")]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].matches("  --> ").count(), 4, "{found:?}");
    }
}
