//! Compares a file of the out folder with a new one.
//!
//! Unchanged files are found by reading them, while the new bytes are in memory. Sizes and times would cost a third
//! less, and would be wrong after a copy, a checkout, or an edit within the resolution of the clock.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};

use super::folder;
use super::permissions::NewPermissions;
use crate::assets::digest::{Digest, Hashing};

/// A regular file in the out folder.
#[derive(Debug)]
pub(super) struct OldFile {
    pub(super) file: File,
    pub(super) length: u64,
    /// Whether it has the permissions of a new file.
    pub(super) has_new_permissions: bool,
}

impl OldFile {
    /// Checks an opened file; `None` if it is not a regular file, since folders can be opened, too.
    pub(super) fn of(file: File, new_permissions: &NewPermissions) -> Option<Self> {
        let data = folder::inspect(&file).ok().filter(|data| data.is_file)?;
        let has_new_permissions = new_permissions.has_file_permissions(data);
        Some(OldFile { length: data.length, has_new_permissions, file })
    }

    /// Returns true if and only if a new file with these bytes would be equal.
    pub(super) fn equals(&self, bytes: &[u8], buffer: &mut [u8]) -> bool {
        self.has_new_permissions
            && self.length == bytes.len() as u64
            && has_bytes(&self.file, bytes, buffer)
    }

    /// Compares it with a copy of another file. Returns the digest of both if they are equal.
    ///
    /// # Errors
    ///
    /// Fails if the other cannot be read.
    pub(super) fn equals_file(
        &self,
        other: &mut File,
        length: u64,
        buffer: &mut [u8],
    ) -> io::Result<Option<Digest>> {
        if !self.has_new_permissions || self.length != length {
            return Ok(None);
        }
        has_content(&self.file, other, length, buffer)
    }
}

/// Returns true if and only if a file of the same length has these bytes.
fn has_bytes(mut file: &File, bytes: &[u8], buffer: &mut [u8]) -> bool {
    let mut rest = bytes;
    while !rest.is_empty() {
        match file.read(buffer) {
            Ok(0) => return false,
            Ok(count) => match rest.split_at_checked(count) {
                Some((start, end)) if start == &buffer[..count] => rest = end,
                _ => return false,
            },
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // A file that cannot be read is replaced.
            Err(_) => return false,
        }
    }
    true
}

/// Compares two files of the same length. Returns the digest of both if they are equal.
fn has_content(
    mut file: &File,
    other: &mut File,
    length: u64,
    buffer: &mut [u8],
) -> io::Result<Option<Digest>> {
    let mut hashing = Hashing::default();
    let (one, two) = buffer.split_at_mut(buffer.len() / 2);
    let mut left = length;
    while left > 0 {
        let count = usize::try_from(left).unwrap_or(usize::MAX).min(one.len());
        other.read_exact(&mut one[..count])?;
        if file.read_exact(&mut two[..count]).is_err() || one[..count] != two[..count] {
            return Ok(None);
        }
        hashing.add(&one[..count]);
        left -= count as u64;
    }
    Ok((other.read(&mut one[..1])? == 0).then(|| hashing.digest()))
}

/// Copies everything from a reader, and returns its digest.
pub(super) fn copy(from: &mut File, to: &mut File, buffer: &mut [u8]) -> io::Result<Digest> {
    let mut hashing = Hashing::default();
    loop {
        match from.read(buffer) {
            Ok(0) => return Ok(hashing.digest()),
            Ok(count) => {
                hashing.add(&buffer[..count]);
                to.write_all(&buffer[..count])?;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
