//! An out folder as a reader sees it: the whole site of one build, even while the next build replaces it.
//!
//! A change file by file has a journal while it is running, and keeps the files that it replaces or removes. Until the
//! journal is removed, the site is the old one and is read from the kept files; likewise after a build was killed. An
//! opened file is only valid if [`View::is_current`] holds after opening it.

use std::collections::BTreeMap;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::adopt::staging_places;
use super::staging::identity;
use crate::build::dist::{folder, journal, out_folder, record};

/// A snapshot of an out folder.
#[derive(Debug)]
pub(crate) struct View {
    out: PathBuf,
    record: FileState,
    /// At both places, whether or not they belong to this folder.
    journals: Vec<(PathBuf, FileState)>,
    change: Option<Change>,
}

/// A change in progress.
#[derive(Debug)]
struct Change {
    staging: PathBuf,
    /// Identifies the changed folder.
    folder: Option<String>,
    old: BTreeMap<String, String>,
}

/// The state of a path. The file stays open if possible, so that its number is not reused.
#[derive(Debug)]
struct FileState {
    file: Option<File>,
    id: Option<Id>,
}

impl View {
    /// Opens an out folder, which need not exist.
    pub(crate) fn open(out: &Path) -> Self {
        let real = out_folder::real(out);
        let places = staging_places(&real);
        let journals = places.iter().map(|staging| {
            let path = staging.join(journal::FILE);
            let seen = FileState::new(&path, File::open(&path).ok());
            (path, seen)
        });
        let journals: Vec<_> = journals.collect();
        let changed = places.iter().zip(&journals).find_map(|(staging, (_, seen))| {
            seen.id?;
            let old = journal::old_files(staging, &real).ok()??;
            let folder = identity(&real).ok();
            Some(Change { staging: staging.clone(), folder, old })
        });
        let record = FileState { file: None, id: None };
        let mut view = View { out: out.to_path_buf(), record, journals, change: changed };
        view.record = FileState::new(&out.join(record::FILE), view.read(record::FILE).ok());
        view
    }

    /// Returns true if and only if the site is still the same, and no change of it has started or ended.
    pub(crate) fn is_current(&self) -> bool {
        // In this order: the record is the last file of a change, and the journal is removed after it.
        let is_same_journal = |(path, seen): &(PathBuf, FileState)| id_at(path) == seen.id;
        self.journals.iter().all(is_same_journal)
            && match &self.change {
                Some(change) => change.folder == identity(&self.out).ok(),
                None => id_at(&self.out.join(record::FILE)) == self.record.id,
            }
    }

    /// Returns true if and only if another view has the same site.
    pub(crate) fn has_site_of(&self, other: &View) -> bool {
        self.record.id == other.record.id
    }

    /// The folder, for messages.
    pub(crate) fn out(&self) -> &Path {
        &self.out
    }

    /// When the record was written, which is after all files in it.
    pub(crate) fn written(&self) -> Option<SystemTime> {
        self.record.id?.modified
    }

    /// kiln's record of the site.
    pub(super) fn record(&self) -> Option<&File> {
        self.record.file.as_ref()
    }

    /// Opens a file of the site.
    pub(crate) fn read(&self, name: &str) -> io::Result<File> {
        let in_place = || folder::open_file(&self.out, name);
        let Some(change) = &self.change else { return in_place() };
        let Some(old) = change.old.get(name) else { return in_place() };
        let kept = || folder::open_file(&change.staging, old);
        kept().or_else(|_| {
            // A file is kept before another replaces it, so the file in place is the old one unless it has been kept
            // since.
            let file = in_place();
            kept().or(file)
        })
    }
}

impl FileState {
    fn new(path: &Path, file: Option<File>) -> Self {
        let id = file.as_ref().and_then(|file| Some(Id::of(&file.metadata().ok()?)));
        FileState { file, id: id.or_else(|| id_at(path)) }
    }
}

/// Distinguishes a file from later ones with the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Id {
    #[cfg(unix)]
    inode: (u64, u64),
    length: u64,
    modified: Option<SystemTime>,
}

impl Id {
    fn of(data: &Metadata) -> Self {
        #[cfg(unix)]
        use std::os::unix::fs::MetadataExt;
        Id {
            #[cfg(unix)]
            inode: (data.dev(), data.ino()),
            length: data.len(),
            modified: data.modified().ok(),
        }
    }
}

fn id_at(path: &Path) -> Option<Id> {
    fs::symlink_metadata(path).ok().map(|data| Id::of(&data))
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::io::Read;

    use crate::build::dist::in_place;

    /// An out folder with the files that a change of it needs, step by step.
    struct Site {
        parent: PathBuf,
    }

    impl Site {
        fn new(name: &str) -> Self {
            let parent =
                std::env::temp_dir().join(format!("kiln-view-{}-{name}", std::process::id()));
            let _ = fs::remove_dir_all(&parent);
            let site = Site { parent };
            for name in ["out/a", "out/b", "out/folder/c", "out/.kiln-files"] {
                site.write(name, "old");
            }
            for name in ["slots/0/1", "files/.kiln-files", "slots/0/4"] {
                site.write(&format!(".out.kiln-new/{name}"), "new!");
            }
            fs::create_dir_all(site.staged("undo/0")).expect("a folder to make");
            site
        }

        fn out(&self) -> PathBuf {
            self.parent.join("out")
        }

        fn staged(&self, name: &str) -> PathBuf {
            self.parent.join(".out.kiln-new").join(name)
        }

        fn write(&self, name: &str, text: &str) {
            let path = self.parent.join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder to make");
            fs::write(path, text).expect("a file to write");
        }

        fn write_journal(&self, folder: &str) {
            let steps = "=slots/0/1 a\n-folder/c\n=files/.kiln-files .kiln-files\n+slots/0/4 d\n";
            self.write(".out.kiln-new/journal", &format!("{folder}\n{steps}"));
        }

        fn rename(from: PathBuf, to: PathBuf) {
            fs::rename(from, to).expect("a file to move");
        }

        /// Checks the contents of a view, and of a new one.
        #[track_caller]
        fn reads(&self, view: &View, expected: &str) {
            for view in [view, &View::open(&self.out())] {
                assert!(view.is_current());
                for name in ["a", "folder/c", ".kiln-files"] {
                    assert_eq!(read(view, name).as_deref(), Some(expected), "{name}");
                }
                assert_eq!(read(view, "b").as_deref(), Some("old"));
            }
        }
    }

    impl Drop for Site {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.parent);
        }
    }

    fn read(view: &View, name: &str) -> Option<String> {
        let mut text = String::new();
        view.read(name).ok()?.read_to_string(&mut text).ok()?;
        Some(text)
    }

    #[test]
    fn a_change_is_visible_when_it_is_complete() {
        let site = Site::new("done");
        let before = View::open(&site.out());
        site.reads(&before, "old");
        site.write_journal(&identity(&site.out()).expect("a folder"));
        assert!(!before.is_current());
        let view = View::open(&site.out());
        assert!(view.has_site_of(&before));
        site.reads(&view, "old");
        let out = site.out();
        fs::hard_link(out.join("a"), site.staged("undo/0/1")).expect("a second name");
        site.reads(&view, "old");
        Site::rename(site.staged("slots/0/1"), out.join("a"));
        site.reads(&view, "old");
        Site::rename(out.join("folder/c"), site.staged("undo/0/2"));
        fs::remove_dir(out.join("folder")).expect("a folder to remove");
        site.reads(&view, "old");
        fs::hard_link(out.join(".kiln-files"), site.staged("undo/0/3")).expect("a second name");
        Site::rename(site.staged("files/.kiln-files"), out.join(".kiln-files"));
        Site::rename(site.staged("slots/0/4"), out.join("d"));
        site.reads(&view, "old");
        fs::remove_file(site.staged("journal")).expect("a journal to remove");
        assert!(!view.is_current() && !before.is_current());
        let after = View::open(&out);
        assert!(after.is_current() && !after.has_site_of(&before));
        assert_eq!(read(&after, "a").as_deref(), Some("new!"));
        assert_eq!(read(&after, "folder/c"), None);
    }

    #[test]
    fn a_reverted_change_leaves_the_same_site() {
        let site = Site::new("back");
        let before = View::open(&site.out());
        site.write_journal(&identity(&site.out()).expect("a folder"));
        let out = site.out();
        for (undo, name, staged) in
            [("1", "a", "slots/0/1"), ("3", ".kiln-files", "files/.kiln-files")]
        {
            let undo = site.staged("undo/0").join(undo);
            fs::hard_link(out.join(name), undo).expect("a second name");
            Site::rename(site.staged(staged), out.join(name));
        }
        let view = View::open(&out);
        site.reads(&view, "old");
        // As the next build does after this one was killed.
        in_place::revert(&site.staged(""), &out).expect("a change to take back");
        assert!(!view.is_current() && before.is_current());
        site.reads(&before, "old");
    }

    #[test]
    fn the_journal_of_another_folder_changes_nothing() {
        let site = Site::new("other");
        site.write_journal("folder 0 0");
        let view = View::open(&site.out());
        site.reads(&view, "old");
        site.write("out/a", "mine");
        assert_eq!(read(&view, "a").as_deref(), Some("mine"));
    }

    #[test]
    fn a_folder_that_replaces_another_is_another_site() {
        let site = Site::new("exchange");
        let view = View::open(&site.out());
        Site::rename(site.out(), site.parent.join("old"));
        assert!(!view.is_current());
        let gone = View::open(&site.out());
        assert!(gone.is_current() && gone.record().is_none());
        site.write("out/.kiln-files", "old");
        assert!(!gone.is_current());
        assert!(!View::open(&site.out()).has_site_of(&view));
    }
}
