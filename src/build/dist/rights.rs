//! The permissions and the owner of new files and folders, according to the umask of this process.

use std::fs::{self, File, Metadata};
use std::path::Path;

use anyhow::{Context, Result};

/// The bits of a mode for reading, writing and executing.
#[cfg(unix)]
const PERMISSIONS: u32 = 0o777;

/// All permissions of the owner of a folder.
#[cfg(unix)]
const OWNER: u32 = 0o700;

/// The permissions of new files and folders. On systems other than Unix, nothing is compared.
#[derive(Debug)]
pub(super) struct Rights {
    #[cfg(unix)]
    file: u32,
    #[cfg(unix)]
    folder: Metadata,
}

/// How the permissions of a folder compare with those of a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FolderRights {
    Usual,
    /// It only differs in these permissions, as after a build with another umask.
    Permissions(u32),
    /// It has another owner or group, special bits, or is on another file system; or its owner may not write to it.
    Other,
}

impl Rights {
    /// The permissions of a folder and a file that this process has just created.
    #[cfg_attr(not(unix), expect(unused_variables, reason = "nothing can be compared there"))]
    pub(super) fn of_new(folder: &Path, file: &File) -> Result<Self> {
        Ok(Rights {
            #[cfg(unix)]
            file: file.metadata().map(|data| mode(&data)).context("cannot inspect the lock")?,
            #[cfg(unix)]
            folder: fs::symlink_metadata(folder)
                .with_context(|| format!("cannot inspect {}", folder.display()))?,
        })
    }
}

#[cfg(unix)]
impl Rights {
    /// Returns true if and only if a file has the permissions of a new one.
    pub(super) fn is_file_usual(&self, file: &Metadata) -> bool {
        mode(file) == self.file
    }

    /// The permissions of a new folder.
    pub(super) fn folder_permissions(&self) -> u32 {
        mode(&self.folder) & PERMISSIONS
    }

    /// Compares a folder with a new one.
    pub(super) fn of_folder(&self, folder: &Path) -> FolderRights {
        use std::os::unix::fs::MetadataExt;
        let Ok(data) = fs::symlink_metadata(folder) else { return FolderRights::Other };
        let is_alike = data.uid() == self.folder.uid()
            && data.gid() == self.folder.gid()
            && data.dev() == self.folder.dev()
            && mode(&data) & !PERMISSIONS == mode(&self.folder) & !PERMISSIONS;
        match mode(&data) & PERMISSIONS {
            _ if !is_alike => FolderRights::Other,
            permissions if permissions == self.folder_permissions() => FolderRights::Usual,
            permissions if permissions & OWNER == OWNER => FolderRights::Permissions(permissions),
            // Somebody has locked it: a build only creates folders that it can write to.
            _ => FolderRights::Other,
        }
    }

    /// Compares the out folder with a new one. Its permissions are deliberate unless a build with another umask created
    /// it, as the permissions of the record show.
    pub(super) fn of_out_folder(&self, out: &Path, record: &Path) -> FolderRights {
        use std::os::unix::fs::MetadataExt;
        let Ok(data) = fs::symlink_metadata(out) else { return FolderRights::Other };
        let is_alike = data.uid() == self.folder.uid()
            && data.gid() == self.folder.gid()
            && data.dev() == self.folder.dev();
        let permissions = mode(&data) & PERMISSIONS;
        // A folder has the permissions of a file, and whoever may read it may enter it.
        let of_folder = |file: u32| (file | (file & 0o444) >> 2) & PERMISSIONS;
        let is_made = fs::symlink_metadata(record)
            .is_ok_and(|record| of_folder(mode(&record)) == permissions);
        match is_alike {
            false => FolderRights::Other,
            true if is_made && permissions != self.folder_permissions() => {
                FolderRights::Permissions(permissions)
            }
            true => FolderRights::Usual,
        }
    }
}

#[cfg(not(unix))]
impl Rights {
    pub(super) fn is_file_usual(&self, _: &Metadata) -> bool {
        true
    }

    pub(super) fn folder_permissions(&self) -> u32 {
        0
    }

    pub(super) fn of_folder(&self, folder: &Path) -> FolderRights {
        match super::folder::is_writable(folder) {
            true => FolderRights::Usual,
            false => FolderRights::Other,
        }
    }

    pub(super) fn of_out_folder(&self, out: &Path, _: &Path) -> FolderRights {
        self.of_folder(out)
    }
}

#[cfg(unix)]
fn mode(data: &Metadata) -> u32 {
    use std::os::unix::fs::MetadataExt;
    data.mode() & 0o7777
}
