//! Where a benchmark writes: a new file system for each run, from which nothing was ever removed.
//!
//! The benchmark has its own mount namespace. Its mounts are invisible to other processes, and disappear when the
//! process ends in any way: there is nothing to unmount after Ctrl-C.

use std::cell::Cell;
use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio, exit, id};

/// Marks a process that is already in its own namespace.
const INSIDE: &str = "KILN_BENCH_INSIDE";

/// The kinds of file systems that are available on this machine.
#[derive(Debug)]
pub struct Grounds {
    /// Each kind of file system to measure on.
    pub all: Vec<Ground>,
    storage: PathBuf,
    is_mounted: bool,
}

/// A kind of file system to measure on.
#[derive(Debug)]
pub struct Ground {
    kind: Kind,
    storage: PathBuf,
    made: Cell<usize>,
}

#[derive(Debug)]
enum Kind {
    /// Memory only.
    Tmpfs,
    /// ext4 on an image in memory.
    Ext4,
    /// New folders in an existing one, on any file system.
    Folder,
}

/// An empty file system or folder.
#[derive(Debug)]
pub struct Fresh {
    folder: PathBuf,
    is_mounted: bool,
}

impl Grounds {
    /// Detects the available kinds. `below` is an empty folder that may be used as a mount point.
    ///
    /// If mounting works, this starts the process again in its own mount namespace, and only returns in the second
    /// process. `KILN_BENCH_DIR` names a folder to write in instead.
    pub fn find(below: &str) -> Self {
        let named = env::var_os("KILN_BENCH_DIR").map(PathBuf::from);
        if named.is_none() && env::var_os(INSIDE).is_none() {
            start_again_in_namespace();
        }
        match named.is_none() && env::var_os(INSIDE).is_some() {
            true => Grounds::mounted(PathBuf::from(below)),
            false => Grounds::in_folder(&named.unwrap_or_else(env::temp_dir)),
        }
    }

    fn mounted(storage: PathBuf) -> Self {
        demand(mount_tmpfs(&storage));
        let ground = |kind| Ground { kind, storage: storage.clone(), made: Cell::default() };
        let mut all = vec![ground(Kind::Tmpfs)];
        fs::create_dir_all(all[0].mounted()).expect("a folder to mount on");
        let ext4 = ground(Kind::Ext4);
        if ext4.make_image() && is_done(&mut ext4.mount_image()) {
            unmount(&ext4.mounted());
            all.push(ext4);
        }
        Grounds { all, storage, is_mounted: true }
    }

    fn in_folder(folder: &Path) -> Self {
        let storage = folder.join(format!("kiln-bench-{}", id()));
        fs::create_dir_all(&storage).expect("a folder to make");
        let ground = Ground { kind: Kind::Folder, storage: storage.clone(), made: Cell::default() };
        Grounds { all: vec![ground], storage, is_mounted: false }
    }

    /// A folder for files that are not measured.
    pub fn storage(&self) -> &Path {
        &self.storage
    }

    /// A note for the reader if some kinds are missing.
    pub fn note(&self) -> Option<&'static str> {
        match (self.is_mounted, self.all.len()) {
            (false, _) => Some(
                "Nothing is mounted here: all figures are for a folder on an existing file system.",
            ),
            (true, 1) => {
                Some("An ext4 image cannot be mounted here: there are figures of tmpfs only.")
            }
            _ => None,
        }
    }
}

impl Drop for Grounds {
    fn drop(&mut self) {
        if !self.is_mounted {
            // A leftover is visible to the user anyway.
            let _ = fs::remove_dir_all(&self.storage);
        }
    }
}

impl Ground {
    /// The name in a table.
    pub fn name(&self) -> &'static str {
        match self.kind {
            Kind::Tmpfs => "tmpfs",
            Kind::Ext4 => "ext4",
            Kind::Folder => "folder",
        }
    }

    /// The aim on a file system in memory, or that on another.
    pub fn aim(&self, in_memory: &'static str, other: &'static str) -> &'static str {
        match self.kind {
            Kind::Tmpfs => in_memory,
            Kind::Ext4 | Kind::Folder => other,
        }
    }

    /// Creates a new file system, or a new folder where that is not possible.
    ///
    /// # Panics
    ///
    /// Panics if it cannot be created.
    pub fn fresh(&self) -> Fresh {
        let folder = self.mounted();
        match self.kind {
            Kind::Tmpfs => demand(mount_tmpfs(&folder)),
            Kind::Ext4 => {
                assert!(self.make_image(), "the image cannot be made");
                demand(self.mount_image());
            }
            Kind::Folder => {
                self.made.set(self.made.get() + 1);
                let folder = self.storage.join(self.made.get().to_string());
                fs::create_dir(&folder).expect("a folder to make");
                return Fresh { folder, is_mounted: false };
            }
        }
        Fresh { folder, is_mounted: true }
    }

    fn mounted(&self) -> PathBuf {
        self.storage.join("ground")
    }

    fn image(&self) -> PathBuf {
        self.storage.join("image")
    }

    /// The tables of inodes are written now, and not by the kernel during a measurement.
    fn make_image(&self) -> bool {
        let image = self.image();
        let _ = fs::remove_file(&image);
        let file = File::create(&image).expect("an image to make");
        file.set_len(16 << 30).expect("a sparse file of 16 GiB");
        let options = "lazy_itable_init=0,lazy_journal_init=0,nodiscard";
        let mut mkfs = Command::new("mkfs.ext4");
        is_done(mkfs.args(["-q", "-F", "-N", "1200000", "-E", options]).arg(image))
    }

    fn mount_image(&self) -> Command {
        let mut mount = Command::new("mount");
        mount.args(["-o", "loop"]).arg(self.image()).arg(self.mounted());
        mount
    }
}

impl Fresh {
    /// The root of the file system.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Waits until everything has reached the disk, so that no run pays for the one before it.
    ///
    /// # Panics
    ///
    /// Panics if the system refuses.
    pub fn settle(&self) {
        let mut sync = Command::new("sync");
        sync.arg("--file-system").arg(&self.folder);
        demand(sync);
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        if self.is_mounted {
            unmount(&self.folder);
        }
    }
}

/// As root, or as a user who is root inside the namespace and may mount tmpfs there.
fn start_again_in_namespace() {
    let namespaces: [&[&str]; 2] = [&["--mount"], &["--user", "--map-root-user", "--mount"]];
    let unshare = |namespace: &[&str]| {
        let mut unshare = Command::new("unshare");
        unshare.args(namespace);
        unshare
    };
    let works = |namespace: &&&[&str]| {
        is_done(unshare(namespace).args(["mount", "-t", "tmpfs", "tmpfs", "/"]))
    };
    if let Some(namespace) = namespaces.iter().find(works) {
        let program = env::current_exe().expect("the benchmark's own file");
        let mut again = unshare(namespace);
        let status = again.arg(program).args(env::args_os().skip(1)).env(INSIDE, "1").status();
        exit(status.ok().and_then(|status| status.code()).unwrap_or(1));
    }
}

fn mount_tmpfs(folder: &Path) -> Command {
    let mut mount = Command::new("mount");
    mount.args(["-t", "tmpfs", "-o", "size=100%,nr_inodes=0", "tmpfs"]).arg(folder);
    mount
}

fn unmount(folder: &Path) {
    let mut umount = Command::new("umount");
    umount.arg(folder);
    demand(umount);
}

fn demand(mut command: Command) {
    let is_done = command.status().is_ok_and(|status| status.success());
    assert!(is_done, "{command:?} failed");
}

fn is_done(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
