//! Whether a file that is there has the bytes that it should have.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};

use crate::build::digest::{Digest, Hashing};

/// Returns true if and only if it is a plain file: a folder can be opened like one.
pub(super) fn is_file(file: &File) -> bool {
    file.metadata().is_ok_and(|data| data.is_file())
}

/// Returns true if and only if a file holds just these bytes.
pub(super) fn has_bytes(mut file: &File, bytes: &[u8], buffer: &mut [u8]) -> bool {
    let mut rest = bytes;
    loop {
        match file.read(buffer) {
            Ok(0) => return rest.is_empty(),
            Ok(count) => match rest.split_at_checked(count) {
                Some((start, end)) if start == &buffer[..count] => rest = end,
                _ => return false,
            },
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // What cannot be read is made anew.
            Err(_) => return false,
        }
    }
}

/// Compares a file with another one, and returns the digest of both where they are the same.
///
/// # Errors
///
/// Where the other cannot be read.
pub(super) fn has_content(
    mut file: File,
    other: &mut File,
    length: u64,
    buffer: &mut [u8],
) -> io::Result<Option<Digest>> {
    if file.metadata().map(|data| data.len()).ok() != Some(length) {
        return Ok(None);
    }
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

/// Copies all that a reader gives, and returns its digest.
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
