//! Writes the out folder: into a folder of its own first, and in its place when everything is there.
//!
//! Where there is no out folder yet, the whole of it is made beside its place and renamed. Where there is one, only
//! files that differ are made; then the two are put together, either by an [`exchange`] of folders, which shows
//! the new site as a whole, or file by file, [`in_place`]. A record in the folder names what kiln wrote, and
//! nothing else is ever removed or replaced.
pub(crate) mod out_folder;

mod adopt;
#[cfg(feature = "server")]
pub(crate) mod built;
mod change;
mod cleanup;
mod commit;
mod exchange;
mod folder;
mod found;
mod in_place;
mod journal;
pub(crate) mod own_files;
mod record;
mod rights;
mod same;
mod staging;
#[cfg(feature = "server")]
pub(crate) mod view;

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use anyhow::{Context, Result, bail};

use self::rights::Rights;
use self::same::OldFile;
use self::staging::Staging;
use super::manifest::digest::{Digest, HashingReader};
use super::report::failure::Failure;

pub(crate) use self::cleanup::Cleanup;
pub(crate) use self::commit::Committed;
pub(crate) use self::folder::Folders;
pub(crate) use self::record::{is_reserved, reserved_for};

/// Writes files below the out folder, from any thread.
#[derive(Debug)]
pub(crate) struct Writer {
    out: PathBuf,
    /// Whether there is an out folder, which kiln made or which is empty.
    exists: bool,
    staging: Arc<Staging>,
    rights: Rights,
    way: Way,
    /// One for each thread of the pool.
    threads: Vec<Mutex<Thread>>,
    slots: AtomicU32,
    bytes: AtomicU64,
    /// The first name that could not be written because something stands in its place: another page, or a bug.
    contested: Mutex<Option<String>>,
    /// Why nothing more is written: the disk is full for example. What comes after the first failure is no news.
    broken: OnceLock<(String, ErrorKind)>,
}

/// How a site takes the place of the one before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Way {
    /// In one step where that is in proportion to what changed, and file by file otherwise.
    #[default]
    InProportion,
    /// In one step, or not at all.
    Atomic,
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
pub(crate) enum Written {
    /// The out folder has no file of that name.
    New(Slot, Digest),
    /// The out folder has it, with other bytes.
    Changed(Slot, Digest),
    /// The out folder has it, with the same bytes.
    Unchanged(Digest),
}

impl Written {
    /// A path without a file, or a file of a list that is read and not written: it needs no slot of its own.
    pub(crate) const NEW: Written = Written::New(Slot(0), Digest { length: 0, hash: 0 });

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
pub(crate) struct Slot(pub(crate) u32);

impl Slot {
    /// Its name below the folder of slots, with no more files in one folder than a folder takes easily.
    fn name(self) -> String {
        format!("{}/{}", self.0 >> 8, self.0)
    }
}

impl Writer {
    /// Looks at the out folder, and makes a place for files that so many threads write. Where it is synced, the new
    /// files are on the disk before they are put in place of others.
    ///
    /// # Errors
    ///
    /// Where the folder holds files and no record of kiln's, is one that must not be written to, or is being
    /// written by another build.
    pub(crate) fn open(out: &Path, threads: usize, is_synced: bool, way: Way) -> Result<Self> {
        for place in adopt::staging_places(out) {
            Staging::clean(&place, out)?;
        }
        let exists = adopt::look_at(out)?;
        if exists && !folder::is_writable(out) {
            bail!("cannot write {}: Permission denied", out.display());
        }
        let staging = adopt::make_staging(out, exists, is_synced)?;
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
            rights: staging.rights()?,
            staging: Arc::new(staging),
            way,
            threads,
            slots: AtomicU32::new(0),
            bytes: AtomicU64::new(0),
            contested: Mutex::default(),
            broken: OnceLock::new(),
        })
    }

    /// The out folder.
    pub(crate) fn out(&self) -> &Path {
        &self.out
    }

    /// Where a file is made that kiln keeps for itself.
    pub(crate) fn new_file(&self, name: &str) -> PathBuf {
        self.staging.files().join(name)
    }

    /// Where lists can be kept that are too long for memory.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.staging.folder().to_path_buf()
    }

    /// Writes a file, unless the out folder has it with the same bytes and the permissions of a new one.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> Result<Written> {
        let mut thread = self.begin(name, bytes.len() as u64)?;
        let Thread { out, buffer, .. } = &mut *thread;
        let digest = Digest::of(bytes);
        let old = self.read(out, name);
        if old.as_ref().is_some_and(|old| old.is_like(bytes, buffer)) {
            return Ok(Written::Unchanged(digest));
        }
        let slot = self.make(&mut thread.new, name, |mut file| file.write_all(bytes))?;
        Ok(Written::made(old.is_some(), slot, digest))
    }

    /// Copies a file, unless the out folder has it with the same bytes and the permissions of a new one.
    pub(crate) fn copy(&self, name: &str, from: &mut File) -> Result<Written> {
        let length = from.metadata().context("cannot be read")?.len();
        let mut thread = self.begin(name, length)?;
        let Thread { new, out, buffer } = &mut *thread;
        let old = self.read(out, name);
        if let Some(old) = &old {
            let same = old.is_like_file(from, length, buffer).context("cannot be read")?;
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
        Ok(Written::made(old.is_some(), slot, digest))
    }

    /// Keeps a file that the out folder has, where it is right; `None` where it is not.
    pub(crate) fn keep(
        &self,
        name: &str,
        is_right: impl FnOnce(&mut dyn Read) -> bool,
    ) -> Option<Written> {
        let old = self.read(&mut self.thread().out, name).filter(|old| old.has_usual_rights)?;
        let mut file = HashingReader::new(old.file);
        if !is_right(&mut file) {
            return None;
        }
        let digest = file.finish().ok()?;
        self.bytes.fetch_add(digest.length, Relaxed);
        Some(Written::Unchanged(digest))
    }

    /// Opens the file that the out folder has; `None` where there is none.
    fn read(&self, out: &mut Option<Folders>, name: &str) -> Option<OldFile> {
        let opened = out.as_mut()?.of_compared(name).and_then(|(folder, name)| folder.read(name));
        OldFile::of(opened.ok()?, &self.rights)
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
    pub(crate) fn broken(&self) -> Option<Failure> {
        let (reason, kind) = self.broken.get()?;
        let failure = Failure::of(self.out.display().to_string(), reason);
        Some(match kind {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => failure.hint(
                "make room: what is new or changed is made beside the old site, before it takes its place",
            ),
            _ => failure,
        })
    }
}

/// Returns true if and only if what failed did so because another file or folder stands in the place.
fn is_contest(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::AlreadyExists | ErrorKind::NotADirectory | ErrorKind::IsADirectory
    )
}
