//! Compares what was made with the out folder, and puts it in its place.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::PoisonError;
use std::sync::atomic::Ordering::Relaxed;

use anyhow::{Context, Result, anyhow, bail};

use super::cleanup::Cleanup;
use super::folder::{self, Folders};
use super::found::{self, Found};
use super::journal::{self, Changes};
use super::record::{self, Either};
use super::same::OldFile;
use crate::build::dist::{BUFFER, Way, Writer, adopt, exchange, in_place, own_files};
use crate::build::manifest::Listing;

/// How many names an exchange may give for the sake of showing the new site as a whole, whatever changed: some 10 ms of
/// work.
const FEW: usize = 1_000;
/// How many unchanged files cost about as much to name again as one changed file costs to replace.
const NAMES_FOR_CHANGE: usize = 10;
/// What a folder counts beside the name of a file. To make and to remove one costs four times as much; it counts for
/// less so that a site of folders with a page in each is exchanged where more than half of the pages changed.
const NAMES_FOR_FOLDER: usize = 5;

/// What is in the out folder, beside what was made.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    counts: Committed,
    found: Found,
}

impl Comparison {
    /// What kiln did not write, sorted by key.
    pub(crate) fn foreign(&self) -> &[String] {
        &self.found.foreign
    }
}

/// What a build did to its out folder.
#[derive(Debug, Default)]
pub(crate) struct Committed {
    pub(crate) written: usize,
    /// Those of the written files that the out folder did not have.
    pub(super) added: usize,
    pub(crate) unchanged: usize,
    pub(crate) removed: usize,
    /// Of all files, written or unchanged.
    pub(crate) bytes: u64,
    /// Whether the record names a file that was not made, also where it was gone before, or has another digest of one.
    pub(super) is_record_stale: bool,
    /// What is left to be removed.
    pub(crate) cleanup: Option<Cleanup>,
}

impl Writer {
    /// Compares what was made with what is in the out folder.
    pub(crate) fn compare(&self, listing: &Listing) -> Result<Comparison> {
        let mut counts = Committed { bytes: self.bytes.load(Relaxed), ..Committed::default() };
        if !self.exists {
            counts.written = listing.files()?.count();
            counts.added = counts.written;
            return Ok(Comparison { counts, ..Comparison::default() });
        }
        let (known, counted) = rayon::join(
            || self.count_known(listing, &mut counts),
            || found::count(&self.out, &self.rights),
        );
        // Where there are as many files as are known, there is nothing else.
        let found = match (known?, counted?) {
            (Some(known), Some(count)) if known == count.files => {
                Found { folders: count.folders, ..Found::default() }
            }
            _ => Found::below(&self.out, &self.rights)?,
        };
        Ok(Comparison { counts, found })
    }

    /// Counts what became of which file; gives the number of those in the out folder that are kiln's, or `None` where
    /// one that is not stands in the place of a new one.
    fn count_known(&self, listing: &Listing, counts: &mut Committed) -> Result<Option<usize>> {
        let mut out = Folders::open(&self.out)?;
        let (mut known, mut is_all_known) = (0, true);
        for either in record::merged(listing, &self.out)? {
            match either? {
                Either::Made(entry) => {
                    counts.written += 1;
                    counts.added += usize::from(!entry.claim.is_there());
                    is_all_known &= !entry.claim.is_there();
                }
                Either::Both(entry, recorded) => {
                    // The record of an earlier version of kiln has no digests.
                    counts.is_record_stale |= recorded != Some(entry.digest);
                    known += usize::from(entry.claim.is_there());
                    counts.added += usize::from(!entry.claim.is_there());
                    let is_unchanged = entry.claim.is_unchanged();
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

    /// Throws away what was written; the out folder is as it was.
    pub(crate) fn discard(&self) {
        // What cannot be removed now is removed by the next build; and what is needed to take a change back is not.
        if !journal::is_there(self.staging.folder()) {
            let _ = self.staging.remove();
        }
    }

    /// Puts what was written in its place. No two may have wanted the same name.
    ///
    /// # Errors
    ///
    /// Where that cannot be done; the out folder is as it was.
    pub(crate) fn commit(&self, listing: &Listing, comparison: Comparison) -> Result<Committed> {
        let Comparison { counts: mut committed, found } = comparison;
        if let Some(name) = &*self.contested.lock().unwrap_or_else(PoisonError::into_inner) {
            bail!(
                "cannot write {name}: something else was put in its place while the site was built"
            );
        }
        let mut is_old_left = false;
        if !self.exists {
            self.move_new(listing)?;
        } else if self.is_changed(&found, &committed)? {
            is_old_left = self.replace(listing, &found, &committed)?;
        }
        committed.cleanup = Some(Cleanup::new(&self.out, &self.staging, is_old_left));
        Ok(committed)
    }

    /// Returns true if and only if anything in the out folder is not as it should be.
    fn is_changed(&self, found: &Found, counts: &Committed) -> Result<bool> {
        let is_own_changed = self.keep_own()?;
        let has_changes = counts.written > 0 || counts.is_record_stale;
        Ok(is_own_changed || has_changes || !found.other_permissions.is_empty())
    }

    /// Keeps those files that kiln has for itself beside the record and that are what they were. Returns true if and only if one
    /// of them is not, or is one more or one less, or the record has other permissions than a new one.
    fn keep_own(&self) -> Result<bool> {
        let staged = self.staging.files();
        let open = |folder: &Path, own| {
            let file = Folders::open(folder).and_then(|mut at| at.read(own)).ok()?;
            OldFile::of(file, &self.rights)
        };
        let mut is_changed = open(&self.out, record::FILE).is_none_or(|old| !old.has_usual_rights);
        for own in own_files::ALL.into_iter().filter(|own| *own != record::FILE) {
            let is_same = match (open(&self.out, own), open(&staged, own)) {
                (Some(old), Some(mut new)) => {
                    old.is_like_file(&mut new.file, new.length, &mut vec![0; BUFFER])?.is_some()
                }
                (old, new) => {
                    is_changed |= old.is_some() != new.is_some();
                    continue;
                }
            };
            is_changed |= !is_same;
            if is_same {
                // Where there are no second names, the new one takes its place.
                let kept = staged.join(format!("{own}-kept"));
                let _ = fs::hard_link(self.out.join(own), &kept)
                    .and_then(|()| fs::rename(&kept, staged.join(own)));
            }
        }
        Ok(is_changed)
    }

    /// The first build: the whole folder at once.
    fn move_new(&self, listing: &Listing) -> Result<()> {
        let files = self.staging.files();
        record::write(&files, listing)?;
        self.staging.flush()?;
        let moved = folder::rename_new(&files, &self.out).or_else(|error| match error.kind() {
            // This file system only knows the rename that would replace an empty folder.
            ErrorKind::InvalidInput | ErrorKind::Unsupported => fs::rename(&files, &self.out),
            _ => Err(error),
        });
        moved.with_context(|| format!("cannot move the new files to {}", self.out.display()))
    }

    /// A later build: in one step where that was asked for or is in proportion, otherwise file by file.
    ///
    /// Gives whether the old folder is left to be removed.
    fn replace(&self, listing: &Listing, found: &Found, counts: &Committed) -> Result<bool> {
        let is_tried = self.way == Way::Atomic || is_in_proportion(found, counts);
        let exchanged = match is_tried.then(|| self.obstacle(found)) {
            None => None,
            Some(Some(obstacle)) => Some(Err(anyhow!("{} {obstacle}", self.out.display()))),
            Some(None) => Some(exchange::apply(&self.out, &self.staging, listing, found)),
        };
        match exchanged {
            Some(Ok(())) => return Ok(true),
            Some(Err(error)) if self.way == Way::Atomic => bail!(
                "cannot replace {} in one step: {error:#}\n  hint: leave out `--atomic`, or `atomic` in kiln.toml, to have its files replaced one by one",
                self.out.display()
            ),
            _ => {}
        }
        let folder_permissions = self.rights.folder_permissions();
        let changes = Changes { listing, found, counts, folder_permissions };
        in_place::apply(&self.out, &self.staging, &changes)?;
        Ok(false)
    }

    /// Why the out folder cannot change places with another one, as a sentence without its subject.
    fn obstacle(&self, found: &Found) -> Option<String> {
        if adopt::is_mount(&self.out) {
            return Some("is a mount, and stays where it is".to_owned());
        }
        if !self.staging.is_beside() {
            return Some("lies in a folder that cannot be written".to_owned());
        }
        let mut repositories = adopt::version_control(&self.out).filter(|(_, data)| data.is_dir());
        if let Some((name, _)) = repositories.next() {
            return Some(format!("contains the folder `{name}`, which must stay where it is"));
        }
        found.is_bound_by.clone()
    }
}

/// Returns true if and only if an exchange costs little, or little beside what changed.
fn is_in_proportion(found: &Found, counts: &Committed) -> bool {
    let names =
        counts.unchanged + found.foreign.len() + NAMES_FOR_FOLDER.saturating_mul(found.folders);
    let changes = counts.written + counts.removed;
    names <= FEW.max(changes.saturating_mul(NAMES_FOR_CHANGE))
}
