//! Copies `public/` as it is.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use walkdir::{DirEntry, WalkDir};

use super::failure::Failure;
use super::manifest::Owner;
use super::shard::listed::Listed;
use super::write;
use super::{Build, portable, precompress};
use crate::hosts::lookup::Lookup;
use crate::path::RoutePath;
use crate::site::Site;

/// Copies every file below a folder, on all threads, and says which they are; none where there is no such folder.
///
/// Where this is the build of a shard, it copies the files that are the shard's.
pub(super) fn copy(build: &Arc<Build>, folder: &Path) -> Listed {
    if !folder.is_dir() {
        return Listed::default();
    }
    // They are shared out as the pages of one more route.
    let route_index = build.site.routes().len();
    let mut listed = Listed::default();
    let entries = WalkDir::new(folder).min_depth(1).sort_by_file_name();
    build.pool.in_place_scope(|scope| {
        for entry in entries {
            if entry.as_ref().is_ok_and(|entry| entry.file_type().is_dir()) {
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

/// Returns true if and only if the site has a folder `public/`.
#[cfg(feature = "server")]
pub(crate) fn is_there(site: &Site) -> bool {
    site.folder().join("public").is_dir()
}

/// Returns true if and only if a file of `public/` answers a path.
pub(crate) fn has(site: &Site, path: &RoutePath) -> bool {
    let public = site.folder().join("public");
    let names = Lookup::of_kiln(site.config, path.as_str()).names;
    names.iter().any(|name| public.join(name).is_file())
}

fn copy_entry(build: &Build, folder: &Path, entry: walkdir::Result<DirEntry>) {
    let shown = shown(folder, &entry);
    let copied =
        entry.map_err(anyhow::Error::from).and_then(|entry| copy_file(build, folder, &entry));
    if let Err(error) = copied {
        build.failures.push(Failure::of(shown, format!("{error:#}")));
    }
}

fn copy_file(build: &Build, folder: &Path, entry: &DirEntry) -> Result<()> {
    if entry.file_type().is_symlink() {
        bail!("is a symbolic link, which could lead anywhere: put the file itself here");
    }
    if !entry.file_type().is_file() {
        bail!("is no file, and cannot be copied");
    }
    let path = entry.path();
    let name = path.strip_prefix(folder).context("lies outside of public/")?;
    let parts: Option<Vec<&str>> = name.iter().map(|part| part.to_str()).collect();
    let name = parts.context("has a name that is not valid UTF-8: rename it")?.join("/");
    if name.contains(char::is_control) || name.contains('\\') {
        bail!("has a name that URLs cannot hold: rename it");
    }
    if write::is_reserved(&name) {
        bail!("has a name that kiln keeps for itself: rename it");
    }
    portable::check(build, &name, |message| {
        Failure::of(&name, message).place(format!("public/{name}")).hint("rename it")
    });
    let mut file = File::open(path).context("cannot be read")?;
    let written = build.writer.copy(&name, &mut file)?;
    build.manifest.add_file(&name, Owner::PUBLIC, written)?;
    precompress::file(build, &name, &mut file, written)
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
