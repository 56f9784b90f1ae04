//! The permissions and the owner of new files and folders, according to the umask of this process.
//!
//! Permissions are compared like bytes: a file of a build under another umask is a different file, and is replaced.
//! Folders that contain files of kiln's are changed in place, as steps of the journal. The out folder itself is only
//! changed if its permissions are those that the umask of the build that wrote the record gave it: others were chosen
//! by somebody.

use std::fs::{self, File, Metadata};
use std::path::Path;

use anyhow::{Context, Result};

use super::folder::FileData;

/// The bits of a mode for reading, writing and executing.
#[cfg(unix)]
const PERMISSIONS: u32 = 0o777;

/// All permissions of the owner of a folder.
#[cfg(unix)]
const OWNER: u32 = 0o700;

/// The permissions of new files and folders. On systems other than Unix, nothing is compared.
#[derive(Debug)]
pub(super) struct NewPermissions {
    #[cfg(unix)]
    file: u32,
    #[cfg(unix)]
    folder: Metadata,
}

/// How the permissions of a folder compare with those of a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FolderPermissions {
    Usual,
    /// It only differs in these permissions, as after a build with another umask.
    Different(u32),
    /// It has another owner or group, special bits, or is on another file system; or its owner may not write to it.
    Other,
}

impl NewPermissions {
    /// The permissions of a folder and a file that this process has just created.
    #[cfg_attr(not(unix), expect(unused_variables, reason = "nothing can be compared there"))]
    pub(super) fn of_new(folder: &Path, file: &File) -> Result<Self> {
        Ok(NewPermissions {
            #[cfg(unix)]
            file: file.metadata().map(|data| mode(&data)).context("cannot inspect the lock")?,
            #[cfg(unix)]
            folder: fs::symlink_metadata(folder)
                .with_context(|| format!("cannot inspect {}", folder.display()))?,
        })
    }
}

#[cfg(unix)]
impl NewPermissions {
    /// Returns true if and only if a file has the permissions of a new one.
    pub(super) fn has_file_permissions(&self, file: FileData) -> bool {
        file.permissions == self.file
    }

    /// The permissions of a new folder.
    pub(super) fn folder_permissions(&self) -> u32 {
        mode(&self.folder) & PERMISSIONS
    }

    /// Compares a folder with a new one.
    pub(super) fn of_folder(&self, folder: &Path) -> FolderPermissions {
        use std::os::unix::fs::MetadataExt;
        let Ok(data) = fs::symlink_metadata(folder) else { return FolderPermissions::Other };
        let is_alike = data.uid() == self.folder.uid()
            && data.gid() == self.folder.gid()
            && data.dev() == self.folder.dev()
            && mode(&data) & !PERMISSIONS == mode(&self.folder) & !PERMISSIONS;
        match mode(&data) & PERMISSIONS {
            _ if !is_alike => FolderPermissions::Other,
            permissions if permissions == self.folder_permissions() => FolderPermissions::Usual,
            permissions if permissions & OWNER == OWNER => {
                FolderPermissions::Different(permissions)
            }
            // Somebody has locked it: a build only creates folders that it can write to.
            _ => FolderPermissions::Other,
        }
    }

    /// Compares the out folder with a new one. Its permissions are deliberate unless a build with another umask created
    /// it, as the permissions of the record show.
    pub(super) fn of_out_folder(&self, out: &Path, record: &Path) -> FolderPermissions {
        use std::os::unix::fs::MetadataExt;
        let Ok(data) = fs::symlink_metadata(out) else { return FolderPermissions::Other };
        let is_alike = data.uid() == self.folder.uid()
            && data.gid() == self.folder.gid()
            && data.dev() == self.folder.dev();
        let permissions = mode(&data) & PERMISSIONS;
        // A folder has the permissions of a file, and whoever may read it may enter it.
        let of_folder = |file: u32| (file | (file & 0o444) >> 2) & PERMISSIONS;
        let is_made = fs::symlink_metadata(record)
            .is_ok_and(|record| of_folder(mode(&record)) == permissions);
        match is_alike {
            false => FolderPermissions::Other,
            true if is_made && permissions != self.folder_permissions() => {
                FolderPermissions::Different(permissions)
            }
            true => FolderPermissions::Usual,
        }
    }
}

#[cfg(not(unix))]
impl NewPermissions {
    pub(super) fn has_file_permissions(&self, _: FileData) -> bool {
        true
    }

    pub(super) fn folder_permissions(&self) -> u32 {
        0
    }

    pub(super) fn of_folder(&self, folder: &Path) -> FolderPermissions {
        match super::folder::is_writable(folder) {
            true => FolderPermissions::Usual,
            false => FolderPermissions::Other,
        }
    }

    pub(super) fn of_out_folder(&self, out: &Path, _: &Path) -> FolderPermissions {
        self.of_folder(out)
    }
}

#[cfg(unix)]
fn mode(data: &Metadata) -> u32 {
    use std::os::unix::fs::MetadataExt;
    data.mode() & 0o7777
}
