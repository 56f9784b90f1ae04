//! Runs the sites in `tests/sites`, and compares what they wrote.

mod cargo;
#[cfg(target_os = "linux")]
mod leftovers;

use std::collections::BTreeMap;
use std::fs;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::Command;
#[cfg(target_os = "linux")]
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use walkdir::WalkDir;

pub(crate) use self::cargo::{
    binary, cargo, compiled, executable, messages, profile, test_command, write_features,
};

pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder that Cargo has for files of tests.
pub(crate) fn scratch() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

/// Where folders for builds are made. On ext4, a new file takes the longer, the more files were removed in the minute before: builds
/// of tests took twenty times as long there.
#[cfg(target_os = "linux")]
fn memory() -> &'static Path {
    // A container may have little memory for files.
    const ENOUGH: u64 = 1 << 30;
    static ROOT: OnceLock<&Path> = OnceLock::new();
    ROOT.get_or_init(|| {
        let memory = Path::new("/dev/shm");
        let has_room =
            rustix::fs::statvfs(memory).is_ok_and(|it| it.f_bavail * it.f_frsize > ENOUGH);
        if !has_room {
            return scratch();
        }
        leftovers::remove(memory);
        memory
    })
}

#[cfg(not(target_os = "linux"))]
fn memory() -> &'static Path {
    scratch()
}

/// The output and status of a site's binary.
pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    pub(crate) fn of(command: &mut Command) -> Self {
        let output = command.output().expect("the site's binary can be called");
        Run {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Its stdout; fails unless the status is 0.
    #[track_caller]
    pub(crate) fn succeeds(self) -> String {
        assert_eq!(self.status, 0, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self.stdout
    }
}

/// A site's binary in a target folder of its own, so that no other test uses, fills or clears its cache, `kiln` in that folder.
///
/// It is a link, and so on the same disk: a file that was just written cannot be executed while a process that another thread has
/// started still has it open.
pub(crate) fn binary_with_cache(site: &str, folder: &TempFolder) -> PathBuf {
    fs::create_dir_all(&**folder).expect("a folder to make");
    let tag = "Signature: 8a477f597d28d172789f06886806bc55\n# It was made by cargo.\n";
    fs::write(folder.join("CACHEDIR.TAG"), tag).expect("a tag to write");
    let link = folder.join(site);
    fs::hard_link(binary(site), &link).expect("a binary to link");
    link
}

/// Runs a site's binary from a folder that is not the site's.
pub(crate) fn run_bare(site: &str, arguments: &[&str]) -> Run {
    let mut command = Command::new(binary(site));
    Run::of(command.args(arguments).current_dir(scratch()).env("RUST_BACKTRACE", "0"))
}

/// Runs a site's binary to write a folder.
pub(crate) fn run(site: &str, arguments: &[&str], out: &TempFolder) -> Run {
    let out = out.to_str().expect("UTF-8");
    run_bare(site, &[&["build", "--out", out], arguments].concat())
}

/// Builds a site, and compares what it wrote with its `expected` folder.
#[track_caller]
pub(crate) fn check_site(site: &str) {
    let out = TempFolder::new(site);
    run(site, &[], &out).succeeds();
    let expected = repository().join("tests/sites").join(site).join("expected");
    if std::env::var_os("BLESS").is_some() {
        let _ = fs::remove_dir_all(&expected);
        for (name, bytes) in tree_of_names(&out) {
            let path = expected.join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder to write");
            fs::write(path, bytes).expect("a file to write");
        }
    }
    let (got, expected) = (tree_of_names(&out), tree(&expected));
    let names = |tree: &Tree| tree.keys().cloned().collect::<Vec<_>>().join("\n");
    assert_eq!(names(&got), names(&expected), "other files than expected");
    for (name, bytes) in got {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert_eq!(text(&bytes), text(&expected[&name]), "{name}");
        assert_eq!(bytes, expected[&name], "{name}");
    }
}

/// Compares text with a file of the repository.
#[track_caller]
pub(crate) fn check_text(file: &str, got: &str) {
    let path = repository().join(file);
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, got).expect("a file to write");
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        got == expected,
        "{file} is not as expected; got:\n{got}\nto accept it: BLESS=1 cargo test"
    );
}

/// Names and contents of all files below a folder.
pub(crate) type Tree = BTreeMap<String, Vec<u8>>;

/// All files below a folder, with `/` in their names.
pub(crate) fn tree(folder: &Path) -> Tree {
    let files = WalkDir::new(folder).into_iter().map(|entry| entry.expect("a folder to list"));
    let files = files.filter(|entry| !entry.file_type().is_dir());
    files
        .map(|entry| {
            let name = entry.path().strip_prefix(folder).expect("below the folder");
            let parts: Vec<_> = name.iter().map(|part| part.to_str().expect("UTF-8")).collect();
            (parts.join("/"), fs::read(entry.path()).expect("a file to read"))
        })
        .collect()
}

/// The same with the names only in the record: the digests are those of files that are compared anyway.
fn tree_of_names(folder: &Path) -> Tree {
    let mut tree = tree(folder);
    if let Some(record) = tree.get_mut(".kiln-files") {
        let text = String::from_utf8_lossy(record).into_owned();
        let name = |line: &str| line.split('\t').next().map(|name| format!("{name}\n"));
        *record = text.lines().filter_map(name).collect::<String>().into_bytes();
    }
    tree
}

/// The path of a new folder, alone in a parent that is removed at the end.
pub(crate) struct TempFolder {
    path: PathBuf,
    /// Says that the parent is in use.
    #[cfg(target_os = "linux")]
    _lock: fs::File,
}

impl TempFolder {
    pub(crate) fn new(name: &str) -> Self {
        TempFolder::below(memory(), name)
    }

    /// A folder on the disk that has the compiled sites.
    pub(crate) fn on_disk(name: &str) -> Self {
        TempFolder::below(scratch(), name)
    }

    fn below(root: &Path, name: &str) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let unique = NEXT.fetch_add(1, Ordering::Relaxed);
        // `leftovers` knows them by the start of their names.
        let parent = root.join(format!("kiln-test-{}-{name}-{unique}", std::process::id()));
        let _ = fs::remove_dir_all(&parent);
        #[cfg(not(target_os = "linux"))]
        fs::create_dir_all(&parent).expect("a folder to make");
        TempFolder {
            path: parent.join("out"),
            #[cfg(target_os = "linux")]
            _lock: leftovers::make(&parent),
        }
    }

    pub(crate) fn shown(&self) -> String {
        self.path.display().to_string()
    }

    pub(crate) fn name(&self) -> String {
        self.path.file_name().expect("a name").to_string_lossy().into_owned()
    }

    /// The folder that contains it and nothing else.
    pub(crate) fn parent(&self) -> &Path {
        self.path.parent().expect("a folder")
    }

    /// The names in its parent, its own among them.
    pub(crate) fn siblings(&self) -> Vec<String> {
        let entries = fs::read_dir(self.parent()).expect("a folder to list");
        let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
        let mut names: Vec<String> =
            entries.map(|entry| name(entry).to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

impl Deref for TempFolder {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.path
    }
}

impl Drop for TempFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(self.parent());
    }
}
