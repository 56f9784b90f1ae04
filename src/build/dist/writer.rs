//! Writes the files of a new site, from any thread.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use anyhow::{Context, Result, bail};

use super::compare::OldFile;
use super::folder::Folders;
use super::permissions::NewPermissions;
use super::replacement::Replacement;
use super::staging::Staging;
use super::written::{Slot, Written};
use super::{adopt, compare, folder, record, recover};
use crate::assets::digest::{Digest, HashingReader};
use crate::build::report::diagnostic::Diagnostic;

/// Writes files below the out folder, from any thread.
#[derive(Debug)]
pub(crate) struct Writer {
    pub(super) out: PathBuf,
    /// Whether there is an out folder, which kiln wrote or which is empty.
    pub(super) exists: bool,
    pub(super) staging: Arc<Staging>,
    pub(super) new_permissions: NewPermissions,
    pub(super) replacement: Replacement,
    /// One for each thread of the pool, and one for all others; none if nothing is written.
    threads: Vec<Mutex<Thread>>,
    slots: AtomicU32,
    /// The first name that could not be written because another page has it, or because of a bug.
    pub(super) contested: Mutex<Option<String>>,
    /// Why writing stopped: the disk is full, for example. Only the first failure is reported.
    pub(super) broken: OnceLock<(String, ErrorKind)>,
}

/// The state of a thread that writes. Aligned, since threads that write to one line of the processor's cache would wait for each
/// other.
#[derive(Debug)]
#[repr(align(128))]
struct Thread {
    new: Folders,
    out: Option<Folders>,
    /// For files that are read to be compared.
    buffer: Box<[u8]>,
    /// The number of bytes that it has written or kept. A count that all threads share would be contended.
    bytes: u64,
}

/// In bytes: most pages fit.
pub(super) const BUFFER: usize = 64 << 10;

impl Writer {
    /// Checks the out folder, and prepares for writing from this many threads. If it is synced, the new files are
    /// flushed to the disk before they replace others.
    ///
    /// # Errors
    ///
    /// Fails if the folder contains files but no record of kiln's, must not be written to, or is being written by
    /// another build.
    pub(crate) fn open(
        out: &Path,
        threads: usize,
        is_synced: bool,
        replacement: Replacement,
    ) -> Result<Self> {
        for place in adopt::staging_places(out) {
            recover::clean(&place, out)?;
        }
        let exists = adopt::look_at(out)?;
        if exists && !folder::is_writable(out) {
            bail!("cannot write {}: Permission denied", out.display());
        }
        let staging = adopt::make_staging(out, exists, is_synced)?;
        let open = || {
            let out = exists.then(|| Folders::open(out)).transpose();
            let new = Folders::open(&if exists { staging.slots() } else { staging.files() })?;
            Ok(Mutex::new(Thread { new, out: out?, buffer: vec![0; BUFFER].into(), bytes: 0 }))
        };
        let threads = (0..=threads.max(1)).map(|_| open()).collect::<io::Result<_>>();
        let threads = threads.with_context(|| format!("cannot open {}", out.display()))?;
        Ok(Writer {
            out: out.to_path_buf(),
            exists,
            new_permissions: staging.new_permissions()?,
            staging: Arc::new(staging),
            replacement,
            threads,
            slots: AtomicU32::new(0),
            contested: Mutex::default(),
            broken: OnceLock::new(),
        })
    }

    /// A writer that checks names and writes nothing. The folder is only for lists that do not fit into memory.
    ///
    /// # Errors
    ///
    /// Fails if the folder cannot be created, or belongs to another process.
    #[cfg(feature = "check")]
    pub(crate) fn nowhere(folder: &Path) -> Result<Self> {
        let staging = Staging::of_process(folder.to_path_buf())?;
        Ok(Writer {
            out: folder.to_path_buf(),
            exists: false,
            new_permissions: staging.new_permissions()?,
            staging: Arc::new(staging),
            replacement: Replacement::InProportion,
            threads: vec![],
            slots: AtomicU32::new(0),
            contested: Mutex::default(),
            broken: OnceLock::new(),
        })
    }

    /// The out folder.
    pub(crate) fn out(&self) -> &Path {
        &self.out
    }

    /// The path for one of kiln's own files.
    pub(crate) fn new_file(&self, name: &str) -> PathBuf {
        self.staging.files().join(name)
    }

    /// A folder for lists that do not fit into memory.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.staging.folder().to_path_buf()
    }

    /// Writes a file, unless the out folder has it with the same bytes and the permissions of a new one.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> Result<Written> {
        let Some(mut thread) = self.begin(name, bytes.len() as u64)? else {
            return Ok(Written::NEW);
        };
        let Thread { out, buffer, new, .. } = &mut *thread;
        let digest = Digest::of(bytes);
        let old = self.read(out, name);
        if old.as_ref().is_some_and(|old| old.equals(bytes, buffer)) {
            return Ok(Written::Unchanged(digest));
        }
        let slot = self.make(new, name, |mut file| file.write_all(bytes))?;
        Ok(Written::made(old.is_some(), slot, digest))
    }

    /// Copies a file, unless the out folder has it with the same bytes and the permissions of a new one.
    pub(crate) fn copy(&self, name: &str, from: &mut File) -> Result<Written> {
        let length = from.metadata().context("cannot be read")?.len();
        let Some(mut thread) = self.begin(name, length)? else { return Ok(Written::NEW) };
        let Thread { new, out, buffer, .. } = &mut *thread;
        let old = self.read(out, name);
        if let Some(old) = &old {
            let same = old.equals_file(from, length, buffer).context("cannot be read")?;
            if let Some(digest) = same {
                return Ok(Written::Unchanged(digest));
            }
            from.rewind().context("cannot be read again")?;
        }
        // The bytes pass through here so that the copy and the digest need only one read.
        let mut digest = Digest::default();
        let slot = self.make(new, name, |mut file| {
            digest = compare::copy(from, &mut file, buffer)?;
            Ok(())
        })?;
        Ok(Written::made(old.is_some(), slot, digest))
    }

    /// Keeps a file of the out folder if it is up to date; `None` if it is not.
    pub(crate) fn keep(
        &self,
        name: &str,
        is_right: impl FnOnce(&mut dyn Read) -> bool,
    ) -> Option<Written> {
        let old = self.read(&mut self.thread()?.out, name).filter(|old| old.has_new_permissions)?;
        let mut file = HashingReader::new(old.file);
        if !is_right(&mut file) {
            return None;
        }
        let digest = file.finish().ok()?;
        self.thread()?.bytes += digest.length;
        Some(Written::Unchanged(digest))
    }

    /// The number of bytes of all files, written or kept.
    pub(super) fn bytes(&self) -> u64 {
        let bytes = |thread: &Mutex<Thread>| lock(thread).bytes;
        self.threads.iter().map(bytes).sum()
    }

    /// Opens the file in the out folder; `None` if it does not exist.
    fn read(&self, out: &mut Option<Folders>, name: &str) -> Option<OldFile> {
        let opened = out.as_mut()?.of_compared(name).and_then(|(folder, name)| folder.read(name));
        OldFile::of(opened.ok()?, &self.new_permissions)
    }

    /// The state of this thread; `None` if nothing is written.
    fn thread(&self) -> Option<MutexGuard<'_, Thread>> {
        let last = self.threads.len().checked_sub(1)?;
        let index = rayon::current_thread_index().unwrap_or(last);
        Some(lock(&self.threads[index.min(last)]))
    }

    /// Starts a file: checks its name, and counts its bytes. The result is `None` if nothing is written.
    fn begin(&self, name: &str, length: u64) -> Result<Option<MutexGuard<'_, Thread>>> {
        record::check_name(name)?;
        let mut thread = self.thread();
        if let Some(thread) = &mut thread {
            thread.bytes += length;
        }
        Ok(thread)
    }

    /// Creates a new file: in a slot if there is an out folder, otherwise under its name.
    fn make(
        &self,
        new: &mut Folders,
        name: &str,
        fill: impl FnOnce(File) -> io::Result<()>,
    ) -> Result<Slot> {
        if self.broken.get().is_some() {
            return Ok(Slot::default());
        }
        // Without an out folder, nothing is moved one by one.
        let slot = self.exists.then(|| Slot(self.slots.fetch_add(1, Relaxed)));
        let (slot, slot_name) = (slot.unwrap_or_default(), slot.map(Slot::name));
        let place = slot_name.as_deref().unwrap_or(name);
        let created = new.made_for(place).and_then(|(folder, name)| folder.create_new(name));
        match created.and_then(fill) {
            Ok(()) => Ok(slot),
            // The folder only contains files of this build, so two sources have the same name. Both will be reported.
            Err(error) if is_contest(&error) => {
                let mut contested = self.contested.lock().unwrap_or_else(PoisonError::into_inner);
                contested.get_or_insert_with(|| name.to_owned());
                Ok(slot)
            }
            // Only this name is invalid.
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

    /// Why some files were not written.
    pub(crate) fn broken(&self) -> Option<Diagnostic> {
        let (reason, kind) = self.broken.get()?;
        let failure = Diagnostic::of(self.out.display().to_string(), reason);
        Some(match kind {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => failure.hint(
                "free some space: new and changed files are written beside the old site before they replace it",
            ),
            _ => failure,
        })
    }
}

fn lock(thread: &Mutex<Thread>) -> MutexGuard<'_, Thread> {
    thread.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns true if and only if the error was caused by another file or folder with that name.
fn is_contest(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::AlreadyExists | ErrorKind::NotADirectory | ErrorKind::IsADirectory
    )
}
