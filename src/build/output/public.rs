//! Copies `public/`, except for editors' temporary files and files that should not be published.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use walkdir::{DirEntry, WalkDir};

use super::page_file;
use super::precompress;
use crate::assets;
use crate::assets::published::{self, Verdict};
use crate::build::dist;
use crate::build::manifest::Owner;
use crate::build::report::diagnostic::Diagnostic;
use crate::build::report::warning::Kind;
use crate::build::shards::digest::ListDigest;
use crate::build::state::Build;
#[cfg(feature = "check")]
use crate::routing::media_type;

/// Copies every file below a folder, on all threads, and returns their list. It is empty if the folder does not exist.
///
/// In the build of a shard, only the files of the shard are copied.
pub(crate) fn copy(build: &Arc<Build>, folder: &Path) -> ListDigest {
    if !folder.is_dir() {
        return ListDigest::default();
    }
    // They are distributed like the pages of an additional route.
    let route_index = build.site.routes().len();
    let mut listed = ListDigest::default();
    let mut entries = WalkDir::new(folder).min_depth(1).sort_by_file_name().into_iter();
    build.pool.in_place_scope(|scope| {
        while let Some(entry) = entries.next() {
            let is_folder = entry.as_ref().is_ok_and(|entry| entry.file_type().is_dir());
            if entry.as_ref().is_ok_and(|entry| !is_published(build, folder, entry)) {
                if is_folder {
                    entries.skip_current_dir();
                }
                continue;
            }
            if is_folder {
                continue;
            }
            let number = listed.count();
            listed.add_name(&shown(folder, &entry));
            if build.shard.is_some_and(|shard| !shard.has(route_index, number)) {
                continue;
            }
            scope.spawn(move |_| copy_entry(build, folder, entry));
        }
    });
    listed
}

/// Returns true if and only if a file or a folder is published. Warns about files that are not, but may have been meant
/// to be.
fn is_published(build: &Build, folder: &Path, entry: &DirEntry) -> bool {
    let verdict = published::verdict(&entry.file_name().to_string_lossy());
    if let Verdict::Private(reason) = verdict {
        let message = format!("is not published: a file with this name {reason}");
        let hint = "move it out of `public/`, or rename it if it is meant to be public";
        build
            .warnings
            .add(Kind::Private, Diagnostic::of(display(folder, entry.path()), message).hint(hint));
    }
    verdict == Verdict::Published
}

fn copy_entry(build: &Build, folder: &Path, entry: walkdir::Result<DirEntry>) {
    let shown = shown(folder, &entry);
    let copied =
        entry.map_err(anyhow::Error::from).and_then(|entry| copy_file(build, folder, &entry));
    if let Err(error) = copied {
        build.failures.push(Diagnostic::of(shown, format!("{error:#}")));
    }
}

fn copy_file(build: &Build, folder: &Path, entry: &DirEntry) -> Result<()> {
    if entry.file_type().is_symlink() {
        bail!("is a symbolic link, which could lead anywhere: put the file itself here");
    }
    if !entry.file_type().is_file() {
        bail!("is not a regular file, and cannot be copied");
    }
    let path = entry.path();
    let name = path.strip_prefix(folder).context("is outside public/")?;
    let parts: Option<Vec<&str>> = name.iter().map(|part| part.to_str()).collect();
    let name = parts.context("has a name that is not valid UTF-8: rename it")?.join("/");
    if name.contains(char::is_control) || name.contains('\\') {
        bail!("has a name that URLs cannot contain: rename it");
    }
    if dist::is_reserved(&name) {
        bail!("has a name that is reserved for kiln: rename it");
    }
    if assets::is_below_folder(&name) {
        bail!("is in a folder that is reserved for files of assets/: rename it, or move it there");
    }
    page_file::warn_of_name(build, &name, |message| {
        Diagnostic::of(&name, message).place(format!("public/{name}")).hint("rename it")
    });
    let mut file = File::open(path).context("cannot be read")?;
    #[cfg(feature = "check")]
    if let Some(check) = &build.check
        && media_type::of_extension(&name) == Some("text/html")
    {
        check.add_file(&name, &mut file)?;
    }
    let written = build.writer.copy(&name, &mut file)?;
    build.manifest.add_file(&name, Owner::PUBLIC, written)?;
    precompress::file(build, &name, &mut file, Owner::PUBLIC, written)
}

fn shown(folder: &Path, entry: &walkdir::Result<DirEntry>) -> String {
    let path = match entry {
        Ok(entry) => Some(entry.path()),
        Err(error) => error.path(),
    };
    path.map_or("public".into(), |path| display(folder, path))
}

fn display(folder: &Path, path: &Path) -> String {
    let name = path.strip_prefix(folder).unwrap_or(path);
    let parts: Vec<_> = name.iter().map(|part| part.to_string_lossy()).collect();
    format!("public/{}", parts.join("/"))
}
