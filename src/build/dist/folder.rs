//! An open folder in which names are looked up.
//!
//! The path of a folder is resolved once instead of for each file. Links in it are not followed, so nothing outside the
//! folder is reached. Systems without such handles resolve the whole path each time.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::Path;

pub(super) use self::system::{Folder, exchange, inspect, is_writable, rename_new};

/// What is compared of an opened file besides its bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct FileData {
    pub(super) is_file: bool,
    pub(super) length: u64,
    /// The bits of its mode that are permissions, and special ones; 0 on systems other than Unix.
    pub(super) permissions: u32,
}

impl Folder {
    /// Opens the subfolder with this name, and creates it and its parents if they are missing.
    pub(super) fn made(&self, name: &str) -> io::Result<Folder> {
        match self.folder(name) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            found => return found,
        }
        for (slash, _) in name.match_indices('/') {
            self.make(&name[..slash])?;
        }
        self.make(name)?;
        self.folder(name)
    }

    /// Creates a folder unless it exists.
    pub(super) fn make(&self, name: &str) -> io::Result<()> {
        match self.make_new(name) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            made => made,
        }
    }

    /// Removes the parents of a name as long as they are empty. Some of them may not exist.
    pub(super) fn remove_empty_above(&self, name: &str) {
        for (slash, _) in name.rmatch_indices('/') {
            match self.remove_folder(&name[..slash]) {
                Err(error) if error.kind() != ErrorKind::NotFound => break,
                _ => {}
            }
        }
    }
}

/// A folder and the subfolder that was used last: files are sorted by folder.
#[derive(Debug)]
pub(crate) struct Folders {
    root: Folder,
    last: Option<(String, Folder)>,
}

impl Folders {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        Ok(Folders { root: Folder::open(path)?, last: None })
    }

    /// Opens a regular file for reading, and fails otherwise.
    pub(crate) fn read(&mut self, name: &str) -> io::Result<File> {
        let (folder, name) = self.of(name)?;
        let file = folder.read(name)?;
        match file.metadata()?.is_file() {
            true => Ok(file),
            false => Err(io::Error::new(ErrorKind::InvalidInput, "no plain file")),
        }
    }

    pub(super) fn root(&self) -> &Folder {
        &self.root
    }

    /// Closes the folder used last, since it may be removed.
    pub(super) fn forget(&mut self) {
        self.last = None;
    }

    /// The folder of a file, and the rest of its name.
    pub(super) fn of<'a>(&mut self, name: &'a str) -> io::Result<(&Folder, &'a str)> {
        let (folder, rest) = self.of_with(name, Folder::folder)?;
        if let Some(own) = rest.strip_suffix(INDEX) {
            folder.check_folder(own)?;
        }
        Ok((folder, rest))
    }

    /// Like `of`, for a file that is only compared: the folder of a single `index.html` may be a link. Checking that
    /// takes longer than reading a small file.
    pub(super) fn of_compared<'a>(&mut self, name: &'a str) -> io::Result<(&Folder, &'a str)> {
        self.of_with(name, Folder::folder)
    }

    /// The folder of a file, created if it is missing, and the rest of its name.
    pub(super) fn made_for<'a>(&mut self, name: &'a str) -> io::Result<(&Folder, &'a str)> {
        let (folder, rest) = self.of_with(name, Folder::made)?;
        if let Some(own) = rest.strip_suffix(INDEX) {
            match folder.make_new(own) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    folder.check_folder(own)?;
                }
                made => made?,
            }
        }
        Ok((folder, rest))
    }

    fn of_with<'a>(
        &mut self,
        name: &'a str,
        open: impl FnOnce(&Folder, &str) -> io::Result<Folder>,
    ) -> io::Result<(&Folder, &'a str)> {
        let Some((above, rest)) = split(name) else { return Ok((&self.root, name)) };
        if self.last.as_ref().is_none_or(|(last, _)| last != above) {
            self.last = Some((above.to_owned(), open(&self.root, above)?));
        }
        let folder = self.last.as_ref().map_or(&self.root, |(_, folder)| folder);
        Ok((folder, rest))
    }
}

/// Opens a file below a folder for reading; fails if it is not a regular file, or if it or a folder in its path is a
/// link.
#[cfg(feature = "server")]
pub(super) fn open_file(out: &Path, name: &str) -> io::Result<File> {
    let root = Folder::open(out)?;
    let file = match name.rsplit_once('/') {
        Some((above, own)) => root.folder(above)?.read(own)?,
        None => root.read(name)?,
    };
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(io::Error::new(ErrorKind::InvalidInput, "no plain file")),
    }
}

/// The end of the name of a file that mostly has a folder of its own.
const INDEX: &str = "/index.html";

/// Splits a name into a folder and the rest. The folder of an `index.html` mostly contains nothing else, so it is part
/// of the rest.
fn split(name: &str) -> Option<(&str, &str)> {
    let own = name.strip_suffix(INDEX).unwrap_or(name);
    // Most names are so short that a search for one byte takes longer to begin.
    let slash = own.bytes().rposition(|byte| byte == b'/')?;
    Some((&name[..slash], &name[slash + 1..]))
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
mod system {
    use std::fs::{File, Permissions};
    use std::io;
    use std::os::fd::OwnedFd;
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::path::Path;

    use rustix::fs::{self, Access, AtFlags, Mode, OFlags, RenameFlags};

    const FILE_MODE: Mode = Mode::from_bits_retain(0o666);
    const FOLDER_MODE: Mode = Mode::from_bits_retain(0o777);

    /// An open folder.
    #[derive(Debug)]
    pub(in crate::build::dist) struct Folder(OwnedFd);

    impl Folder {
        pub(in crate::build::dist) fn open(path: &Path) -> io::Result<Self> {
            Ok(Folder(fs::open(
                path,
                OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC,
                Mode::empty(),
            )?))
        }

        /// Opens the subfolder with this name.
        pub(in crate::build::dist) fn folder(&self, name: &str) -> io::Result<Self> {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let mut folder: Option<OwnedFd> = None;
            for component in name.split('/') {
                folder = Some(match &folder {
                    None => fs::openat(&self.0, component, flags, Mode::empty())?,
                    Some(above) => fs::openat(above, component, flags, Mode::empty())?,
                });
            }
            folder.map(Folder).ok_or_else(|| io::ErrorKind::NotFound.into())
        }

        pub(in crate::build::dist) fn make_new(&self, name: &str) -> io::Result<()> {
            Ok(fs::mkdirat(&self.0, name, FOLDER_MODE)?)
        }

        pub(in crate::build::dist) fn create_new(&self, name: &str) -> io::Result<File> {
            let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
            Ok(fs::openat(&self.0, name, flags, FILE_MODE)?.into())
        }

        /// Opens a file for reading; fails if it is a link.
        pub(in crate::build::dist) fn read(&self, name: &str) -> io::Result<File> {
            let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
            Ok(fs::openat(&self.0, name, flags, Mode::empty())?.into())
        }

        /// Returns true if and only if it is a regular file and not a link.
        pub(in crate::build::dist) fn is_file(&self, name: &str) -> bool {
            fs::statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW)
                .is_ok_and(|stat| fs::FileType::from_raw_mode(stat.st_mode).is_file())
        }

        /// Fails if a name is not that of a folder; a link to one is not a folder.
        pub(in crate::build::dist) fn check_folder(&self, name: &str) -> io::Result<()> {
            let stat = fs::statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW)?;
            match fs::FileType::from_raw_mode(stat.st_mode).is_dir() {
                true => Ok(()),
                false => Err(io::ErrorKind::NotADirectory.into()),
            }
        }

        /// Distinguishes a file from all others, whatever its name.
        pub(in crate::build::dist) fn identity(
            &self,
            name: &str,
        ) -> io::Result<impl PartialEq + use<>> {
            let stat = fs::statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW)?;
            Ok((stat.st_dev, stat.st_ino))
        }

        /// Creates a hard link.
        pub(in crate::build::dist) fn link(
            &self,
            name: &str,
            to: &Folder,
            new: &str,
        ) -> io::Result<()> {
            Ok(fs::linkat(&self.0, name, &to.0, new, AtFlags::empty())?)
        }

        /// Moves a file, and replaces an existing one.
        pub(in crate::build::dist) fn rename(
            &self,
            name: &str,
            to: &Folder,
            new: &str,
        ) -> io::Result<()> {
            Ok(fs::renameat(&self.0, name, &to.0, new)?)
        }

        pub(in crate::build::dist) fn remove_file(&self, name: &str) -> io::Result<()> {
            Ok(fs::unlinkat(&self.0, name, AtFlags::empty())?)
        }

        /// Removes an empty folder.
        pub(in crate::build::dist) fn remove_folder(&self, name: &str) -> io::Result<()> {
            Ok(fs::unlinkat(&self.0, name, AtFlags::REMOVEDIR)?)
        }

        /// Sets the permissions of the folder itself; its other bits are kept.
        pub(in crate::build::dist) fn set_permissions(&self, permissions: u32) -> io::Result<()> {
            let folder = File::from(self.0.try_clone()?);
            let special = folder.metadata()?.mode() & 0o7000;
            folder.set_permissions(Permissions::from_mode(special | permissions))
        }
    }

    /// The data of an opened file. The standard library asks for more, which takes twice as long.
    #[allow(clippy::useless_conversion, reason = "modes have another type on macOS")]
    pub(in crate::build::dist) fn inspect(file: &File) -> io::Result<super::FileData> {
        let stat = fs::fstat(file)?;
        Ok(super::FileData {
            is_file: fs::FileType::from_raw_mode(stat.st_mode).is_file(),
            length: u64::try_from(stat.st_size).unwrap_or_default(),
            permissions: u32::from(stat.st_mode) & 0o7777,
        })
    }

    /// Returns true if and only if this process may create and remove files in a folder.
    pub(in crate::build::dist) fn is_writable(folder: &Path) -> bool {
        fs::access(folder, Access::WRITE_OK | Access::EXEC_OK).is_ok()
    }

    /// Exchanges two folders atomically.
    pub(in crate::build::dist) fn exchange(a: &Path, b: &Path) -> io::Result<()> {
        Ok(fs::renameat_with(fs::CWD, a, fs::CWD, b, RenameFlags::EXCHANGE)?)
    }

    /// Moves a folder to a path that does not exist.
    pub(in crate::build::dist) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
        Ok(fs::renameat_with(fs::CWD, from, fs::CWD, to, RenameFlags::NOREPLACE)?)
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
mod system {
    use std::fs::{self, File};
    use std::io::{self, ErrorKind};
    use std::path::{Path, PathBuf};

    /// A folder by its path.
    #[derive(Debug)]
    pub(in crate::build::dist) struct Folder(PathBuf);

    impl Folder {
        pub(in crate::build::dist) fn open(path: &Path) -> io::Result<Self> {
            path.read_dir().map(|_| Folder(path.to_path_buf()))
        }

        /// Opens the subfolder with this name.
        pub(in crate::build::dist) fn folder(&self, name: &str) -> io::Result<Self> {
            let mut path = self.0.clone();
            for component in name.split('/') {
                path.push(component);
                if !fs::symlink_metadata(&path)?.is_dir() {
                    return Err(ErrorKind::NotADirectory.into());
                }
            }
            Ok(Folder(path))
        }

        pub(in crate::build::dist) fn make_new(&self, name: &str) -> io::Result<()> {
            fs::create_dir(self.0.join(name))
        }

        pub(in crate::build::dist) fn create_new(&self, name: &str) -> io::Result<File> {
            File::create_new(self.0.join(name))
        }

        /// Opens a file for reading; fails if it is a link.
        pub(in crate::build::dist) fn read(&self, name: &str) -> io::Result<File> {
            match self.is_file(name) {
                true => File::open(self.0.join(name)),
                false => Err(ErrorKind::NotFound.into()),
            }
        }

        /// Returns true if and only if it is a regular file and not a link.
        pub(in crate::build::dist) fn is_file(&self, name: &str) -> bool {
            fs::symlink_metadata(self.0.join(name)).is_ok_and(|data| data.is_file())
        }

        /// Fails if a name is not that of a folder; a link to one is not a folder.
        pub(in crate::build::dist) fn check_folder(&self, name: &str) -> io::Result<()> {
            match fs::symlink_metadata(self.0.join(name))?.is_dir() {
                true => Ok(()),
                false => Err(ErrorKind::NotADirectory.into()),
            }
        }

        /// Not needed on these systems, which do not exchange folders.
        pub(in crate::build::dist) fn identity(
            &self,
            _: &str,
        ) -> io::Result<impl PartialEq + use<>> {
            Err::<(), _>(ErrorKind::Unsupported.into())
        }

        /// Creates a hard link.
        pub(in crate::build::dist) fn link(
            &self,
            name: &str,
            to: &Folder,
            new: &str,
        ) -> io::Result<()> {
            fs::hard_link(self.0.join(name), to.0.join(new))
        }

        /// Moves a file, and replaces an existing one.
        pub(in crate::build::dist) fn rename(
            &self,
            name: &str,
            to: &Folder,
            new: &str,
        ) -> io::Result<()> {
            fs::rename(self.0.join(name), to.0.join(new))
        }

        pub(in crate::build::dist) fn remove_file(&self, name: &str) -> io::Result<()> {
            fs::remove_file(self.0.join(name))
        }

        /// Removes an empty folder.
        pub(in crate::build::dist) fn remove_folder(&self, name: &str) -> io::Result<()> {
            fs::remove_dir(self.0.join(name))
        }

        /// Not needed on these systems, which have another permission model.
        pub(in crate::build::dist) fn set_permissions(&self, _: u32) -> io::Result<()> {
            Err(ErrorKind::Unsupported.into())
        }
    }

    /// The data of an opened file.
    pub(in crate::build::dist) fn inspect(file: &File) -> io::Result<super::FileData> {
        let data = file.metadata()?;
        #[cfg(unix)]
        let permissions = std::os::unix::fs::MetadataExt::mode(&data) & 0o7777;
        #[cfg(not(unix))]
        let permissions = 0;
        Ok(super::FileData { is_file: data.is_file(), length: data.len(), permissions })
    }

    /// Returns true if and only if this process may create and remove files in a folder, as far as that is known.
    pub(in crate::build::dist) fn is_writable(folder: &Path) -> bool {
        fs::metadata(folder).is_ok_and(|data| !data.permissions().readonly())
    }

    /// These systems cannot exchange folders.
    pub(in crate::build::dist) fn exchange(_: &Path, _: &Path) -> io::Result<()> {
        Err(ErrorKind::Unsupported.into())
    }

    /// Moves a folder to a path that does not exist.
    pub(in crate::build::dist) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_counts_with_its_folder() {
        let table = [
            ("a.json", None),
            ("index.html", None),
            ("x/index.html", None),
            ("posts/x/index.html", Some(("posts", "x/index.html"))),
            ("data/1/2.json", Some(("data/1", "2.json"))),
        ];
        for (name, expected) in table {
            assert_eq!(split(name), expected, "{name}");
        }
    }
}
