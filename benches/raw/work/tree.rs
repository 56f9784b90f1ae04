//! Operations on an existing tree: linking, exchanging, listing and removing it.

use std::fs;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{self as at, AtFlags, CWD, Mode, OFlags, RawDir, RenameFlags};

use super::json::{GROUP, Json, NEW, name};

const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

pub(crate) fn open_folder(parent: impl AsFd, name: &str) -> io::Result<OwnedFd> {
    Ok(at::openat(parent, name, FOLDER, Mode::empty())?)
}

pub(crate) fn make_folder(parent: impl AsFd, name: &str) -> io::Result<OwnedFd> {
    at::mkdirat(&parent, name, Mode::from_raw_mode(0o777))?;
    open_folder(parent, name)
}

impl Json {
    /// The folder for changed files and for a second tree.
    fn staging(&self) -> String {
        format!("{}.new", self.folder)
    }

    /// Writes the changed file of each group into a folder beside the tree.
    pub(crate) fn stage_changed(&self) -> io::Result<()> {
        let staging = make_folder(CWD, &self.staging())?;
        self.in_parts(|groups, buffers| {
            for group in groups {
                let folder = make_folder(&staging, &group.to_string())?;
                self.write_at(&folder, buffers, group, 0, NEW)?;
            }
            Ok(())
        })
    }

    /// Renames the changed files over those of the tree.
    pub(crate) fn rename_changed(&self) -> io::Result<()> {
        self.move_changed(RenameFlags::empty())
    }

    /// Exchanges the changed files with those of the tree.
    pub(crate) fn exchange_changed(&self) -> io::Result<()> {
        self.move_changed(RenameFlags::EXCHANGE)
    }

    fn move_changed(&self, flags: RenameFlags) -> io::Result<()> {
        let staging = open_folder(CWD, &self.staging())?;
        self.in_folders(|folder, group, _| {
            let from = open_folder(&staging, &group.to_string())?;
            Ok(at::renameat_with(&from, "0.json", folder, "0.json", flags)?)
        })
    }

    /// Makes a second tree of links to the same files.
    pub(crate) fn link_tree(&self) -> io::Result<()> {
        let staging = make_folder(CWD, &self.staging())?;
        let data = make_folder(&staging, "data")?;
        self.in_folders(|folder, group, buffers| {
            let new = make_folder(&data, &group.to_string())?;
            for id in 0..GROUP {
                let name = name(buffers, id);
                at::linkat(folder, name, &new, name, AtFlags::empty())?;
            }
            Ok(())
        })
    }

    /// Exchanges the tree with the second one atomically.
    pub(crate) fn exchange_tree(&self) -> io::Result<()> {
        let (from, to) = (self.staging(), &self.folder);
        Ok(at::renameat_with(CWD, from, CWD, to, RenameFlags::EXCHANGE)?)
    }

    /// Removes the tree relative to the handles of its folders, on all threads.
    pub(crate) fn remove_tree(&self) -> io::Result<()> {
        let path = format!("{}/data", self.folder);
        let data = open_folder(CWD, &path)?;
        self.in_folders(|folder, group, buffers| {
            for id in 0..GROUP {
                at::unlinkat(folder, name(buffers, id), AtFlags::empty())?;
            }
            Ok(at::unlinkat(&data, group.to_string(), AtFlags::REMOVEDIR)?)
        })?;
        fs::remove_dir(&path)?;
        fs::remove_dir(&self.folder)
    }

    /// Removes the tree with `std::fs::remove_dir_all`, on one thread.
    pub(crate) fn remove_tree_std(&self) -> io::Result<()> {
        fs::remove_dir_all(&self.folder)
    }

    /// Lists all folders relative to the handles of their parents.
    pub(crate) fn list(&self) -> io::Result<()> {
        self.in_folders(|folder, _, _| {
            let mut buffer = [MaybeUninit::uninit(); 8192];
            let mut entries = RawDir::new(folder, &mut buffer);
            let mut files = 0;
            while let Some(entry) = entries.next() {
                files += usize::from(entry?.file_type().is_file());
            }
            expect_whole(files)
        })
    }

    /// Lists all folders with `std::fs::read_dir`, by their full paths.
    pub(crate) fn list_std(&self) -> io::Result<()> {
        self.in_parts(|groups, _| {
            for group in groups {
                let mut files = 0;
                for entry in fs::read_dir(format!("{}/data/{group}", self.folder))? {
                    files += usize::from(entry?.file_type()?.is_file());
                }
                expect_whole(files)?;
            }
            Ok(())
        })
    }
}

fn expect_whole(files: usize) -> io::Result<()> {
    match files == GROUP {
        true => Ok(()),
        false => Err(io::Error::other(format!("a folder of {files} files"))),
    }
}
