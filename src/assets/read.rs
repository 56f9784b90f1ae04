//! Reads files, and notices if they change in the meantime.

use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::time::SystemTime;

use super::error::Mistake;
use crate::assets::digest::{Digest, Hashing};

/// The size and the time of a file, which a server compares before it trusts an earlier hash. A build does not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    pub(super) fn new(metadata: &Metadata) -> Self {
        Stamp { length: metadata.len(), modified: metadata.modified().ok() }
    }

    /// The stamp of the file at a path; `None` if there is no regular file.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let metadata = path.metadata().ok().filter(Metadata::is_file)?;
        Some(Stamp::new(&metadata))
    }
}

/// Why a file was not read.
#[derive(Debug)]
pub(super) enum Unread {
    /// Something wrote to it meanwhile.
    Changed,
    Failed(io::Error),
}

impl From<io::Error> for Unread {
    fn from(error: io::Error) -> Self {
        Unread::Failed(error)
    }
}

/// The mistake for a file that cannot be read.
pub(super) fn unread(path: &str, error: Unread) -> Mistake {
    match error {
        Unread::Changed => {
            Mistake::of(path, "changed while it was read").hint("build again once it is complete")
        }
        Unread::Failed(error) => Mistake::of(path, format!("cannot be read: {error}")),
    }
}

/// In bytes.
const BUFFER: usize = 64 << 10;

/// Reads a file, chunk by chunk.
///
/// # Errors
///
/// Fails if the file changes while it is read.
pub(super) fn read(path: &Path, take: &mut dyn FnMut(&[u8])) -> Result<(Stamp, Digest), Unread> {
    let mut file = File::open(path)?;
    let before = Stamp::new(&file.metadata()?);
    let mut hashing = Hashing::default();
    let mut buffer = vec![0; BUFFER];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => {
                hashing.add(&buffer[..count]);
                take(&buffer[..count]);
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    let digest = hashing.digest();
    let after = Stamp::new(&file.metadata()?);
    match before == after && digest.length == before.length {
        true => Ok((before, digest)),
        false => Err(Unread::Changed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::fs;
    use std::io::{Seek, Write};

    type Change = fn(&Path);

    #[test]
    fn a_file_that_changes_while_it_is_read_is_refused() {
        let path = std::env::temp_dir().join(format!("kiln-read-{}", std::process::id()));
        let long = vec![b'a'; 100_000];
        let changes: [(&str, Change, bool); 5] = [
            ("nothing", |_| {}, true),
            ("longer", |path| append(path, b"b"), false),
            (
                "shorter",
                |path| File::options().write(true).open(path).unwrap().set_len(9).unwrap(),
                false,
            ),
            ("other bytes", |path| overwrite(path), false),
            // The old file is still read as a whole.
            ("replaced", |path| fs::remove_file(path).unwrap(), true),
        ];
        for (name, change, is_read) in changes {
            fs::write(&path, &long).expect("a file to write");
            let past = SystemTime::now() - std::time::Duration::from_secs(9);
            File::options().write(true).open(&path).unwrap().set_modified(past).unwrap();
            let mut is_first = true;
            let read = read(&path, &mut |_| {
                if std::mem::take(&mut is_first) {
                    change(&path);
                }
            });
            match read {
                Ok((_, digest)) => assert!(is_read && digest == Digest::of(&long), "{name}"),
                Err(Unread::Changed) => assert!(!is_read, "{name}"),
                Err(Unread::Failed(error)) => panic!("{name}: {error}"),
            }
        }
        let _ = fs::remove_file(&path);
    }

    fn append(path: &Path, bytes: &[u8]) {
        File::options().append(true).open(path).unwrap().write_all(bytes).unwrap();
    }

    fn overwrite(path: &Path) {
        let mut file = File::options().write(true).open(path).unwrap();
        file.rewind().unwrap();
        file.write_all(b"b").unwrap();
    }
}
