//! Merges the shards of a build.
//!
//! The files of all shards are claimed again, as if a single process had made them, so that collisions are found as in
//! an ordinary build; and they are written by the same writer. Nothing is rendered.

use std::fmt::Write;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::list::{self, Item, List};
use crate::build::dist::out_folder;
use crate::build::dist::{self, Folders, Written};
use crate::build::manifest::{NameKind, Owner};
use crate::build::output::page_file;
use crate::build::parallel;
use crate::build::report::diagnostic::Diagnostic;
use crate::build::state::Build;
use crate::site::Site;
use crate::text::sorted::{SortedMap, sorted};

/// A built shard: its folder, and its list.
#[derive(Debug)]
pub(crate) struct Part {
    folder: PathBuf,
    list: List,
}

/// Opens the folders of the shards, which must belong to one build of this site; otherwise returns all failures.
pub(crate) fn open(
    site: &Site,
    folders: &[PathBuf],
    out: &Path,
) -> Result<Vec<Part>, Vec<Diagnostic>> {
    let mut failures = Vec::new();
    let mut parts = Vec::new();
    for folder in folders {
        failures.extend(check_place(folder, out));
        match open_part(site, folder) {
            Ok(part) => parts.push(part),
            Err(failure) => failures.push(failure),
        }
    }
    failures.extend(check_site(site, &parts));
    failures.extend(check_counts(&parts));
    failures.extend(check_twice(&parts));
    // Missing shards can only be named if all given ones are valid.
    if failures.is_empty() {
        failures.extend(check_missing(&parts));
        failures.extend(check_pages(site, &parts));
    }
    if failures.is_empty() { Ok(parts) } else { Err(failures) }
}

fn shown(folder: &Path) -> String {
    folder.display().to_string()
}

fn open_part(site: &Site, folder: &Path) -> Result<Part, Diagnostic> {
    let no_shard = |message: &str| {
        Diagnostic::of(shown(folder), message)
            .hint("name a folder that `build --shard K/N --out DIR` wrote, with all its files: some tools do not copy names that start with a dot")
    };
    let file = match Folders::open(folder).and_then(|mut folder| folder.read(list::FILE)) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound && !folder.exists() => {
            return Err(no_shard("there is no such folder"));
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(no_shard("is not a shard of a build: it has no `.kiln-shard`"));
        }
        Err(error) => {
            let message =
                format!("is not a shard of a build: {} cannot be read: {error}", list::FILE);
            return Err(no_shard(&message));
        }
    };
    match List::open(file, site.redirects.len()) {
        Some(list) => Ok(Part { folder: folder.to_path_buf(), list }),
        None => Err(damaged(folder)),
    }
}

fn damaged(folder: &Path) -> Diagnostic {
    Diagnostic::of(shown(folder), format!("its {} is damaged or incomplete", list::FILE))
        .hint("copy the folder again, or rebuild the shard")
}

fn check_place(folder: &Path, out: &Path) -> Option<Diagnostic> {
    let real = out_folder::real(folder);
    let relation = match (real == out, out.starts_with(&real), real.starts_with(out)) {
        (true, ..) => "is",
        (_, true, _) => "holds",
        (.., true) => "is in",
        _ => return None,
    };
    let message = format!("{relation} the folder that is written, {}", out.display());
    Some(Diagnostic::of(shown(folder), message).hint("name another folder with `--out`"))
}

fn check_site(site: &Site, parts: &[Part]) -> Vec<Diagnostic> {
    let fingerprint = site.fingerprint();
    // Each route and `public/` has a count, which the owners of files refer to.
    let counts = site.routes().len() + 1;
    let is_other = |part: &&Part| {
        part.list.head.fingerprint != fingerprint || part.list.head.pages.len() != counts
    };
    let failure = |part: &Part| {
        Diagnostic::of(shown(&part.folder), "is a shard of another site, or of another version of this one")
            .hint("build all shards, and merge them, with binaries of the same pages, settings and version of kiln")
    };
    parts.iter().filter(is_other).map(failure).collect()
}

fn check_counts(parts: &[Part]) -> Vec<Diagnostic> {
    let Some(first) = parts.first() else { return vec![] };
    let shard = first.list.head.shard;
    let is_other = |part: &&Part| part.list.head.shard.count() != shard.count();
    let failure = |part: &Part| {
        Diagnostic::of(
            shown(&part.folder),
            format!(
                "is shard {}, and {} is shard {shard}",
                part.list.head.shard,
                first.folder.display()
            ),
        )
        .hint("merge the shards of one build: all `K/N` of one N")
    };
    parts.iter().filter(is_other).map(failure).collect()
}

fn check_twice(parts: &[Part]) -> Vec<Diagnostic> {
    let mut folders: SortedMap<(u32, u32), &Path> = SortedMap::default();
    let mut failures = Vec::new();
    for Part { folder, list } in parts {
        let shard = list.head.shard;
        if let Some(other) = folders.insert((shard.count(), shard.number()), folder) {
            failures.push(
                Diagnostic::of(
                    shown(folder),
                    format!("is shard {shard}, and so is {}", other.display()),
                )
                .hint("name each shard once"),
            );
        }
    }
    failures
}

fn check_missing(parts: &[Part]) -> Option<Diagnostic> {
    let count = parts.first()?.list.head.shard.count();
    let numbers = sorted(parts.iter().map(|part| part.list.head.shard.number()).collect());
    let missing = missing(&numbers, count)?;
    Some(
        Diagnostic::of(format!("shards of {count}"), format!("missing: {missing}"))
            .hint("build them with `build --shard K/N --out DIR`, and add their folders"),
    )
}

/// The numbers up to a count that are missing in a sorted list; `None` if there are none.
fn missing(numbers: &[u32], count: u32) -> Option<String> {
    let numbers = numbers.iter().copied().map(u64::from);
    let mut text = String::new();
    let mut next = 1;
    for number in numbers.chain([u64::from(count) + 1]) {
        let comma = if text.is_empty() { "" } else { ", " };
        // Writing to a string cannot fail.
        let _ = match number - next {
            0 => Ok(()),
            1 => write!(text, "{comma}{next}"),
            _ => write!(text, "{comma}{next} to {}", number - 1),
        };
        next = number + 1;
    }
    (!text.is_empty()).then_some(text)
}

/// If two shards listed different pages, some may be in none of them.
fn check_pages(site: &Site, parts: &[Part]) -> Vec<Diagnostic> {
    let Some(first) = parts.first() else { return vec![] };
    let files = site.routes().iter().map(|route| route.file).chain(["public/"]);
    let mut failures = Vec::new();
    for (at, file) in files.enumerate() {
        let listed = |part: &Part| part.list.head.pages[at].clone();
        let Some(other) = parts.iter().find(|part| listed(part) != listed(first)) else { continue };
        let (a, b) = (listed(first).count(), listed(other).count());
        let b = if a == b { "others".to_owned() } else { b.to_string() };
        let (one, two) = (first.list.head.shard, other.list.head.shard);
        let message = format!("listed {a} when {one} was built, and {b} when {two} was");
        failures.push(Diagnostic::of(file, message).hint(
            "build all shards from the same content, with `static_paths` that give the same paths in the same order",
        ));
    }
    failures
}

/// Copies the files of the shards.
pub(crate) fn copy(build: &Build, parts: Vec<Part>) {
    build.progress.expect(parts.iter().map(|part| part.list.left).sum());
    for Part { folder, list } in parts {
        let entries = list.map(|made| made.context("an entry that cannot be read"));
        let copied = parallel::in_batches(entries, |batch| {
            copy_some(build, &folder, batch);
            Ok(())
        });
        if copied.is_err() {
            build.failures.push(damaged(&folder));
        }
    }
}

fn copy_some(build: &Build, folder: &Path, batch: &[Item]) {
    let mut files = match Folders::open(folder) {
        Ok(files) => files,
        Err(error) => {
            let failure = Diagnostic::of(shown(folder), format!("cannot be read: {error}"));
            return build.failures.push(failure);
        }
    };
    for made in batch {
        match made {
            Item::Redirect(redirect) => build.redirects.push(redirect.clone()),
            Item::Headers(sent) => build.headers.push(sent.clone()),
            Item::ListedParams { owner, params } => build.listed_params.add(*owner, params.clone()),
            Item::SitemapUrl(line) => {
                let added = build.sitemap.as_ref().map(|urls| urls.add(line.clone()));
                if let Some(Err(error)) = added {
                    build.failures.push(Diagnostic::of(shown(folder), format!("{error:#}")));
                }
            }
            // It is made again from the pages of all shards.
            Item::Named { owner: Owner::KILN, .. } => {}
            Item::Named { name, kind, owner } => {
                if let Err(error) = take(build, &mut files, name, *kind, *owner) {
                    let shown = folder.join(name).display().to_string();
                    build.failures.push(
                        Diagnostic::of(shown, format!("{error:#}"))
                            .hint("copy the folder again, or rebuild the shard"),
                    );
                }
            }
        }
        build.progress.done();
    }
}

/// Processes one entry of a shard's list: claims its name for the owner, and copies it if it is a file.
fn take(
    build: &Build,
    files: &mut Folders,
    name: &str,
    kind: NameKind,
    owner: Owner,
) -> Result<()> {
    let tally = owner.route_index().and_then(|index| build.tallies.get(index));
    let mut written = Written::NEW;
    if kind.is_file() {
        anyhow::ensure!(!dist::is_reserved(name), "is reserved for kiln");
        let mut file = files.read(name).map_err(|error| match error.kind() {
            ErrorKind::NotFound => anyhow::anyhow!("is missing, and the shard made it"),
            _ => anyhow::Error::new(error).context("cannot be read as the shard wrote it"),
        })?;
        if let Some(tally) = tally.filter(|_| !kind.is_variant()) {
            tally.add_bytes(file.metadata().context("cannot be read")?.len());
        }
        // The warning about a file covers its variants.
        if !kind.is_variant() {
            page_file::warn_of_name(build, name, |message| {
                Diagnostic::of(name, message).hint("rename the page or the file of `public/`")
            });
        }
        // Each shard has the files that its own pages request.
        let is_variant = kind.is_variant();
        if owner == Owner::ASSET && !build.asset_files.add_of_shard(name, &mut file, is_variant)? {
            return Ok(());
        }
        written = build.writer.copy(name, &mut file)?;
    }
    if let Some(tally) = tally.filter(|_| kind.is_path()) {
        tally.add_path(0);
    }
    build.manifest.add(name, kind, owner, written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_shards_are_named() {
        for (numbers, count, expected) in [
            (&[1][..], 1, None),
            (&[1, 2, 3], 3, None),
            (&[2, 3], 3, Some("1")),
            (&[1, 2], 3, Some("3")),
            (&[2, 5, 6], 10, Some("1, 3 to 4, 7 to 10")),
            (&[2], u32::MAX, Some("1, 3 to 4294967295")),
        ] {
            assert_eq!(missing(numbers, count).as_deref(), expected, "{numbers:?} of {count}");
        }
    }
}
