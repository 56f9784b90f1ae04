//! Writes the files that pages have requested, once all pages are rendered.

use std::fs::File;
use std::io::Seek;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, ensure};

use super::content::Content;
use super::{page_file, precompress};
use crate::assets::digest::{Digest, HashingReader};
use crate::assets::{Asset, store};
use crate::build::dist::Written;
use crate::build::manifest::Owner;
use crate::build::parallel;
use crate::build::report::diagnostic::Diagnostic;
use crate::build::report::warning::Kind;
use crate::build::state::Build;
use crate::text::names::Names;

/// The requested files of a build by name, including compressed variants.
#[derive(Debug, Default)]
pub(crate) struct AssetFiles(Mutex<Names<AssetFile>>);

#[derive(Debug)]
struct AssetFile {
    digest: Digest,
    is_variant: bool,
}

impl AssetFiles {
    /// The names of the files, without variants.
    pub(crate) fn names(&self) -> Vec<String> {
        let files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let files = files.iter().filter(|(_, file)| !file.is_variant);
        files.map(|(name, _)| name.to_owned()).collect()
    }

    /// Adds a file; returns the digest of an earlier one with this name.
    fn add(&self, name: &str, digest: Digest, is_variant: bool) -> Option<Digest> {
        let mut files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let earlier = files.insert(name, AssetFile { digest, is_variant });
        earlier.map(|file| file.digest)
    }

    /// Adds a file of a shard. Returns false if another shard has the same one.
    ///
    /// # Errors
    ///
    /// Fails if the file of the other shard has other bytes.
    pub(crate) fn add_of_shard(
        &self,
        name: &str,
        file: &mut File,
        is_variant: bool,
    ) -> Result<bool> {
        let digest = HashingReader::new(&mut *file).finish().context("cannot be read")?;
        file.rewind().context("cannot be read again")?;
        let earlier = self.add(name, digest, is_variant);
        ensure!(
            earlier.is_none_or(|earlier| earlier == digest),
            "differs from the file with this name in another shard"
        );
        Ok(earlier.is_none())
    }
}

/// Writes all requested files, on all threads.
///
/// # Errors
///
/// Never fails: failures of single files are added to the build.
pub(crate) fn write(build: &Build) -> Result<()> {
    parallel::for_each(&build.assets.requested(), |asset| {
        if let Err(error) = write_one(build, asset) {
            build.failures.push(Diagnostic::of(&asset.source, format!("{error:#}")));
        }
        Ok(())
    })
}

fn write_one(build: &Build, asset: &Asset) -> Result<()> {
    let Asset { name, source, .. } = asset;
    page_file::warn_of_name(build, name, |message| {
        Diagnostic::of(source, message).hint("rename it")
    });
    if build.assets.has_location(asset) {
        let warning = Diagnostic::of(source, "has GPS coordinates, which say where it was taken")
            .hint("remove them, for example with `exiftool -gps:all= FILE`; `.widths` makes copies without them");
        build.warnings.add(Kind::Private, warning);
    }
    build.asset_files.add(name, asset.written_digest(), false);
    match &asset.rewritten {
        Some(bytes) => {
            if store::changed(asset) {
                add_changed(build, source);
            }
            let written = build.writer.write(name, bytes)?;
            build.manifest.add_file(name, Owner::ASSET, written)?;
            let mut content = Content::Bytes(bytes.clone());
            precompress::page(build, name, "", &mut content, Owner::ASSET, written)
        }
        None => {
            let mut file = File::open(&asset.path).context("cannot be read")?;
            let written = build.writer.copy(name, &mut file)?;
            if is_other(written, asset.digest) {
                add_changed(build, source);
            }
            build.manifest.add_file(name, Owner::ASSET, written)?;
            precompress::file(build, name, &mut file, Owner::ASSET, written)
        }
    }
}

/// Returns true if and only if other bytes were written. If none were, because the disk is full, another failure says so.
fn is_other(written: Written, expected: Digest) -> bool {
    ![expected, Digest::default()].contains(&written.digest())
}

fn add_changed(build: &Build, source: &str) {
    let failure = Diagnostic::of(source, "changed while the site was built")
        .hint("build again: pages may already contain the URL of the old file");
    build.failures.push(failure);
}

#[cfg(all(test, feature = "precompress"))]
mod tests;
