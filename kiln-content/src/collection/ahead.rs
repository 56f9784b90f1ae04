//! Files that are read before a collection is loaded, by the process that waits for the next change under `cargo dev`.
//!
//! Only what follows from the bytes of a file is kept: its front matter as a tree, and where its text starts. The values of the site
//! are read from that when the collection is loaded, since they may depend on other files. What is kept of a file is used if the
//! file is still the same one, as its inode and its times say.

use std::ffi::OsString;
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::read;
use super::scan::{self, SourceFile};
use super::untyped;
use crate::data::Node;
use crate::front_matter::{self, Split, without_mark};

/// How old a change must be. A younger one may be followed by another at the same time, as the file system counts it.
const SETTLED: Duration = Duration::from_secs(3);

/// The front matter of a file.
pub(super) struct Front {
    pub(super) node: Node<'static>,
    /// Where the front matter starts in the file.
    pub(super) start: usize,
    /// The line on which the text starts, counted from 1.
    pub(super) line: usize,
}

/// By the path of the file, as text: paths are slow to hash.
#[expect(clippy::disallowed_types, reason = "it is never listed")]
type Known = std::collections::HashMap<OsString, (Stamp, Front), BuildHasherDefault<DefaultHasher>>;

static AHEAD: Mutex<Known> = Mutex::new(Known::with_hasher(BuildHasherDefault::new()));

fn ahead() -> MutexGuard<'static, Known> {
    AHEAD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads the Markdown files below a folder of the site until `stops` returns true.
pub(super) fn read(site: &Path, folder: &str, stops: &(dyn Fn() -> bool + Sync)) {
    if stops() {
        return;
    }
    let (files, _) = scan::files(site, folder, |extension| extension == "md");
    untyped::for_each(files.len(), &|at| {
        if !stops() {
            learn(&files[at], SETTLED);
        }
    });
}

fn learn(file: &SourceFile, settled: Duration) {
    if let Some(front) = front(file, settled) {
        ahead().insert(file.path.clone().into_os_string(), front);
    }
}

/// Returns what is known of a file, once; `None` if it is not known, or may have changed.
pub(super) fn take(file: &SourceFile) -> Option<Front> {
    let (stamp, front) = ahead().remove(file.path.as_os_str())?;
    (Stamp::of(&file.path)? == stamp).then_some(front)
}

/// A file with a mistake is read again, since the mistake quotes it.
fn front(file: &SourceFile, settled: Duration) -> Option<(Stamp, Front)> {
    let stamp = Stamp::of(&file.path).filter(|stamp| stamp.is_older_than(settled))?;
    let text = read::text(&file.name, &file.path).ok()?;
    let text = without_mark(&text);
    let Split { front, body } = front_matter::split(text).ok()?;
    let node = read::front_node(text, front.as_ref()).ok()?.into_owned();
    let start = front.map_or(0, |(_, range)| range.start);
    Some((stamp, Front { node, start, line: read::line_of(text, body.start) }))
}

/// What changes with the bytes of a file.
#[derive(Debug, PartialEq, Eq)]
struct Stamp {
    inode: (u64, u64),
    size: u64,
    /// When the bytes have changed, and when anything has, in nanoseconds. A program can set only the first.
    times: [i128; 2],
}

impl Stamp {
    #[cfg(unix)]
    fn of(path: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;
        let file = std::fs::metadata(path).ok()?;
        let times = [(file.mtime(), file.mtime_nsec()), (file.ctime(), file.ctime_nsec())];
        Some(Stamp {
            inode: (file.dev(), file.ino()),
            size: file.len(),
            times: times.map(|(s, ns)| i128::from(s) * 1_000_000_000 + i128::from(ns)),
        })
    }

    /// Other systems have no time that no program can set.
    #[cfg(not(unix))]
    fn of(_: &Path) -> Option<Self> {
        None
    }

    fn is_older_than(&self, age: Duration) -> bool {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let latest = i128::try_from(now.saturating_sub(age).as_nanos()).unwrap_or_default();
        self.times.iter().all(|time| *time < latest)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs::{self, File};
    use std::thread::sleep;

    use super::*;

    #[test]
    fn a_file_is_known_until_it_changes() {
        let folder =
            std::env::temp_dir().join(format!("kiln-content-ahead-{}", std::process::id()));
        fs::create_dir_all(folder.join("posts")).expect("a folder");
        let path = folder.join("posts/a.md");
        let write = |text: &str| fs::write(&path, text).expect("a file to write");
        write("+++\ntitle = 1\n+++\nText\n");
        let file = scan::files(&folder, "posts", |_| true).0.pop().expect("a file");
        let learn = || {
            // The clock of the file system ticks a few hundred times a second.
            sleep(Duration::from_millis(30));
            super::learn(&file, Duration::ZERO);
        };
        learn();
        let front = take(&file).expect("a file that is known");
        assert_eq!((front.start, front.line), (4, 4));
        assert!(take(&file).is_none(), "once");

        // The same size, and the time of the last change restored.
        learn();
        let time = fs::metadata(&path).and_then(|file| file.modified()).expect("a time");
        write("+++\ntitle = 2\n+++\nText\n");
        let file_again = File::options().write(true).open(&path).expect("a file");
        file_again.set_modified(time).expect("a time to set");
        assert!(take(&file).is_none(), "changed");

        learn();
        fs::remove_file(&path).expect("a file to remove");
        assert!(take(&file).is_none(), "removed");

        write("+++\ntitle = 3\n+++\n");
        super::learn(&file, SETTLED);
        assert!(take(&file).is_none(), "it may change again at the same time");
        write("+++\ntitle =\n+++\n");
        learn();
        assert!(take(&file).is_none(), "with a mistake");
        fs::remove_dir_all(folder).expect("a folder to remove");
    }
}
