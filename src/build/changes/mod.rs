//! The files that have changed, for `--changes FILE`: since the previous build, or since the last upload.
//!
//! An out folder does not know what is published: an upload may have failed, and other builds may have followed. Where
//! `FILE.state` exists, it lists what the last build with this option made, and `FILE` exists as long as its upload has
//! not been acknowledged, by removing it. Until then, an upload may have stopped anywhere, and each of its files stays a
//! change, even one whose old bytes have come back. Without a state, files are compared with the record of the out folder.
//!
//! Both files are replaced after the out folder. If the build is killed in between, the next one finds the same changes
//! again, by the state.

mod line;
mod sent;
mod state;

use std::cmp::Ordering;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use self::sent::SentFiles;
use self::state::{Known, State, Version};
use super::dist;
use super::manifest::{Entry, Listing};
use super::output::headers::collector::OwnedHeaders;
use super::state::Build;

/// How a file differs from what is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Added,
    Changed,
    Removed,
}

impl Change {
    /// All changes, in the order in which an upload makes them: no page ever links to a file that is missing.
    const ALL: [Change; 3] = [Change::Added, Change::Changed, Change::Removed];

    fn name(self) -> &'static str {
        match self {
            Change::Added => "added",
            Change::Changed => "changed",
            Change::Removed => "removed",
        }
    }

    /// Compares what is known of a file with the version of this build.
    fn between(known: Option<&Known>, version: Option<Version>) -> Option<Change> {
        let (Some(known), Some(version)) = (known, version) else {
            return Some(if version.is_some() { Change::Added } else { Change::Removed });
        };
        match known.pending {
            Some(Change::Added) => Some(Change::Added),
            Some(_) => Some(Change::Changed),
            None => (!known.is(version)).then_some(Change::Changed),
        }
    }
}

/// The numbers of added, changed and removed files.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) added: usize,
    pub(crate) changed: usize,
    pub(crate) removed: usize,
}

impl Counts {
    fn add(&mut self, change: Change) {
        *(match change {
            Change::Added => &mut self.added,
            Change::Changed => &mut self.changed,
            Change::Removed => &mut self.removed,
        }) += 1;
    }
}

/// The two files of `--changes`, and the new ones beside them until the build has succeeded.
#[derive(Debug)]
pub(crate) struct Changes {
    file: PathBuf,
    state: PathBuf,
    has_state: bool,
    new_file: PathBuf,
    new_state: PathBuf,
    counts: Counts,
}

impl Changes {
    /// Creates the new files, so that a build does not fail at its end because they cannot be written.
    ///
    /// # Errors
    ///
    /// Fails if the folder of the file does not exist or cannot be written, or if the state cannot be read.
    pub(crate) fn open(file: &Path) -> Result<Self> {
        let beside = |start: &str, end: &str| {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            file.with_file_name(format!("{start}{name}{end}"))
        };
        let mut changes = Changes {
            file: file.to_path_buf(),
            has_state: false,
            state: beside("", ".state"),
            new_file: beside(".", ".kiln-new"),
            new_state: beside(".", ".state.kiln-new"),
            counts: Counts::default(),
        };
        if file.is_dir() {
            anyhow::bail!("cannot write the changes {}: it is a folder", file.display());
        }
        changes.has_state = State::open(&changes.state, true)?.is_some();
        for (new, _) in changes.files() {
            File::create(new).with_context(|| changes.cannot_write())?;
        }
        Ok(changes)
    }

    /// The new files, and what they replace. In this order: with the changes of one build and the state of an earlier one,
    /// nothing is lost.
    fn files(&self) -> impl Iterator<Item = (&Path, &Path)> {
        let state = self.has_state.then_some((&*self.new_state, &*self.state));
        [(&*self.new_file, &*self.file)].into_iter().chain(state)
    }

    /// What the host has, or else what the previous build made.
    fn known(&self, out: &Path) -> Result<Box<dyn Iterator<Item = Result<Known>>>> {
        let is_acknowledged = fs::symlink_metadata(&self.file).is_err();
        Ok(match State::open(&self.state, is_acknowledged)?.filter(|_| self.has_state) {
            Some(state) => Box::new(state),
            None => Box::new(dist::earlier(out)?.map(|earlier| Ok(Known::earlier(earlier?)))),
        })
    }

    /// Compares the files of a build with those that are known, and writes the new files. A list of a million files takes
    /// no more memory than one of ten.
    pub(super) fn compare(
        mut self,
        build: &Build,
        listing: &Listing,
        headers: &[OwnedHeaders],
    ) -> Result<Self> {
        let known = self.known(build.writer.out())?;
        let write = || -> Result<Counts> {
            let mut output = Output::create(&self, &build.writer.scratch())?;
            let mut sent = SentFiles::new(build.site, headers);
            for pair in pairs(listing, known)? {
                match pair? {
                    (known, Some(entry)) => output.file(known.as_ref(), &entry, &mut sent)?,
                    (Some(known), None) => output.removed(&known)?,
                    (None, None) => {}
                }
            }
            output.finish()
        };
        self.counts = write().with_context(|| self.cannot_write())?;
        Ok(self)
    }

    /// Replaces the file, and the state.
    ///
    /// # Errors
    ///
    /// Fails if that is not possible; with a state, the next build then finds the same changes.
    pub(super) fn publish(self) -> Result<Counts> {
        for (new, file) in self.files() {
            fs::rename(new, file).with_context(|| self.cannot_write())?;
        }
        Ok(self.counts)
    }

    fn cannot_write(&self) -> String {
        format!("cannot write the changes {}", self.file.display())
    }
}

impl Drop for Changes {
    fn drop(&mut self) {
        // They are gone if they were moved into place.
        let _ = fs::remove_file(&self.new_file);
        let _ = fs::remove_file(&self.new_state);
    }
}

/// The files of a build and those that are known, merged by key.
fn pairs(
    listing: &Listing,
    known: impl Iterator<Item = Result<Known>>,
) -> Result<impl Iterator<Item = Result<(Option<Known>, Option<Entry<'_>>)>>> {
    let mut made = listing.files()?.peekable();
    let mut known = known.peekable();
    Ok(std::iter::from_fn(move || {
        let order = match (known.peek(), made.peek()) {
            (None, None) => return None,
            (Some(Ok(known)), Some(Ok(entry))) => (*known.key).cmp(&entry.key),
            (Some(_), None) | (Some(Err(_)), _) => Ordering::Less,
            (None, Some(_)) | (_, Some(Err(_))) => Ordering::Greater,
        };
        let known = (order != Ordering::Greater).then(|| known.next()).flatten().transpose();
        let entry = (order != Ordering::Less).then(|| made.next()).flatten().transpose();
        Some(known.and_then(|known| Ok((known, entry?))))
    }))
}

/// The new files while they are written.
struct Output {
    state: Option<state::Writer>,
    /// One for each of [`Change::ALL`].
    lines: [BufWriter<File>; 3],
    /// The files of changed and removed files, which follow those of added ones.
    later: [PathBuf; 2],
    counts: Counts,
}

impl Output {
    fn create(changes: &Changes, scratch: &Path) -> Result<Self> {
        let later = [scratch.join("changed"), scratch.join("removed")];
        let create = |path: &Path| Ok::<_, io::Error>(BufWriter::new(File::create(path)?));
        Ok(Output {
            state: match changes.has_state {
                true => Some(state::Writer::new(create(&changes.new_state)?)),
                false => None,
            },
            lines: [create(&changes.new_file)?, create(&later[0])?, create(&later[1])?],
            later,
            counts: Counts::default(),
        })
    }

    fn file(
        &mut self,
        known: Option<&Known>,
        entry: &Entry<'_>,
        sent: &mut SentFiles<'_>,
    ) -> Result<()> {
        let (name, sent) = sent.of(entry);
        let version = Version { digest: entry.digest, headers: sent.hash() };
        let change = Change::between(known, Some(version));
        self.write_state(name, version, change)?;
        match change {
            Some(change) => self.write(change, &line::of_file(name, change, entry.digest, sent)),
            None => Ok(()),
        }
    }

    fn removed(&mut self, known: &Known) -> Result<()> {
        self.write_state(&known.name, known.version(), Some(Change::Removed))?;
        self.write(Change::Removed, &line::of_removed(&known.name))
    }

    fn write_state(&mut self, name: &str, version: Version, change: Option<Change>) -> Result<()> {
        self.state.as_mut().map_or(Ok(()), |state| state.write(name, version, change))
    }

    fn write(&mut self, change: Change, line: &str) -> Result<()> {
        self.counts.add(change);
        Ok(self.lines[change as usize].write_all(line.as_bytes())?)
    }

    fn finish(self) -> Result<Counts> {
        let Output { state, lines: [mut all, changed, removed], later, counts } = self;
        state.map_or(Ok(()), state::Writer::finish)?;
        for (mut file, path) in [changed, removed].into_iter().zip(later) {
            file.flush()?;
            io::copy(&mut File::open(path)?, &mut all)?;
        }
        all.flush()?;
        Ok(counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::digest::Digest;

    #[test]
    fn a_file_of_an_upload_that_failed_stays_a_change() {
        let version = |text: &str| Version { digest: Digest::of(text.as_bytes()), headers: 0 };
        let known = |pending| Known::new("a", version("old"), pending);
        for (pending, same, other, gone) in [
            (None, None, Some(Change::Changed), Change::Removed),
            (Some(Change::Added), Some(Change::Added), Some(Change::Added), Change::Removed),
            (Some(Change::Changed), Some(Change::Changed), Some(Change::Changed), Change::Removed),
            (Some(Change::Removed), Some(Change::Changed), Some(Change::Changed), Change::Removed),
        ] {
            let known = known(pending);
            let between = |version| Change::between(Some(&known), version);
            assert_eq!(between(Some(version("old"))), same, "{pending:?}");
            assert_eq!(between(Some(version("new"))), other, "{pending:?}");
            let redirected = Version { headers: 1, ..version("old") };
            assert_eq!(between(Some(redirected)), other, "{pending:?}");
            assert_eq!(between(None), Some(gone), "{pending:?}");
        }
        assert_eq!(Change::between(None, Some(version("new"))), Some(Change::Added));
    }
}
