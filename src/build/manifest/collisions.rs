//! Detects sources that claim the same path or file.

mod item;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::Result;
use unicode_normalization::UnicodeNormalization;

use super::addresses::{self, Contender, Contenders};
use super::given::Given;
use super::key::{self, folded};
use crate::build::manifest::{Entry, Listing, Owner};
use crate::build::report::failure::Failure;
use crate::config::Host;
use crate::hosts;
use crate::site::Site;
use crate::text::grouped;

/// What two sources want at once.
#[derive(Debug, Default)]
pub(crate) struct Collisions {
    pub(crate) failures: Vec<Failure>,
    /// Files that hosts with clean URLs would confuse, where the site names no host.
    pub(crate) warnings: Vec<Failure>,
}

/// The paths, files and addresses that two sources want, as failures that name both.
///
/// The sorted list is read once, with no more than two entries in memory; only where something is found, it is read again, and
/// what has a part in it is kept.
///
/// `foreign` is what lies in the out folder and was not written by kiln, sorted by key.
pub(crate) fn collisions(
    listing: &Listing,
    foreign: &[String],
    site: &Site,
    given: &Given,
) -> Result<Collisions> {
    let contested = contested(all(listing, foreign, site.hosts)?)?;
    if contested.names.is_empty() && contested.addresses.is_empty() {
        return Ok(Collisions::default());
    }
    let mut claims = Claims::default();
    let mut contenders = Contenders::default();
    for entry in all(listing, foreign, site.hosts)? {
        let entry = entry?;
        let name = entry.name();
        let folded = folded(&name);
        let mut prefixes = folded.match_indices('/').map(|(slash, _)| &folded[..slash]);
        let names = &contested.names;
        if names.contains(&*folded) || prefixes.any(|prefix| names.contains(prefix)) {
            claims.add(&entry, &name, site, given);
        }
        if contested.addresses.contains(addresses::address(&name))
            && let Some(contender) = contender(&entry, &name, site, given)
        {
            contenders.add(contender);
        }
    }
    let (confused, warnings) = contenders.judge(site);
    let failures = claims.collisions().into_iter().chain(confused).collect();
    Ok(Collisions { failures, warnings })
}

/// A file that this build makes, and hosts find at its address.
fn contender(entry: &Entry, name: &str, site: &Site, given: &Given) -> Option<Contender> {
    let source = Source::of(entry, name, site, given);
    if !entry.claim.is_file() || source.is_variant || !source.is_made() {
        return None;
    }
    let path = source.route_index.map(|_| entry.path());
    let shown = match path.as_ref().filter(|path| **path != name) {
        Some(_) => format!("{name}, which is {}", source.shown),
        None => source.shown,
    };
    Some(Contender { file: name.to_owned(), path, shown })
}

type Entries<'a> = Box<dyn Iterator<Item = Result<Entry>> + 'a>;

/// All that is made, what is there already, and what hosts keep for themselves, sorted.
fn all<'a>(listing: &'a Listing, foreign: &'a [String], hosts: &[Host]) -> Result<Entries<'a>> {
    let foreign = foreign.iter().map(|name| Entry::not_made(name, Owner::FOREIGN));
    let names = hosts::reserved(hosts);
    let mut reserved: Vec<Entry> =
        names.iter().map(|name| Entry::not_made(name, Owner::HOST)).collect();
    reserved.sort_unstable_by(|a, b| a.key.cmp(&b.key));
    // What kiln makes under such a name is what the name is kept for.
    let is_for_host =
        move |entry: &Entry| entry.owner == Owner::KILN && names.contains(&&*entry.name());
    let made = listing.entries()?.filter(move |entry| !entry.as_ref().is_ok_and(&is_for_host));
    let made = merged(Box::new(made), foreign);
    Ok(merged(made, reserved.into_iter()))
}

fn merged<'a>(one: Entries<'a>, other: impl Iterator<Item = Entry> + 'a) -> Entries<'a> {
    let mut other = other.peekable();
    // The list of what is made can be long, and mostly there is nothing else.
    if other.peek().is_none() {
        return one;
    }
    let mut one = one.peekable();
    Box::new(std::iter::from_fn(move || match (one.peek(), other.peek()) {
        (Some(Ok(entry)), Some(next)) if next.key < entry.key => other.next().map(Ok),
        (None, Some(_)) => other.next().map(Ok),
        _ => one.next(),
    }))
}

/// Finds what has a part in a collision.
///
/// Whoever wants the same name stands beside each other in the list, and so does an address; what is in a folder comes right behind
/// its name; and where the spelling of a name changes, two that differ in it meet.
fn contested(entries: Entries<'_>) -> Result<Contested> {
    let mut contested = Contested::default();
    let (mut last_file, mut last_path) = (Vec::new(), Vec::new());
    // The last name, whatever it stands for, and whether that was an address.
    let (mut last, mut is_address) = (Vec::new(), false);
    for entry in entries {
        let Entry { key, claim, .. } = entry?;
        is_address = claim.is_address() || (is_address && key == last);
        if is_address && key == last {
            contested.addresses.insert(key::name(&key));
        }
        last.clone_from(&key);
        if claim.is_file() {
            let is_folder = !last_file.is_empty() && key.starts_with(&last_file);
            contested.names.extend(shared(&mut last_file, &key, is_folder));
        }
        if claim.is_path() {
            let is_same = key == last_path;
            contested.names.extend(shared(&mut last_path, &key, is_same));
        }
    }
    Ok(contested)
}

/// What has a part in a collision, and maybe some that only look like it.
#[derive(Debug, Default)]
struct Contested {
    /// Of paths and files, folded.
    names: BTreeSet<String>,
    /// As [`addresses::address`] has them.
    addresses: BTreeSet<String>,
}

/// The folded name that two want which come one after the other; the second takes the place of the first.
fn shared(last: &mut Vec<u8>, key: &[u8], is_last: bool) -> Option<String> {
    let shared = match is_last {
        true => Some(folded(&key::name(last)).into_owned()),
        false => key::spelled_in_two_ways(last, key),
    };
    last.clear();
    last.extend_from_slice(key);
    shared
}

/// Who wants which path and which file. What is reported does not depend on which came first.
#[derive(Debug, Default)]
struct Claims {
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
    source: Arc<Source>,
    /// The name as it is written.
    name: String,
    is_folder: bool,
}

/// A page, or where else a file comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Source {
    route_index: Option<usize>,
    /// The path of the page and its file.
    shown: String,
    owner: Owner,
    /// Which item of `static_paths` it is, where there is one.
    item: Option<String>,
    /// Whether it is a compressed variant of what the owner makes.
    is_variant: bool,
}

impl Claims {
    fn add(&mut self, entry: &Entry, name: &str, site: &Site, given: &Given) {
        let source = Arc::new(Source::of(entry, name, site, given));
        if entry.claim.is_file() {
            // The file that a variant is of needs the same folders.
            let folders = name.match_indices('/').filter(|_| !entry.claim.is_variant());
            for (slash, _) in folders {
                claim(&mut self.files, &source, &name[..slash], true);
            }
            claim(&mut self.files, &source, name, false);
        }
        if entry.claim.is_path() {
            claim(&mut self.paths, &source, &format!("/{name}"), false);
        }
    }

    fn collisions(&self) -> Vec<Failure> {
        // The sets of sources that were told, by each source.
        let mut reported: BTreeMap<&Source, Vec<Arc<[&Source]>>> = BTreeMap::new();
        let mut failures = Vec::new();
        for claim in self.files.values().chain(self.paths.values()) {
            let sources = claim.sources();
            // Two pages that make one file make one path, too.
            let told = sources.first().and_then(|source| reported.get(source));
            let has_all =
                |told: &Arc<[&Source]>| sources.iter().all(|s| told.binary_search(s).is_ok());
            let is_told = told.is_some_and(|told| told.iter().any(has_all));
            let is_made = sources.iter().any(|source| source.is_made());
            // Where variants clash with each other, what they are of does.
            let is_told = is_told || sources.iter().all(|source| source.is_variant);
            if claim.others.is_empty() || !is_made || is_told {
                continue;
            }
            failures.push(claim.collision(&sources));
            let told: Arc<[&Source]> = sources.into();
            for source in &*told {
                reported.entry(source).or_default().push(Arc::clone(&told));
            }
        }
        failures
    }
}

/// Adds a claimant.
fn claim(claims: &mut BTreeMap<String, Claim>, source: &Arc<Source>, name: &str, is_folder: bool) {
    let claimant = || Claimant { source: Arc::clone(source), name: name.to_owned(), is_folder };
    let folded = folded(name);
    let Some(claim) = claims.get_mut(&*folded) else {
        claims.insert(folded.into_owned(), Claim { first: claimant(), others: vec![] });
        return;
    };
    // Any number of pages are in one folder; the first of them in the table stands for all.
    let mut claimants = std::iter::once(&mut claim.first).chain(&mut claim.others);
    match claimants.find(|earlier| is_folder && earlier.is_folder && earlier.name == name) {
        Some(earlier) if *source < earlier.source => earlier.source = Arc::clone(source),
        Some(_) => {}
        None => claim.others.push(claimant()),
    }
}

impl Source {
    fn of(entry: &Entry, name: &str, site: &Site, given: &Given) -> Self {
        let route_index = entry.owner.route_index();
        let route = route_index.and_then(|index| site.routes().get(index));
        let item = route.and_then(|route| item::shown(entry, route, given));
        let is_variant = entry.claim.is_variant();
        let shown = match entry.owner {
            _ if is_variant => {
                let original = name.rsplit_once('.').map_or(name, |(original, _)| original);
                format!("{name}, which kiln makes of {original} for `precompress` in kiln.toml")
            }
            Owner::PUBLIC => format!("public/{name}"),
            Owner::KILN => format!("{name}, which kiln makes of all pages"),
            Owner::FOREIGN => format!("{name} in the out folder was not written by kiln"),
            Owner::HOST => {
                let keepers = hosts::keepers(site.hosts, name);
                format!("{name}, which is kept for {keepers} of `hosts` in kiln.toml")
            }
            _ => {
                let file = route.map(|route| route.file);
                format!("/{} from {}", entry.path(), file.unwrap_or_default())
            }
        };
        Source { route_index, shown, owner: entry.owner, item, is_variant }
    }

    fn owner_route(&self) -> Option<usize> {
        self.route_index.filter(|_| !self.is_variant)
    }

    /// Whether it is made by this build. A host that is named and a file that lies there are no contradiction.
    fn is_made(&self) -> bool {
        ![Owner::FOREIGN, Owner::HOST].contains(&self.owner)
    }
}

const KEEP_ONE_ITEM: &str = "leave all but one of them out of `static_paths`";

const MADE_OF_ANOTHER: &str =
    "give it another name, or take its encoding out of `precompress` in kiln.toml";

const KEPT_FOR_HOST: &str = "give it another name, or take the host out of `hosts` in kiln.toml";

impl Claim {
    fn claimants(&self) -> impl Iterator<Item = &Claimant> {
        std::iter::once(&self.first).chain(&self.others)
    }

    fn sources(&self) -> Vec<&Source> {
        let mut sources: Vec<&Source> =
            self.claimants().map(|claimant| &*claimant.source).collect();
        sources.sort_unstable();
        sources
    }

    fn collision(&self, sources: &[&Source]) -> Failure {
        let mut names: Vec<&str> = self.claimants().map(|claimant| &*claimant.name).collect();
        names.sort_unstable();
        names.dedup();
        let folders = self.claimants().filter(|claimant| claimant.is_folder).count();
        let has = |owner: Owner| sources.iter().any(|source| source.owner == owner);
        let (message, mut hint) = match (names.as_slice(), folders) {
            ([one, other, ..], _) => {
                (differs(one, other), "spell both alike, or give one another name")
            }
            ([path], 0) if is_one_route(sources) => {
                let what = if path.starts_with('/') { "path" } else { "file" };
                (format!("one route makes this {what} more than once"), KEEP_ONE_ITEM)
            }
            ([path], 0) if path.starts_with('/') => (
                "two sources make this path".to_owned(),
                "keep one of the two, or give one another path",
            ),
            (_, 0) if has(Owner::HOST) => {
                ("is the name of a file that a host reads".to_owned(), KEPT_FOR_HOST)
            }
            (_, 0) => ("two sources make this file".to_owned(), "keep one of the two"),
            _ => {
                let is_public =
                    |one: &Claimant| !one.is_folder && one.source.owner == Owner::PUBLIC;
                let last = names[0].rsplit('/').next().unwrap_or_default();
                let hint = match (self.claimants().any(is_public), last.contains('.')) {
                    (true, _) => "give the file in `public/` another name",
                    (false, false) => {
                        "give the file an extension in the name of its page, for example `.json.rs`"
                    }
                    (false, true) => "give one of them another path",
                };
                let message = "is a file of one source, and another needs a folder of that name";
                (message.to_owned(), hint)
            }
        };
        if has(Owner::HOST) {
            hint = KEPT_FOR_HOST;
        } else if has(Owner::FOREIGN) {
            hint = "move what kiln did not write away, or to `public/`";
        } else if sources.iter().any(|source| source.is_variant) {
            hint = MADE_OF_ANOTHER;
        }
        let mut failure = Failure::of(names[0], message).hint(hint);
        for source in sources.iter().take(MOST_SOURCES) {
            // Where a route is named twice, its items tell which pages they are.
            let is_alone = |other: &&&Source| other.route_index == source.route_index;
            let item = source.item.as_ref().filter(|_| sources.iter().filter(is_alone).count() > 1);
            failure = failure.place(match item {
                Some(item) => format!("{}, {item}", source.shown),
                None => source.shown.clone(),
            });
        }
        match sources.len().saturating_sub(MOST_SOURCES) {
            0 => failure,
            hidden => failure.place(format!("and {} more", grouped(hidden))),
        }
    }
}

/// How many of those that claim one name are shown.
const MOST_SOURCES: usize = 10;

/// Whether all pages are of one dynamic route.
fn is_one_route(sources: &[&Source]) -> bool {
    let first = sources.first().filter(|first| first.item.is_some());
    first.is_some_and(|first| {
        sources.iter().all(|source| source.owner_route() == first.owner_route())
    })
}

/// What is said of two names that some file system takes for one.
fn differs(one: &str, other: &str) -> String {
    match item::difference(one, other).filter(|_| one.nfc().eq(other.nfc())) {
        Some([here, there]) => format!(
            "differs only in Unicode form from {other}, and many file systems take them for one: {here} here, \
             {there} there"
        ),
        None => {
            format!("differs only in case from {other}, and many file systems take them for one")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    use crate::build::dist::Written;
    use crate::build::manifest::Manifest;
    use crate::support::{self, CONFIG};

    /// Claims `path from file of route` for pages, and `public: file` or `variant: file` for others; gives the failures'
    /// text, which is the same whoever comes first.
    #[track_caller]
    fn collisions(claims: &[(&str, &str)]) -> Vec<String> {
        collisions_for(&[], claims)
    }

    #[track_caller]
    fn collisions_for(hosts: &'static [Host], claims: &[(&str, &str)]) -> Vec<String> {
        let paths: Vec<&str> = claims.iter().map(|(path, _)| *path).collect();
        let site = Site { hosts, ..support::site(&paths, CONFIG) };
        let collide = |order: &[usize]| {
            let all = Manifest::new(PathBuf::new());
            for &at in order {
                let (path, file) = claims[at];
                match path.strip_prefix('/') {
                    None if path == "variant" => all.add_variant(file, Owner::PUBLIC, Written::NEW),
                    None => all.add_file(file, Owner::PUBLIC, Written::NEW),
                    Some(path) => {
                        let file = Some(file).filter(|file| !file.is_empty());
                        all.add_page(path, file, Owner::route(at), Written::NEW)
                    }
                }
                .expect("memory");
            }
            let collisions = super::collisions(&all.close(), &[], &site, &Given::default());
            let collisions = collisions.expect("a list");
            let failures = collisions.failures.iter().map(ToString::to_string);
            failures.chain(collisions.warnings.iter().map(Failure::as_warning)).collect::<Vec<_>>()
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
    fn items_of_one_route_are_named() {
        let site = support::site(&["/[x]", "/a"], CONFIG);
        let shown = |items: &[(u32, &str)], given: &[(u32, &str)]| {
            let (manifest, all) = (Manifest::new(PathBuf::new()), Given::default());
            for (item, name) in items {
                let (owner, file) = (Owner::page(0, *item), format!("{name}/index.html"));
                manifest.add_page(name, Some(&file), owner, Written::NEW).expect("memory");
            }
            for (item, params) in given {
                all.add(Owner::page(0, *item), (*params).to_owned());
            }
            let found = super::collisions(&manifest.close(), &[], &site, &all).expect("a list");
            found.failures.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let expected = "\
error: b c/index.html: one route makes this file more than once
  --> /b c from src/pages/[x].rs, at index 3 of `static_paths`, with x=b c
  --> /b c from src/pages/[x].rs, at index 17 of `static_paths`, with x=b c
  hint: leave all but one of them out of `static_paths`";
        assert_eq!(shown(&[(17, "b c"), (3, "b c"), (0, "d")], &[]), [expected]);
        let expected = "\
error: \u{e9}/index.html: one route makes this file more than once
  --> /\u{e9} from src/pages/[x].rs, at index 0 of `static_paths`, with x=\u{e9}
  --> /\u{e9} from src/pages/[x].rs, at index 1 of `static_paths`, with x=e\u{301}, where `e\u{301}` (U+0065 U+0301) \
is written as `\u{e9}` (U+00E9) in the path
  hint: leave all but one of them out of `static_paths`";
        assert_eq!(shown(&[(0, "\u{e9}"), (1, "\u{e9}")], &[(1, "x=e\u{301}")]), [expected]);
        let many: Vec<_> = (0..1_234).map(|item| (item, "b")).collect();
        let found = shown(&many, &[]);
        assert!(found[0].contains("\n  --> and 1,224 more\n"), "{found:?}");
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
    fn a_file_of_public_where_a_page_needs_a_folder() {
        let found = collisions(&[("public", "about"), ("/about", "about/index.html")]);
        let hint = "\n  hint: give the file in `public/` another name";
        assert!(found[0].starts_with("error: about: is a file") && found[0].ends_with(hint));
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
        assert!(
            found[0].contains("`e\u{301}` (U+0065 U+0301) here, `\u{e9}` (U+00E9) there"),
            "{found:?}"
        );
    }

    #[test]
    fn a_file_that_is_a_variant_of_another() {
        let variant = ("variant", "a/index.html.gz");
        let expected = "\
error: a/index.html.gz: two sources make this file
  --> a/index.html.gz, which kiln makes of a/index.html for `precompress` in kiln.toml
  --> /a/index.html.gz from src/pages/a/index.html.gz.rs
  hint: give it another name, or take its encoding out of `precompress` in kiln.toml";
        let page = ("/a/index.html.gz", "a/index.html.gz");
        assert_eq!(collisions(&[page, ("/a", "a/index.html"), variant]), [expected]);
        for (name, message) in [
            ("a/index.html.gz", "two sources make this file"),
            ("A/index.html.gz", "differs only in case from"),
            ("a/index.html.gz/b", "is a file of one source, and another needs a folder"),
        ] {
            let found = collisions(&[("/a", "a/index.html"), variant, ("public", name)]);
            let is_named = |failure: &String| failure.contains(message) && failure.contains(name);
            assert!(found.iter().any(is_named), "{found:?}");
        }
        assert_eq!(collisions(&[("/a", "a/index.html"), variant, ("/a/b", "a/b.gz")]), [""; 0]);
    }

    #[test]
    fn variants_of_files_that_clash_are_no_news() {
        for names in [["a.txt", "a.txt"], ["a.txt", "A.txt"], ["a/b.txt", "A/c.txt"]] {
            let alone = collisions(&names.map(|name| ("public", name)));
            let [one, other] = names.map(|name| format!("{name}.br"));
            let [a, b] = names.map(|name| ("public", name));
            let found = collisions(&[a, ("variant", &one), b, ("variant", &other)]);
            assert_eq!(found, alone);
            assert_eq!(found.len(), 1);
        }
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
        let found = collisions(&[
            ("/x", "x.html"),
            ("/x", "x.html"),
            ("/x", "x.html"),
            ("public", "x.html"),
        ]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].matches("  --> ").count(), 4, "{found:?}");
    }

    #[test]
    fn a_file_that_kiln_did_not_write_is_in_the_way() {
        let site = support::site(&["/a.json"], CONFIG);
        let manifest = Manifest::new(PathBuf::new());
        manifest.add_page("a.json", Some("a.json"), Owner::route(0), Written::NEW).expect("memory");
        let listing = manifest.close();
        for (foreign, count) in [("A.json", 1), ("a.json", 1), ("a.json/b", 1), ("a.jsonl", 0)] {
            let foreign_files = [foreign.into()];
            let found = super::collisions(&listing, &foreign_files, &site, &Given::default());
            let found = found.expect("a list").failures;
            assert_eq!(found.len(), count, "{foreign}");
            for failure in found {
                let shown = failure.to_string();
                assert!(
                    shown.contains(&format!(
                        "--> {foreign} in the out folder was not written by kiln"
                    )) && shown.contains("hint: move what kiln did not write away"),
                    "{shown}"
                );
            }
        }
    }

    #[test]
    fn a_name_that_a_host_reads_is_kept_for_it() {
        const HOSTS: &[Host] = &[Host::Netlify, Host::S3, Host::Cloudflare];
        let found = |claims: &[(&str, &str)]| collisions_for(HOSTS, claims);
        let expected = "\
error: _redirects: is the name of a file that a host reads
  --> _redirects, which is kept for `netlify` and `cloudflare` of `hosts` in kiln.toml
  --> public/_redirects
  hint: give it another name, or take the host out of `hosts` in kiln.toml";
        assert_eq!(found(&[("public", "_redirects"), ("/a", "a.html")]), [expected]);
        let expected = "\
error: _headers: is a file of one source, and another needs a folder of that name
  --> _headers, which is kept for `netlify` and `cloudflare` of `hosts` in kiln.toml
  --> public/_headers/index.js
  hint: give it another name, or take the host out of `hosts` in kiln.toml";
        assert_eq!(found(&[("public", "_headers/index.js")]), [expected]);
        assert_eq!(found(&[("/_headers", "_headers")]).len(), 1);
        assert_eq!(found(&[("public", "_Headers")]).len(), 1);
        for name in ["a/_headers", "_headers.txt", "vercel.json", ".nojekyll"] {
            assert_eq!(found(&[("public", name)]), [""; 0], "{name}");
        }
        assert_eq!(collisions(&[("public", "_redirects")]), [""; 0]);
    }

    #[test]
    fn a_file_that_kiln_did_not_write_may_be_for_a_host() {
        let site = Site { hosts: &[Host::Netlify], ..Site::EMPTY };
        let listing = Manifest::new(PathBuf::new()).close();
        let foreign = ["_redirects".into()];
        let found = super::collisions(&listing, &foreign, &site, &Given::default());
        let found = found.expect("a list");
        assert_eq!(found.failures, []);
    }

    #[test]
    fn two_files_are_found_at_one_address() {
        let expected = "\
warning: /about: two files are found at this address by hosts with clean URLs, and `netlify`, `cloudflare`, `azure` and \
`github-pages` would serve one in place of the other
  --> public/about.html
  --> about/index.html, which is /about from src/pages/about.rs
  hint: keep one of them, or give one another name";
        let about = [("/about", "about/index.html"), ("public", "about.html")];
        assert_eq!(collisions(&about), [expected]);
        let expected = "\
error: /about: two files are found at this address, and `github-pages` would serve one in place of the other
  --> public/about.html
  --> about/index.html, which is /about from src/pages/about.rs
  hint: keep one of them, or give one another name";
        assert_eq!(collisions_for(&[Host::GithubPages, Host::Nginx], &about), [expected]);
        assert_eq!(collisions_for(&[Host::Nginx, Host::Vercel, Host::S3], &about), [""; 0]);
        for claims in [
            [("public", "a.html"), ("public", "a/index.html")],
            [("/", "index.html"), ("/index", "index/index.html")],
            [("/a/index", "a/index/index.html"), ("/a", "a/index.html")],
            [("/about.html", "about.html"), ("/about", "about/index.html")],
        ] {
            let found = collisions_for(&[Host::Cloudflare], &claims);
            assert!(
                found.len() == 1 && found[0].contains("this address, and `cloudflare`"),
                "{found:?}"
            );
        }
    }

    #[test]
    fn files_at_one_address_are_named_by_the_paths_of_their_pages() {
        // A rest param with the values `""` and `"index"`, with `format = "file"`.
        let expected = "\
error: /r: two files are found at this address, and kiln's own server would serve one in place of the other
  --> r.html, which is /r from src/pages/r.rs
  --> r/index.html, which is /r/index from src/pages/r/index.rs
  hint: keep one of them, or give one another name";
        let found =
            collisions_for(&[Host::Nginx], &[("/r", "r.html"), ("/r/index", "r/index.html")]);
        assert_eq!(found, [expected]);
    }

    #[test]
    fn one_failure_is_enough_for_files_that_are_one() {
        let found =
            collisions(&[("/a.html", "a.html"), ("public", "a.html"), ("/a", "a/index.html")]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("two sources make this file"), "{found:?}");
    }
}
