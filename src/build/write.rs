//! Writes the out folder: into a folder of its own first, and in its place when everything is there.
//!
//! Where there is no out folder yet, the whole of it is made beside its place and renamed. Where there is one, only
//! files whose bytes differ are made; then the two are put together, either by an [`exchange`] of folders, which shows
//! the new site as a whole, or file by file, [`in_place`]. A record in the folder tells what kiln wrote, and
//! nothing else is ever removed or replaced.

#[cfg(feature = "server")]
pub(crate) mod built;
mod exchange;
mod folder;
mod found;
mod in_place;
mod record;
mod same;
mod staging;
#[cfg(feature = "server")]
pub(crate) mod view;

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Seek, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use anyhow::{Context, Result, bail};

use self::found::{Found, Rights};
use self::record::Either;
use self::staging::Staging;
use super::digest::{Digest, HashingReader};
use super::failure::Failure;
use super::manifest::Listing;
use super::out_folder::RefusedFolder;
use super::precompress;
use super::sent;
use super::shard;

pub(in crate::build) use self::folder::Folders;
pub(in crate::build) use self::record::is_reserved;

/// How many unchanged files may be given a second name for the sake of showing the new site as a whole; that is some
/// 40 ms of work.
const FEW: usize = 10_000;
/// How many unchanged files cost about as much to name again as one changed file costs to replace.
const UNCHANGED_FOR_CHANGED: usize = 10;

/// The files that kiln keeps for itself in an out folder; the record, which tells that a folder is kiln's, last.
const OWN: [&str; 4] = [shard::list::FILE, precompress::FILE, sent::list::FILE, record::FILE];

/// Writes files below the out folder, from any thread.
#[derive(Debug)]
pub(super) struct Writer {
    out: PathBuf,
    /// Whether there is an out folder, which kiln made or which is empty.
    exists: bool,
    staging: Staging,
    /// One for each thread of the pool.
    threads: Vec<Mutex<Thread>>,
    slots: AtomicU32,
    bytes: AtomicU64,
    /// The first name that could not be written because something stands in its place: another page, or a bug.
    contested: Mutex<Option<String>>,
    /// Why nothing more is written: the disk is full for example. What comes after the first failure is no news.
    broken: OnceLock<(String, ErrorKind)>,
}

/// What a thread writes with.
#[derive(Debug)]
struct Thread {
    new: Folders,
    out: Option<Folders>,
    /// For what is read to be compared.
    buffer: Box<[u8]>,
}

/// In bytes: most pages fit in.
const BUFFER: usize = 64 << 10;

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// The out folder has no file of that name.
    New(Slot, Digest),
    /// The out folder has it, with other bytes.
    Changed(Slot, Digest),
    /// The out folder has it, with the same bytes.
    Unchanged(Digest),
}

impl Written {
    /// A path without a file, or a file of a list that is read and not written: it needs no slot of its own.
    pub(super) const NEW: Written = Written::New(Slot(0), Digest { length: 0, hash: 0 });

    fn made(is_there: bool, slot: Slot, digest: Digest) -> Self {
        match is_there {
            true => Written::Changed(slot, digest),
            false => Written::New(slot, digest),
        }
    }
}

/// The number of a new file, as long as it is not in its place: only few change, and folders for them alone cost more than
/// they do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Slot(pub(super) u32);

impl Slot {
    /// Its name below the folder of slots, with no more files in one folder than a folder takes easily.
    fn name(self) -> String {
        format!("{}/{}", self.0 >> 8, self.0)
    }
}

/// What is in the out folder, beside what was made.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    counts: Committed,
    found: Found,
}

impl Comparison {
    /// What kiln did not write, sorted by key.
    pub(super) fn foreign(&self) -> &[String] {
        &self.found.foreign
    }
}

/// What a build did to its out folder.
#[derive(Debug, Default)]
pub(crate) struct Committed {
    pub(crate) written: usize,
    pub(crate) unchanged: usize,
    pub(crate) removed: usize,
    /// Of all files, written or unchanged.
    pub(crate) bytes: u64,
    /// Whether the record names a file that was not made, also where it was gone before, or has another digest of one.
    is_record_stale: bool,
    /// What else a person should know.
    pub(crate) warning: Option<String>,
}

impl Writer {
    /// Looks at the out folder, and makes a place for files that so many threads write. Where it is synced, the new
    /// files are on the disk before they are put in place of others.
    ///
    /// # Errors
    ///
    /// Where the folder holds files and no record of kiln's, is one that must not be written to, or is being
    /// written by another build.
    pub(super) fn open(out: &Path, threads: usize, is_synced: bool) -> Result<Self> {
        for place in staging_places(out) {
            Staging::clean(&place, out)?;
        }
        let exists = look_at(out)?;
        if exists && !folder::is_writable(out) {
            bail!("cannot write {}: Permission denied", out.display());
        }
        let staging = make_staging(out, exists, is_synced)?;
        let open = || {
            let out = exists.then(|| Folders::open(out)).transpose();
            let new = Folders::open(&if exists { staging.slots() } else { staging.files() })?;
            Ok(Mutex::new(Thread { new, out: out?, buffer: vec![0; BUFFER].into() }))
        };
        let threads = (0..threads.max(1)).map(|_| open()).collect::<io::Result<_>>();
        let threads = threads.with_context(|| format!("cannot open {}", out.display()))?;
        Ok(Writer {
            out: out.to_path_buf(),
            exists,
            staging,
            threads,
            slots: AtomicU32::new(0),
            bytes: AtomicU64::new(0),
            contested: Mutex::default(),
            broken: OnceLock::new(),
        })
    }

    /// The out folder.
    pub(super) fn out(&self) -> &Path {
        &self.out
    }

    /// Where a file is made that kiln keeps for itself.
    pub(super) fn new_file(&self, name: &str) -> PathBuf {
        self.staging.files().join(name)
    }

    /// Where lists can be kept that are too long for memory.
    pub(super) fn scratch(&self) -> PathBuf {
        self.staging.folder().to_path_buf()
    }

    /// Writes a file, unless the out folder has it with the same bytes.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> Result<Written> {
        let mut thread = self.begin(name, bytes.len() as u64)?;
        let Thread { out, buffer, .. } = &mut *thread;
        let digest = Digest::of(bytes);
        let is_there = match read(out, name) {
            Some(file) if same::has_bytes(&file, bytes, buffer) => {
                return Ok(Written::Unchanged(digest));
            }
            Some(file) => same::is_file(&file),
            None => false,
        };
        let slot = self.make(&mut thread.new, name, |mut file| file.write_all(bytes))?;
        Ok(Written::made(is_there, slot, digest))
    }

    /// Copies a file, unless the out folder has it with the same bytes.
    pub(super) fn copy(&self, name: &str, from: &mut File) -> Result<Written> {
        let length = from.metadata().context("cannot be read")?.len();
        let mut thread = self.begin(name, length)?;
        let Thread { new, out, buffer } = &mut *thread;
        let there = read(out, name).filter(same::is_file);
        let is_there = there.is_some();
        if let Some(file) = there {
            let same = same::has_content(file, from, length, buffer).context("cannot be read")?;
            if let Some(digest) = same {
                return Ok(Written::Unchanged(digest));
            }
            from.rewind().context("cannot be read again")?;
        }
        // The bytes pass through here so that they are read once for the copy and for the digest.
        let mut digest = Digest::default();
        let slot = self.make(new, name, |mut file| {
            digest = same::copy(from, &mut file, buffer)?;
            Ok(())
        })?;
        Ok(Written::made(is_there, slot, digest))
    }

    /// Keeps a file that the out folder has, where it is right; `None` where it is not.
    pub(super) fn keep(
        &self,
        name: &str,
        is_right: impl FnOnce(&mut dyn Read) -> bool,
    ) -> Option<Written> {
        let file = read(&mut self.thread().out, name).filter(same::is_file)?;
        let mut file = HashingReader::new(file);
        if !is_right(&mut file) {
            return None;
        }
        let digest = file.finish().ok()?;
        self.bytes.fetch_add(digest.length, Relaxed);
        Some(Written::Unchanged(digest))
    }

    /// What this thread writes with.
    fn thread(&self) -> MutexGuard<'_, Thread> {
        let thread = rayon::current_thread_index().unwrap_or_default() % self.threads.len();
        self.threads[thread].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a file: checks its name, and counts its bytes.
    fn begin(&self, name: &str, length: u64) -> Result<MutexGuard<'_, Thread>> {
        record::check_name(name)?;
        self.bytes.fetch_add(length, Relaxed);
        Ok(self.thread())
    }

    /// Makes a new file: in a slot where there is an out folder, otherwise by its name.
    fn make(
        &self,
        new: &mut Folders,
        name: &str,
        fill: impl FnOnce(File) -> io::Result<()>,
    ) -> Result<Slot> {
        if self.broken.get().is_some() {
            return Ok(Slot::default());
        }
        let slot = Slot(self.slots.fetch_add(1, Relaxed));
        let slot_name = self.exists.then(|| slot.name());
        let place = slot_name.as_deref().unwrap_or(name);
        let created = new.made_for(place).and_then(|(folder, name)| folder.create_new(name));
        match created.and_then(fill) {
            Ok(()) => Ok(slot),
            // Only what this build made is in there: two want the same place, and both will be named.
            Err(error) if is_contest(&error) => {
                let mut contested = self.contested.lock().unwrap_or_else(PoisonError::into_inner);
                contested.get_or_insert_with(|| name.to_owned());
                Ok(slot)
            }
            // This name is at fault.
            Err(error) if error.kind() == ErrorKind::InvalidFilename => {
                Err(error).with_context(|| format!("cannot write {name}"))
            }
            Err(error) => {
                let kind = error.kind();
                self.broken.get_or_init(|| (format!("cannot write {name}: {error}"), kind));
                Ok(slot)
            }
        }
    }

    /// Why not all that was made was written.
    pub(super) fn broken(&self) -> Option<Failure> {
        let (reason, kind) = self.broken.get()?;
        let failure = Failure::of(self.out.display().to_string(), reason);
        Some(match kind {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => failure.hint(
                "make room: what is new or changed is made beside the old site, before it takes its place",
            ),
            _ => failure,
        })
    }

    /// Compares what was made with what is in the out folder.
    pub(super) fn compare(&self, listing: &Listing) -> Result<Comparison> {
        let mut counts = Committed { bytes: self.bytes.load(Relaxed), ..Committed::default() };
        if !self.exists {
            counts.written = listing.files()?.count();
            return Ok(Comparison { counts, ..Comparison::default() });
        }
        let usual = Rights::of_new(&self.staging.files())?;
        let (known, counted) = rayon::join(
            || self.count_known(listing, &mut counts),
            || found::count(&self.out, &usual),
        );
        // Where there are as many files as are known, there is nothing else.
        let found = match (known?, counted?) {
            (Some(known), Some(count)) if known == count => Found::default(),
            _ => Found::below(&self.out, &usual)?,
        };
        Ok(Comparison { counts, found })
    }

    /// Counts what became of which file; gives the number of those in the out folder that are kiln's, or `None` where
    /// one that is not stands in the place of a new one.
    fn count_known(&self, listing: &Listing, counts: &mut Committed) -> Result<Option<usize>> {
        let mut out = Folders::open(&self.out)?;
        let own = OWN.iter().filter(|own| self.out.join(own).is_file());
        let (mut known, mut is_all_known) = (own.count(), true);
        for either in record::merged(listing, &self.out)? {
            match either? {
                Either::Made(entry) => {
                    counts.written += 1;
                    is_all_known &= !entry.claim.is_there();
                }
                Either::Both(entry, recorded) => {
                    // The record of an earlier version of kiln has no digests.
                    counts.is_record_stale |= recorded != Some(entry.digest);
                    known += usize::from(entry.claim.is_there());
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
    pub(super) fn discard(&self) {
        // What cannot be removed now is removed by the next build; and what is needed to take a change back is not.
        if !in_place::is_under_way(self.staging.folder()) {
            let _ = self.staging.remove();
        }
    }

    /// Puts what was written in its place. No two may have wanted the same name.
    ///
    /// # Errors
    ///
    /// Where that cannot be done; the out folder is as it was.
    pub(super) fn commit(&self, listing: &Listing, comparison: Comparison) -> Result<Committed> {
        let Comparison { counts: mut committed, found } = comparison;
        if let Some(name) = &*self.contested.lock().unwrap_or_else(PoisonError::into_inner) {
            bail!(
                "cannot write {name}: something else was put in its place while the site was built"
            );
        }
        if !self.exists {
            self.move_new(listing)?;
        } else if self.keep_own()? || committed.written > 0 || committed.is_record_stale {
            committed.warning = self.replace(listing, &found, &committed)?;
        }
        if committed.warning.is_none() {
            // What cannot be removed now is removed by the next build.
            let _ = self.staging.remove();
        }
        Ok(committed)
    }

    /// Keeps those files that kiln has for itself beside the record and that are what they were. Returns true if and only if one
    /// of them is not, or is one more or one less.
    fn keep_own(&self) -> Result<bool> {
        let staged = self.staging.files();
        let mut is_changed = false;
        for own in OWN.into_iter().filter(|own| *own != record::FILE) {
            let open = |folder: &Path| Folders::open(folder).and_then(|mut at| at.read(own)).ok();
            let is_same = match (open(&self.out), open(&staged)) {
                (Some(old), Some(mut new)) => {
                    let length = new.metadata()?.len();
                    same::has_content(old, &mut new, length, &mut vec![0; BUFFER])?.is_some()
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

    /// A later build: as a whole where that can be and is not out of proportion, otherwise file by file.
    ///
    /// Gives a warning where something is left lying.
    fn replace(
        &self,
        listing: &Listing,
        found: &Found,
        counts: &Committed,
    ) -> Result<Option<String>> {
        let named_again = counts.unchanged + found.foreign.len();
        let is_in_proportion = named_again <= FEW.max(counts.written * UNCHANGED_FOR_CHANGED);
        if is_in_proportion
            && !found.is_bound
            && self.staging.is_beside()
            && exchange::apply(&self.out, &self.staging, listing, found).is_ok()
        {
            let removed = exchange::remove_old(&self.out, &self.staging, found);
            return Ok(removed.err().map(|error| format!("{error:#}")));
        }
        in_place::apply(&self.out, &self.staging, listing)?;
        Ok(None)
    }
}

/// Looks at the out folder: true where it is there.
fn look_at(out: &Path) -> Result<bool> {
    let refused = |what: &str| RefusedFolder::new(format!("{} {what}", out.display()));
    match fs::symlink_metadata(out) {
        Ok(data) if !data.is_dir() => bail!(refused("is a file")),
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) if error.kind() == ErrorKind::NotADirectory => {
            bail!(refused("lies below a file"))
        }
        Err(error) => {
            return Err(error).with_context(|| format!("cannot look at {}", out.display()));
        }
    }
    if out.join(record::FILE).is_file() {
        if !record::is_whole(out)? {
            bail!(
                "{}/{} is damaged, and does not tell what kiln wrote\n  hint: remove {} and build again",
                out.display(),
                record::FILE,
                out.display()
            );
        }
        return Ok(true);
    }
    let entries =
        fs::read_dir(out).with_context(|| format!("cannot read the folder {}", out.display()))?;
    // A volume of its own has `lost+found` from the start.
    let is_nothing = |name: &str| is_reserved(name) || name == "lost+found";
    let mut names = entries.flatten().map(|entry| entry.file_name());
    if names.any(|name| !name.to_str().is_some_and(is_nothing)) {
        bail!(refused("is not empty, and kiln did not make it"));
    }
    Ok(true)
}

/// The two places for new files: beside the out folder, and in it where that is a mount for example.
fn staging_places(out: &Path) -> [PathBuf; 2] {
    let name = out.file_name().unwrap_or_default().to_string_lossy();
    [out.with_file_name(format!(".{name}.kiln-new")), out.join(".kiln-new")]
}

fn make_staging(out: &Path, exists: bool, is_synced: bool) -> Result<Staging> {
    let [beside, inside] = staging_places(out);
    if !exists {
        return Staging::open(beside, true, is_synced);
    }
    if is_mount(out) {
        return Staging::open(inside, false, is_synced);
    }
    match fs::create_dir(&beside) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            Staging::open(inside, false, is_synced)
        }
        _ => Staging::open(beside, true, is_synced),
    }
}

/// Returns true if and only if a folder is on another file system than the one above it, as far as that can be told.
#[cfg(unix)]
fn is_mount(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let device = |path: &Path| fs::metadata(path).map(|data| data.dev()).ok();
    device(folder) != folder.parent().and_then(device)
}

#[cfg(not(unix))]
fn is_mount(_: &Path) -> bool {
    false
}

/// Returns true if and only if what failed did so because another file or folder stands in the place.
fn is_contest(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::AlreadyExists | ErrorKind::NotADirectory | ErrorKind::IsADirectory
    )
}

/// Opens the file that the out folder has; `None` where there is none.
fn read(out: &mut Option<Folders>, name: &str) -> Option<File> {
    out.as_mut()?.of_compared(name).and_then(|(folder, name)| folder.read(name)).ok()
}
