//! The sources of each path and file, and the failures of names with several.

use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use super::item;
use crate::build::manifest::key::folded;
use crate::build::manifest::listed_params::ListedParams;
use crate::build::manifest::{Entry, Owner};
use crate::build::report::diagnostic::Diagnostic;
use crate::hosts;
use crate::site::Site;
use crate::text::grouped;
use crate::text::names::Names;
use crate::text::sorted::{sorted, sorted_set};

/// The sources of paths and files. The report does not depend on their order.
#[derive(Debug, Default)]
pub(super) struct Claims {
    /// Names in the out folder, folded as some file systems do.
    files: Names<Claim>,
    /// With a leading slash. Two kinds of pages can have the same path and two files: `a.html` and `a`.
    paths: Names<Claim>,
}

/// The claimants of a name: only one if the site is valid.
#[derive(Debug)]
struct Claim {
    first: Claimant,
    others: Vec<Claimant>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Claimant {
    source: Arc<Source>,
    /// The name as it is spelled.
    name: String,
    is_folder: bool,
}

/// A page, or another source of files.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Source {
    pub(super) route_index: Option<usize>,
    /// The path of the page and its file.
    pub(super) shown: String,
    owner: Owner,
    /// The item of `static_paths`, if there is one.
    item: Option<String>,
    /// Whether it is a compressed variant of the owner's file.
    pub(super) is_variant: bool,
}

impl Claims {
    pub(super) fn add(
        &mut self,
        entry: &Entry<'_>,
        name: &str,
        site: &Site,
        listed_params: &ListedParams,
    ) {
        let source = Arc::new(Source::of(entry, name, site, listed_params));
        if entry.kind.is_file() {
            // A variant needs the same folders as its file.
            let folders = name.match_indices('/').filter(|_| !entry.kind.is_variant());
            for (slash, _) in folders {
                claim(&mut self.files, &source, &name[..slash], true);
            }
            claim(&mut self.files, &source, name, false);
        }
        if entry.kind.is_path() {
            claim(&mut self.paths, &source, &format!("/{name}"), false);
        }
    }

    pub(super) fn collisions(&self) -> Vec<Diagnostic> {
        // The sets of sources that were reported, by how each of their sources is shown.
        let mut reported: Names<Vec<Arc<[&Source]>>> = Names::default();
        let mut failures = Vec::new();
        for claim in self.files.values().chain(self.paths.values()) {
            let sources = claim.sources();
            // Two pages with the same file also have the same path.
            let sets = sources.first().and_then(|source| reported.get(&source.shown));
            let has_all =
                |sets: &Arc<[&Source]>| sources.iter().all(|s| sets.binary_search(s).is_ok());
            let is_reported = sets.is_some_and(|sets| sets.iter().any(has_all));
            let is_made = sources.iter().any(|source| source.is_made());
            // If only variants collide, so do their files.
            let is_reported = is_reported || sources.iter().all(|source| source.is_variant);
            if claim.others.is_empty() || !is_made || is_reported {
                continue;
            }
            failures.push(claim.collision(&sources));
            let sets: Arc<[&Source]> = sources.into();
            for source in &*sets {
                reported.get_or_insert_with(&source.shown, Vec::new).push(Arc::clone(&sets));
            }
        }
        failures
    }
}

/// Adds a claimant.
fn claim(claims: &mut Names<Claim>, source: &Arc<Source>, name: &str, is_folder: bool) {
    let claimant = || Claimant { source: Arc::clone(source), name: name.to_owned(), is_folder };
    let folded = folded(name);
    let Some(claim) = claims.get_mut(&folded) else {
        claims.insert(&folded, Claim { first: claimant(), others: vec![] });
        return;
    };
    // Many pages share a folder; the first one in table order represents them.
    let mut claimants = std::iter::once(&mut claim.first).chain(&mut claim.others);
    match claimants.find(|earlier| is_folder && earlier.is_folder && earlier.name == name) {
        Some(earlier) if *source < earlier.source => earlier.source = Arc::clone(source),
        Some(_) => {}
        None => claim.others.push(claimant()),
    }
}

impl Source {
    pub(super) fn of(
        entry: &Entry<'_>,
        name: &str,
        site: &Site,
        listed_params: &ListedParams,
    ) -> Self {
        let route_index = entry.owner.route_index();
        let route = route_index.and_then(|index| site.routes().get(index));
        let item = route.and_then(|route| item::shown(entry, route, listed_params));
        let is_variant = entry.kind.is_variant();
        let shown = match entry.owner {
            _ if is_variant => {
                let original = name.rsplit_once('.').map_or(name, |(original, _)| original);
                format!("{name}, which kiln makes from {original} for `precompress` in kiln.toml")
            }
            Owner::PUBLIC => format!("public/{name}"),
            Owner::ASSET => format!("{name}, which a page requests"),
            Owner::KILN => format!("{name}, which kiln makes from all pages"),
            Owner::FOREIGN => format!("{name} in the out folder was not written by kiln"),
            Owner::HOST => {
                let hosts = hosts::reserved_by(site.hosts, name);
                format!("{name}, which is reserved for {hosts} (`hosts` in kiln.toml)")
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

    /// Whether this build makes it. An existing file may have a name that a host reserves.
    pub(super) fn is_made(&self) -> bool {
        ![Owner::FOREIGN, Owner::HOST].contains(&self.owner)
    }
}

const KEEP_ONE_ITEM: &str = "return only one of them from `static_paths`";

const RENAME_OR_EXCLUDE: &str = "rename it, or remove its encoding from `precompress` in kiln.toml";

const RESERVED_FOR_HOST: &str = "rename it, or remove the host from `hosts` in kiln.toml";

impl Claim {
    fn claimants(&self) -> impl Iterator<Item = &Claimant> {
        std::iter::once(&self.first).chain(&self.others)
    }

    fn sources(&self) -> Vec<&Source> {
        sorted(self.claimants().map(|claimant| &*claimant.source).collect())
    }

    fn collision(&self, sources: &[&Source]) -> Diagnostic {
        let names = sorted_set(self.claimants().map(|claimant| &*claimant.name).collect());
        let has = |owner: Owner| sources.iter().any(|source| source.owner == owner);
        let (message, hint) = self.message(&names, sources, has(Owner::HOST));
        let hint = if has(Owner::HOST) {
            RESERVED_FOR_HOST
        } else if has(Owner::FOREIGN) {
            "move the file that kiln did not write, for example to `public/`"
        } else if sources.iter().any(|source| source.is_variant) {
            RENAME_OR_EXCLUDE
        } else {
            hint
        };
        with_sources(Diagnostic::of(names[0], message).hint(hint), sources)
    }

    /// The broken rule, and what to do about it.
    fn message(
        &self,
        names: &[&str],
        sources: &[&Source],
        has_host: bool,
    ) -> (String, &'static str) {
        let folders = self.claimants().filter(|claimant| claimant.is_folder).count();
        match (names, folders) {
            ([one, other, ..], _) => {
                (differs(one, other), "use the same spelling, or rename one of them")
            }
            ([path], 0) if is_one_route(sources) => {
                let what = if path.starts_with('/') { "path" } else { "file" };
                (format!("one route makes this {what} more than once"), KEEP_ONE_ITEM)
            }
            ([path], 0) if path.starts_with('/') => (
                "two sources make this path".to_owned(),
                "keep one of the two, or change one of the paths",
            ),
            (_, 0) if has_host => {
                ("is the name of a file that a host reads".to_owned(), RESERVED_FOR_HOST)
            }
            (_, 0) => ("two sources make this file".to_owned(), "keep one of the two"),
            _ => (
                "is a file from one source and a folder from another".to_owned(),
                self.file_or_folder_hint(names[0]),
            ),
        }
    }

    fn file_or_folder_hint(&self, name: &str) -> &'static str {
        let is_public = |one: &Claimant| !one.is_folder && one.source.owner == Owner::PUBLIC;
        let last = name.rsplit('/').next().unwrap_or_default();
        match (self.claimants().any(is_public), last.contains('.')) {
            (true, _) => "rename the file in `public/`",
            (false, false) => {
                "give the file an extension in the name of its page, for example `.json.rs`"
            }
            (false, true) => "change one of the paths",
        }
    }
}

/// Lists the sources below the message of a failure.
fn with_sources(mut failure: Diagnostic, sources: &[&Source]) -> Diagnostic {
    for source in sources.iter().take(MAX_SOURCES) {
        // If a route is listed twice, the items distinguish its pages.
        let is_alone = |other: &&&Source| other.route_index == source.route_index;
        let item = source.item.as_ref().filter(|_| sources.iter().filter(is_alone).count() > 1);
        failure = failure.place(match item {
            Some(item) => format!("{}, {item}", source.shown),
            None => source.shown.clone(),
        });
    }
    match sources.len().saturating_sub(MAX_SOURCES) {
        0 => failure,
        hidden => failure.place(format!("and {} more", grouped(hidden))),
    }
}

/// The most sources that are listed for one name.
const MAX_SOURCES: usize = 10;

/// Whether all pages belong to the same dynamic route.
fn is_one_route(sources: &[&Source]) -> bool {
    let first = sources.first().filter(|first| first.item.is_some());
    first.is_some_and(|first| {
        sources.iter().all(|source| source.owner_route() == first.owner_route())
    })
}

/// The message for two names that some file systems treat as equal.
fn differs(one: &str, other: &str) -> String {
    match item::difference(one, other).filter(|_| one.nfc().eq(other.nfc())) {
        Some([here, there]) => format!(
            "differs only in Unicode form from {other}, and many file systems treat them as equal: {here} here, \
             {there} there"
        ),
        None => {
            format!("differs only in case from {other}, and many file systems treat them as equal")
        }
    }
}
