//! Compares the new files with the out folder, and moves them into place.
//!
//! # Exchange, or file by file
//!
//! An exchange costs a second name for each unchanged file, which is a tenth of a replacement, and a new folder for
//! each old one, which costs two to four replacements to make and to remove. It is chosen if the unchanged files and
//! five times the folders are at most ten times the changed files, or at most 1,000, which is 10 ms of work.
//!
//! With `--atomic` it is always chosen, and the build fails if it is impossible: if the out folder is a mount or
//! contains a `.git` folder, which would have to be in two places at once; if the folder above cannot be written to, or
//! one inside has another owner or special bits; or on file systems without hard links or exchange.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::PoisonError;

use anyhow::{Context, Result, anyhow, bail};

use super::cleanup::Cleanup;
use super::committed::Committed;
use super::compare::OldFile;
use super::folder::{self, Folders};
use super::journal::{self, Changes};
use super::record::{self, Either};
use super::replacement::Replacement;
use super::scan::{self, Scan};
use super::writer::{BUFFER, Writer};
use super::{adopt, exchange, in_place, own_files};
use crate::build::manifest::Listing;
use crate::build::parallel;

/// The number of links that an exchange may always create to replace the site atomically: some 10 ms of work.
const FEW: usize = 1_000;
/// The number of unchanged files that cost as much to link as one changed file costs to replace.
const NAMES_FOR_CHANGE: usize = 10;
/// The cost of a folder in links. Creating and removing one costs four times as much as a link; the lower weight makes
/// a site with one page in each folder be exchanged if more than half of the pages changed.
const NAMES_FOR_FOLDER: usize = 5;

/// The contents of the out folder, compared with the new files.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    counts: Committed,
    scan: Scan,
}

impl Comparison {
    /// Files that kiln did not write, sorted by key.
    pub(crate) fn foreign(&self) -> &[String] {
        &self.scan.foreign
    }
}

impl Writer {
    /// Compares the new files with the out folder. If there is none, all files are new, and their record is written.
    pub(crate) fn compare(&self, listing: &Listing) -> Result<Comparison> {
        let mut counts = Committed { bytes: self.bytes(), ..Committed::default() };
        if !self.exists {
            // Now, because other threads have less to do than after this.
            counts.written = record::write(&self.staging.files(), listing)?;
            counts.added = counts.written;
            return Ok(Comparison { counts, ..Comparison::default() });
        }
        let (known, counted) = parallel::join(
            || self.count_known(listing, &mut counts),
            || scan::count(&self.out, &self.new_permissions),
        );
        // If the numbers are equal, there are no other files.
        let scan = match (known?, counted?) {
            (Some(known), Some(count)) if known == count.files => {
                Scan { folders: count.folders, ..Scan::default() }
            }
            _ => Scan::below(&self.out, &self.new_permissions)?,
        };
        Ok(Comparison { counts, scan })
    }

    /// Counts new, changed and unchanged files. Returns the number of kiln's files in the out folder, or `None` if a
    /// foreign file is in the place of a new one.
    fn count_known(&self, listing: &Listing, counts: &mut Committed) -> Result<Option<usize>> {
        let mut out = Folders::open(&self.out)?;
        let (mut known, mut is_all_known) = (0, true);
        for either in record::merged(listing, &self.out)? {
            match either? {
                Either::Item(entry) => {
                    counts.written += 1;
                    counts.added += usize::from(!entry.kind.is_there());
                    is_all_known &= !entry.kind.is_there();
                }
                Either::Both(entry, recorded) => {
                    // The record of an earlier version of kiln has no digests.
                    counts.is_record_stale |= recorded != Some(entry.digest);
                    known += usize::from(entry.kind.is_there());
                    counts.added += usize::from(!entry.kind.is_there());
                    let is_unchanged = entry.kind.is_unchanged();
                    *(if is_unchanged { &mut counts.unchanged } else { &mut counts.written }) += 1;
                }
                Either::Recorded(name) => {
                    counts.is_record_stale = true;
                    let is_there = out.of(&name).is_ok_and(|(folder, name)| folder.is_file(name));
                    counts.removed += usize::from(is_there);
                }
            }
        }
        Ok(is_all_known.then_some(known + counts.removed))
    }

    /// Discards the new files and leaves the out folder unchanged.
    pub(crate) fn discard(&self) {
        // The next build removes what is left. Files that are needed to revert a change are kept.
        if !journal::is_there(self.staging.folder()) {
            let _ = self.staging.remove();
        }
    }

    /// Moves the new files into place. There must be no collisions.
    ///
    /// # Errors
    ///
    /// Fails if that is not possible; the out folder is then unchanged.
    pub(crate) fn commit(&self, listing: &Listing, comparison: Comparison) -> Result<Committed> {
        let Comparison { counts: mut committed, scan } = comparison;
        if let Some(name) = &*self.contested.lock().unwrap_or_else(PoisonError::into_inner) {
            bail!("cannot write {name}: it was replaced while the site was built");
        }
        let mut is_old_left = false;
        if !self.exists {
            self.move_new()?;
        } else if self.is_changed(&scan, &committed)? {
            is_old_left = self.replace(listing, &scan, &committed)?;
        }
        committed.cleanup = Some(Cleanup::new(&self.out, &self.staging, is_old_left));
        Ok(committed)
    }

    /// Returns true if and only if the out folder differs from the new site.
    fn is_changed(&self, scan: &Scan, counts: &Committed) -> Result<bool> {
        let is_own_changed = self.keep_own()?;
        let has_changes = counts.written > 0 || counts.is_record_stale;
        Ok(is_own_changed || has_changes || !scan.other_permissions.is_empty())
    }

    /// Keeps kiln's own files besides the record that have not changed. Returns true if and only if one of them has
    /// changed, is new or is obsolete, or the record has other permissions than a new one.
    fn keep_own(&self) -> Result<bool> {
        let staged = self.staging.files();
        let open = |folder: &Path, own| {
            let file = Folders::open(folder).and_then(|mut at| at.read(own)).ok()?;
            OldFile::of(file, &self.new_permissions)
        };
        let mut is_changed =
            open(&self.out, record::FILE).is_none_or(|old| !old.has_new_permissions);
        for own in own_files::ALL.into_iter().filter(|own| *own != record::FILE) {
            let is_same = match (open(&self.out, own), open(&staged, own)) {
                (Some(old), Some(mut new)) => {
                    old.equals_file(&mut new.file, new.length, &mut vec![0; BUFFER])?.is_some()
                }
                (old, new) => {
                    is_changed |= old.is_some() != new.is_some();
                    continue;
                }
            };
            is_changed |= !is_same;
            if is_same {
                // Without hard links, the new file replaces it.
                let kept = staged.join(format!("{own}-kept"));
                let _ = fs::hard_link(self.out.join(own), &kept)
                    .and_then(|()| fs::rename(&kept, staged.join(own)));
            }
        }
        Ok(is_changed)
    }

    /// The first build moves the whole folder.
    fn move_new(&self) -> Result<()> {
        let files = self.staging.files();
        self.staging.flush()?;
        let moved = folder::rename_new(&files, &self.out).or_else(|error| match error.kind() {
            // This file system only supports the rename that may replace an empty folder.
            ErrorKind::InvalidInput | ErrorKind::Unsupported => fs::rename(&files, &self.out),
            _ => Err(error),
        });
        moved.with_context(|| format!("cannot move the new files to {}", self.out.display()))
    }

    /// A later build exchanges the folders if requested or cheap enough, and otherwise changes file by file.
    ///
    /// Returns whether the old folder has to be removed.
    fn replace(&self, listing: &Listing, scan: &Scan, counts: &Committed) -> Result<bool> {
        let is_tried = self.replacement == Replacement::Atomic || is_in_proportion(scan, counts);
        let exchanged = match is_tried.then(|| self.obstacle(scan)) {
            None => None,
            Some(Some(obstacle)) => Some(Err(anyhow!("{} {obstacle}", self.out.display()))),
            Some(None) => Some(exchange::apply(&self.out, &self.staging, listing, scan)),
        };
        match exchanged {
            Some(Ok(())) => return Ok(true),
            Some(Err(error)) if self.replacement == Replacement::Atomic => bail!(
                "cannot replace {} atomically: {error:#}\n  hint: remove `--atomic`, or `atomic` in kiln.toml, to replace its files one by one",
                self.out.display()
            ),
            _ => {}
        }
        let folder_permissions = self.new_permissions.folder_permissions();
        let changes = Changes { listing, scan, counts, folder_permissions };
        in_place::apply(&self.out, &self.staging, &changes)?;
        Ok(false)
    }

    /// Why the out folder cannot be exchanged, as a sentence without its subject.
    fn obstacle(&self, scan: &Scan) -> Option<String> {
        if adopt::is_mount(&self.out) {
            return Some("is a mount, which cannot be moved".to_owned());
        }
        if !self.staging.is_beside() {
            return Some("is in a folder that cannot be written".to_owned());
        }
        let mut repositories = adopt::version_control(&self.out).filter(|(_, data)| data.is_dir());
        if let Some((name, _)) = repositories.next() {
            return Some(format!("contains the folder `{name}`, which must stay where it is"));
        }
        scan.obstacle_to_exchange.clone()
    }
}

/// Returns true if and only if an exchange is cheap, or cheap in relation to the changes.
fn is_in_proportion(scan: &Scan, counts: &Committed) -> bool {
    let names =
        counts.unchanged + scan.foreign.len() + NAMES_FOR_FOLDER.saturating_mul(scan.folders);
    let changes = counts.written + counts.removed;
    names <= FEW.max(changes.saturating_mul(NAMES_FOR_CHANGE))
}
