//! The state of an upload: a line for each file of the last build, sorted by key, with its name, its digest, a hash of
//! its headers, and its change if that may not be uploaded yet. Like the record, it has a last line that reveals
//! truncation.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};

use super::Change;
use crate::build::dist;
use crate::build::manifest::key;
use crate::assets::digest::Digest;

/// The start of the last line, before the number of files. No file name has this form.
const END: &str = "./";

/// A version of a file: its bytes, and what a host sends with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Version {
    pub(super) digest: Digest,
    pub(super) headers: u64,
}

/// A file of the state.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) key: Vec<u8>,
    pub(super) name: String,
    pub(super) version: Version,
    /// The change that an upload may not have made yet.
    pub(super) pending: Option<Change>,
}

impl Known {
    pub(super) fn new(name: &str, version: Version, pending: Option<Change>) -> Self {
        Known { key: key::of(name), name: name.to_owned(), version, pending }
    }

    /// Parses a line; `None` if it is damaged.
    fn parse(line: &str) -> Option<Self> {
        let mut columns = line.split('\t');
        let (name, digest, headers) = (columns.next()?, columns.next()?, columns.next()?);
        let pending = match columns.next() {
            None => None,
            Some(text) => Some(Change::ALL.into_iter().find(|change| change.name() == text)?),
        };
        // A removed file is removed from a host: its name must not lead elsewhere.
        let is_valid = dist::check_name(name).is_ok() && !dist::is_reserved(name);
        let headers = u64::from_str_radix(headers, 16).ok()?;
        let version = Version { digest: Digest::parse(digest)?, headers };
        (is_valid && columns.next().is_none()).then(|| Known::new(name, version, pending))
    }
}

/// The files of a state, in order.
#[derive(Debug)]
pub(super) struct State {
    path: PathBuf,
    lines: Option<BufReader<File>>,
    is_acknowledged: bool,
    count: usize,
    last: Vec<u8>,
}

impl State {
    /// Opens a state, which is empty if it does not exist. If its changes are acknowledged, none is pending.
    pub(super) fn open(path: &Path, is_acknowledged: bool) -> Result<Self> {
        let lines = match File::open(path) {
            Ok(file) => Some(BufReader::new(file)),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", path.display()));
            }
        };
        Ok(State { path: path.to_owned(), lines, is_acknowledged, count: 0, last: Vec::new() })
    }

    /// The next file; `None` at the end.
    fn read(&mut self) -> Result<Option<Known>> {
        let Some(lines) = &mut self.lines else { return Ok(None) };
        let mut line = String::new();
        let read = lines.read_line(&mut line);
        read.with_context(|| format!("cannot read {}", self.path.display()))?;
        let line = line.strip_suffix('\n').ok_or_else(|| self.damaged())?;
        if let Some(count) = line.strip_prefix(END) {
            self.lines = None;
            return if count == self.count.to_string() { Ok(None) } else { Err(self.damaged()) };
        }
        let known = Known::parse(line).filter(|known| known.key > self.last);
        let known = known.ok_or_else(|| self.damaged())?;
        self.count += 1;
        self.last.clone_from(&known.key);
        Ok(Some(known))
    }

    fn damaged(&self) -> anyhow::Error {
        let path = self.path.display();
        anyhow!(
            "{path} is damaged, so kiln cannot tell what is published\n  hint: restore it, or remove it: every file is an added one then"
        )
    }
}

impl Iterator for State {
    type Item = Result<Known>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let known = match self.read().transpose()? {
                Ok(known) => known,
                Err(error) => {
                    self.lines = None;
                    return Some(Err(error));
                }
            };
            match known.pending {
                Some(Change::Removed) if self.is_acknowledged => {}
                _ if self.is_acknowledged => return Some(Ok(Known { pending: None, ..known })),
                _ => return Some(Ok(known)),
            }
        }
    }
}

/// Writes a state.
pub(super) struct Writer {
    file: BufWriter<File>,
    count: usize,
}

impl Writer {
    pub(super) fn new(file: BufWriter<File>) -> Self {
        Writer { file, count: 0 }
    }

    pub(super) fn write(
        &mut self,
        name: &str,
        version: Version,
        pending: Option<Change>,
    ) -> Result<()> {
        let Version { digest, headers } = version;
        write!(self.file, "{name}\t{digest}\t{headers:016x}")?;
        if let Some(change) = pending {
            write!(self.file, "\t{}", change.name())?;
        }
        self.count += 1;
        Ok(self.file.write_all(b"\n")?)
    }

    pub(super) fn finish(mut self) -> Result<()> {
        writeln!(self.file, "{END}{}", self.count)?;
        Ok(self.file.flush()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::fs;

    fn version(text: &str) -> Version {
        Version { digest: Digest::of(text.as_bytes()), headers: 7 }
    }

    fn read(path: &Path, is_acknowledged: bool) -> Result<Vec<Known>> {
        State::open(path, is_acknowledged)?.collect()
    }

    #[test]
    fn a_written_state_can_be_read_and_truncation_is_detected() {
        let path = std::env::temp_dir().join(format!("kiln-state-{}", std::process::id()));
        assert_eq!(read(&path, true).expect("no state"), []);
        let mut writer = Writer::new(BufWriter::new(File::create(&path).expect("a file")));
        let files = [
            ("a b", None),
            ("b/c", Some(Change::Added)),
            ("caf\u{e9}", Some(Change::Changed)),
            ("d", Some(Change::Removed)),
        ];
        for (name, pending) in files {
            writer.write(name, version(name), pending).expect("room");
        }
        writer.finish().expect("room");
        let known = |name, pending| Known::new(name, version(name), pending);
        let all = files.map(|(name, pending)| known(name, pending));
        assert_eq!(read(&path, false).expect("a state"), all);
        let acknowledged = ["a b", "b/c", "caf\u{e9}"].map(|name| known(name, None));
        assert_eq!(read(&path, true).expect("a state"), acknowledged);
        let text = fs::read_to_string(&path).expect("a state");
        let damaged = [
            text[..text.len() - 1].to_owned(),
            text[..text.len() - 4].to_owned(),
            text.replace("./4", "./3"),
            text.replace("b/c", "../c"),
            text.replace("b/c", "Z"),
            text.replace("a b", ".kiln-files"),
            text.replace("added", "new"),
            String::new(),
        ];
        for damaged in damaged {
            fs::write(&path, &damaged).expect("a file");
            let error = read(&path, false).expect_err(&damaged).to_string();
            assert!(error.contains("is damaged"), "{error}");
        }
        fs::remove_file(&path).expect("a file to remove");
    }
}
