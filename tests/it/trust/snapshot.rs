//! A folder as it was at one moment.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use walkdir::WalkDir;

/// All entries of a folder by their relative names, none where there is no such folder. The folder itself has an empty
/// name. Links are not followed.
#[derive(Debug, Clone)]
pub(crate) struct Snapshot {
    entries: BTreeMap<String, Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    content: Content,
    modified: SystemTime,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Content {
    Folder,
    /// Shared by the copies of a snapshot.
    File(Arc<[u8]>),
    Link(PathBuf),
}

impl Snapshot {
    pub(crate) fn of(folder: &Path) -> Self {
        let mut entries = BTreeMap::new();
        if folder.symlink_metadata().is_ok() {
            for entry in WalkDir::new(folder).follow_root_links(false) {
                let entry = entry.expect("a folder to list");
                let name = entry.path().strip_prefix(folder).expect("below the folder");
                entries.insert(name.to_str().expect("UTF-8").to_owned(), Entry::of(entry.path()));
            }
        }
        Snapshot { entries }
    }

    /// All but kiln's own files: those at the top level that start with `.kiln`.
    pub(crate) fn without_kiln(mut self) -> Self {
        self.entries.retain(|name, _| !name.starts_with(".kiln"));
        self
    }

    /// The folder with these files in it, and the folders that they need.
    pub(crate) fn with(mut self, files: &[(&str, &str)]) -> Self {
        let modified = SystemTime::UNIX_EPOCH;
        for (name, text) in files {
            for (slash, _) in name.match_indices('/') {
                let folder = Entry { content: Content::Folder, modified };
                self.entries.entry(name[..slash].to_owned()).or_insert(folder);
            }
            let file = Entry { content: Content::File(text.as_bytes().into()), modified };
            self.entries.insert((*name).to_owned(), file);
        }
        self
    }

    /// The names of the files.
    pub(crate) fn files(&self) -> impl Iterator<Item = &str> {
        let files =
            self.entries.iter().filter(|(_, entry)| matches!(entry.content, Content::File(_)));
        files.map(|(name, _)| &**name)
    }

    /// The bytes of a file.
    pub(crate) fn bytes(&self, name: &str) -> Option<&[u8]> {
        match &self.entries.get(name)?.content {
            Content::File(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// Whether two folders have the same content, whenever it was written.
    pub(crate) fn holds_the_same(&self, other: &Snapshot) -> bool {
        self.differences(other).is_empty()
    }

    /// Fails where two folders have different content.
    #[track_caller]
    pub(crate) fn assert_same(&self, expected: &Snapshot, when: &str) {
        let differences = self.differences(expected);
        assert!(differences.is_empty(), "{when}:\n{}", shown(&differences));
    }

    /// Fails where a file was written again, although it has the bytes that it had before.
    #[track_caller]
    pub(crate) fn assert_untouched(&self, before: &Snapshot, when: &str) {
        let is_touched = |name: &&str| {
            let (now, before) = (&self.entries[*name], before.entries.get(*name));
            before.is_some_and(|before| {
                now.content == before.content && now.modified != before.modified
            })
        };
        let touched: Vec<String> = self.files().filter(is_touched).map(str::to_owned).collect();
        assert!(touched.is_empty(), "{when}, files were touched:\n{}", shown(&touched));
    }

    /// Fails where the content of a folder, or the time at which a file or link was written, has changed.
    #[track_caller]
    pub(crate) fn assert_unchanged(&self, before: &Snapshot, when: &str) {
        self.assert_same(before, when);
        self.assert_untouched(before, when);
    }

    /// Fails where anything was written into a folder, even if it was removed again.
    #[track_caller]
    pub(crate) fn assert_never_written(&self, before: &Snapshot, when: &str) {
        self.assert_unchanged(before, when);
        let is_written =
            |name: &&String| self.entries[*name].modified != before.entries[*name].modified;
        let written: Vec<String> = self.entries.keys().filter(is_written).cloned().collect();
        assert!(written.is_empty(), "{when}, folders were written to:\n{}", shown(&written));
    }

    fn differences(&self, expected: &Snapshot) -> Vec<String> {
        let mut differences = Vec::new();
        for (name, entry) in &self.entries {
            match expected.entries.get(name) {
                None => differences.push(format!("{name:?} should not be there")),
                Some(other) if entry.content != other.content => {
                    differences.push(format!("{name:?} is another {}", other.content.kind()));
                }
                Some(_) => {}
            }
        }
        let missing = expected.entries.keys().filter(|name| !self.entries.contains_key(*name));
        differences.extend(missing.map(|name| format!("{name:?} is missing")));
        differences
    }
}

impl Entry {
    fn of(path: &Path) -> Self {
        let data = path.symlink_metadata().expect("a file to look at");
        let content = match data.file_type() {
            kind if kind.is_symlink() => Content::Link(fs::read_link(path).expect("a link")),
            kind if kind.is_dir() => Content::Folder,
            _ => Content::File(fs::read(path).expect("a file to read").into()),
        };
        Entry { content, modified: data.modified().expect("a time") }
    }
}

impl Content {
    fn kind(&self) -> &'static str {
        match self {
            Content::Folder => "folder",
            Content::File(_) => "file",
            Content::Link(_) => "link",
        }
    }
}

/// The first few lines of many.
fn shown(lines: &[String]) -> String {
    const FEW: usize = 8;
    let mut shown = lines.iter().take(FEW).cloned().collect::<Vec<_>>().join("\n");
    if lines.len() > FEW {
        let _ = write!(shown, "\nand {} more", lines.len() - FEW);
    }
    shown
}
