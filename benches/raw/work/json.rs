//! The JSON files: a hundred files of 300 bytes in each folder, created and compared in several ways.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read, Write as _};
use std::ops::Range;
use std::os::fd::OwnedFd;

use rustix::fs::{self as at, AtFlags, CWD, Mode, OFlags};

use super::threads;
use super::tree::{make_folder, open_folder};

/// The number of files in a folder.
pub(crate) const GROUP: usize = 100;

/// The text of each page of `benches/sites/json`.
const TEXT: &str = "A description of two hundred bytes or so, as an API has it beside each of its records: \
                    long enough to be no mere number, and short enough that the file system, not the text, \
                    is what costs time here.";

/// A tree of small files, at `folder/data/GROUP/ID.json`.
pub(crate) struct Json {
    pub(crate) folder: String,
    pub(crate) count: usize,
    version: usize,
    threads: usize,
}

/// Buffers that a thread reuses for each file.
#[derive(Default)]
pub(crate) struct Buffers {
    path: String,
    body: String,
    read: Vec<u8>,
}

impl Json {
    pub(crate) fn new(folder: &str, count: usize, version: usize) -> Self {
        Json { folder: folder.to_owned(), count, version, threads: threads::count() }
    }

    /// The same with one thread.
    pub(crate) fn alone(self) -> Self {
        Json { threads: 1, ..self }
    }

    pub(crate) fn groups(&self) -> usize {
        self.count / GROUP
    }

    /// All groups, in one contiguous part for each thread.
    pub(crate) fn in_parts(
        &self,
        work: impl Fn(Range<usize>, &mut Buffers) -> io::Result<()> + Sync,
    ) -> io::Result<()> {
        threads::in_parts_of(self.threads, self.groups(), |groups| {
            work(groups, &mut Buffers::default())
        })
    }

    /// Writes the bytes of a file. One file of a hundred contains the version.
    fn body(&self, buffers: &mut Buffers, group: usize, id: usize) {
        let number = group * GROUP + id;
        let version = if id == 0 { self.version } else { 0 };
        buffers.body.clear();
        let _ = write!(
            buffers.body,
            r#"{{"email":"user-{number}@example.com","group":{group},"id":{id},"name":"User {number}","text":"{TEXT}","version":{version}}}"#
        );
    }

    fn path(&self, buffers: &mut Buffers, group: usize, id: usize) {
        buffers.path.clear();
        let _ = write!(buffers.path, "{}/data/{group}/{id}.json", self.folder);
    }

    /// Creates all files by their full paths.
    pub(crate) fn create(&self) -> io::Result<()> {
        fs::create_dir_all(format!("{}/data", self.folder))?;
        self.in_parts(|groups, buffers| {
            for group in groups {
                fs::create_dir(format!("{}/data/{group}", self.folder))?;
                for id in 0..GROUP {
                    self.path(buffers, group, id);
                    self.body(buffers, group, id);
                    File::create(&buffers.path)?.write_all(buffers.body.as_bytes())?;
                }
            }
            Ok(())
        })
    }

    /// Creates all files relative to the handles of their folders.
    pub(crate) fn create_at(&self) -> io::Result<()> {
        let data = self.make_data()?;
        self.in_parts(|groups, buffers| {
            for group in groups {
                let folder = make_folder(&data, &group.to_string())?;
                for id in 0..GROUP {
                    self.write_at(&folder, buffers, group, id, NEW)?;
                }
            }
            Ok(())
        })
    }

    /// The same, but all folders are created before the first file.
    pub(crate) fn create_at_folders_first(&self) -> io::Result<()> {
        self.make_folders()?;
        self.write_all(NEW)
    }

    /// The same, but the threads share each folder and take its files in turn.
    pub(crate) fn create_at_in_turn(&self) -> io::Result<()> {
        let data = self.make_folders()?;
        let count = threads::count();
        threads::in_parts(count, |threads| {
            let buffers = &mut Buffers::default();
            for group in 0..self.groups() {
                let folder = open_folder(&data, &group.to_string())?;
                for id in (threads.start..GROUP).step_by(count) {
                    self.write_at(&folder, buffers, group, id, NEW)?;
                }
            }
            Ok(())
        })
    }

    /// Creates all files in one folder, by their full paths.
    pub(crate) fn create_flat(&self) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        self.in_parts(|groups, buffers| {
            for group in groups {
                for id in 0..GROUP {
                    buffers.path.clear();
                    let _ = write!(buffers.path, "{}/{group}-{id}.json", self.folder);
                    self.body(buffers, group, id);
                    File::create(&buffers.path)?.write_all(buffers.body.as_bytes())?;
                }
            }
            Ok(())
        })
    }

    /// Opens each file by its full path, reads it and compares it.
    pub(crate) fn compare(&self) -> io::Result<()> {
        self.in_parts(|groups, buffers| {
            for (group, id) in files(groups) {
                self.path(buffers, group, id);
                self.body(buffers, group, id);
                let mut file = File::open(&buffers.path)?;
                buffers.read.resize(buffers.body.len() + 1, 0);
                let length = file.read(&mut buffers.read)?;
                expect_same(buffers, length)?;
            }
            Ok(())
        })
    }

    /// The same relative to the handles of the folders.
    pub(crate) fn compare_at(&self) -> io::Result<()> {
        self.in_folders(|folder, group, buffers| {
            for id in 0..GROUP {
                self.body(buffers, group, id);
                let file = at::openat(folder, name(buffers, id), READ, Mode::empty())?;
                buffers.read.resize(buffers.body.len() + 1, 0);
                let length = rustix::io::read(&file, &mut buffers.read)?;
                expect_same(buffers, length)?;
            }
            Ok(())
        })
    }

    /// Gets the size of each file by its full path.
    pub(crate) fn stat(&self) -> io::Result<()> {
        self.in_parts(|groups, buffers| {
            for (group, id) in files(groups) {
                self.path(buffers, group, id);
                self.body(buffers, group, id);
                expect_length(fs::metadata(&buffers.path)?.len(), buffers)?;
            }
            Ok(())
        })
    }

    /// The same relative to the handles of the folders.
    pub(crate) fn stat_at(&self) -> io::Result<()> {
        self.in_folders(|folder, group, buffers| {
            for id in 0..GROUP {
                self.body(buffers, group, id);
                let stat = at::statat(folder, name(buffers, id), AtFlags::SYMLINK_NOFOLLOW)?;
                expect_length(stat.st_size.unsigned_abs(), buffers)?;
            }
            Ok(())
        })
    }

    /// Overwrites the bytes of each file in place.
    pub(crate) fn overwrite(&self) -> io::Result<()> {
        self.write_all(OFlags::WRONLY.union(OFlags::CLOEXEC))
    }

    /// Truncates each file, and writes it.
    pub(crate) fn truncate(&self) -> io::Result<()> {
        self.write_all(OFlags::WRONLY.union(OFlags::TRUNC).union(OFlags::CLOEXEC))
    }

    fn write_all(&self, flags: OFlags) -> io::Result<()> {
        self.in_folders(|folder, group, buffers| {
            (0..GROUP).try_for_each(|id| self.write_at(folder, buffers, group, id, flags))
        })
    }

    /// Removes each file, and creates it again.
    pub(crate) fn unlink_create(&self) -> io::Result<()> {
        self.in_folders(|folder, group, buffers| {
            for id in 0..GROUP {
                at::unlinkat(folder, name(buffers, id), AtFlags::empty())?;
                self.write_at(folder, buffers, group, id, NEW)?;
            }
            Ok(())
        })
    }

    /// Writes each file under another name in its folder, and renames it over the existing one.
    pub(crate) fn temporary_rename(&self) -> io::Result<()> {
        self.in_folders(|folder, group, buffers| {
            for id in 0..GROUP {
                self.body(buffers, group, id);
                let temporary = at::openat(folder, ".new", NEW, MODE)?;
                write(&temporary, buffers)?;
                at::renameat(folder, ".new", folder, name(buffers, id))?;
            }
            Ok(())
        })
    }

    /// All folders of the tree, by handle.
    pub(crate) fn in_folders(
        &self,
        work: impl Fn(&OwnedFd, usize, &mut Buffers) -> io::Result<()> + Sync,
    ) -> io::Result<()> {
        let data = open_folder(CWD, &format!("{}/data", self.folder))?;
        self.in_parts(|groups, buffers| {
            for group in groups {
                work(&open_folder(&data, &group.to_string())?, group, buffers)?;
            }
            Ok(())
        })
    }

    fn make_folders(&self) -> io::Result<OwnedFd> {
        let data = self.make_data()?;
        for group in 0..self.groups() {
            at::mkdirat(&data, group.to_string(), Mode::from_raw_mode(0o777))?;
        }
        Ok(data)
    }

    fn make_data(&self) -> io::Result<OwnedFd> {
        let data = format!("{}/data", self.folder);
        fs::create_dir_all(&data)?;
        open_folder(CWD, &data)
    }

    pub(crate) fn write_at(
        &self,
        folder: &OwnedFd,
        buffers: &mut Buffers,
        group: usize,
        id: usize,
        flags: OFlags,
    ) -> io::Result<()> {
        self.body(buffers, group, id);
        let file = at::openat(folder, name(buffers, id), flags, MODE)?;
        write(&file, buffers)
    }
}

/// The flags for creating a new file.
pub(crate) const NEW: OFlags =
    OFlags::WRONLY.union(OFlags::CREATE).union(OFlags::TRUNC).union(OFlags::CLOEXEC);
const READ: OFlags = OFlags::RDONLY.union(OFlags::CLOEXEC);
const MODE: Mode = Mode::from_raw_mode(0o666);

fn files(groups: Range<usize>) -> impl Iterator<Item = (usize, usize)> {
    groups.flat_map(|group| (0..GROUP).map(move |id| (group, id)))
}

/// The name of a file in its folder.
pub(crate) fn name(buffers: &mut Buffers, id: usize) -> &str {
    buffers.path.clear();
    let _ = write!(buffers.path, "{id}.json");
    &buffers.path
}

fn write(file: &OwnedFd, buffers: &Buffers) -> io::Result<()> {
    match rustix::io::write(file, buffers.body.as_bytes())? == buffers.body.len() {
        true => Ok(()),
        false => Err(io::ErrorKind::WriteZero.into()),
    }
}

fn expect_same(buffers: &Buffers, length: usize) -> io::Result<()> {
    match buffers.read[..length] == *buffers.body.as_bytes() {
        true => Ok(()),
        false => Err(io::Error::other(format!("{} has other bytes", buffers.path))),
    }
}

fn expect_length(length: u64, buffers: &Buffers) -> io::Result<()> {
    match length == buffers.body.len() as u64 {
        true => Ok(()),
        false => Err(io::Error::other(format!("{} has another length", buffers.path))),
    }
}
