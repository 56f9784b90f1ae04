//! Disks that are full.

use std::env;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::snapshot::Snapshot;
use super::versions::{One, Two, Version, build_whole};
use crate::support::{Run, TempFolder};

#[test]
fn a_full_disk_leaves_the_version_that_was_there() {
    // Version 1 fits, with less than a megabyte to spare; the long page of version 2 does not fit beside it.
    let name = "trust::disk::a_full_disk_leaves_the_version_that_was_there";
    let Some(disk) = Disk::around(TempFolder::new("full"), "5m", name) else { return };
    build_whole(One, &disk.out, "a first build");
    let before = Snapshot::of(&disk.out);
    let run = Two.build(&disk.out);
    Snapshot::of(&disk.out).assert_unchanged(&before, "after the disk was full");
    assert_eq!(disk.out.siblings(), [disk.out.name()]);
    build_whole(One, &disk.out, "the build after the disk was full");
    check_message(Two, &run);
}

#[test]
fn a_full_disk_leaves_nothing_of_a_first_build() {
    let name = "trust::disk::a_full_disk_leaves_nothing_of_a_first_build";
    let Some(disk) = Disk::around(TempFolder::new("full-first"), "2m", name) else { return };
    let run = One.build(&disk.out);
    assert_eq!(disk.out.siblings(), [""; 0]);
    disk.grow("16m");
    build_whole(One, &disk.out, "the build after the disk was full");
    check_message(One, &run);
}

#[test]
fn the_out_folder_may_be_a_disk_of_its_own() {
    let name = "trust::disk::the_out_folder_may_be_a_disk_of_its_own";
    let out = TempFolder::new("disk");
    let folder = out.to_path_buf();
    let Some(disk) = Disk::mount(out, &folder, "16m", name) else { return };
    for version in [One, Two, One] {
        version.build(&disk.out).succeeds();
        let after = Snapshot::of(&disk.out).without_kiln();
        after.assert_same(version.pages(), "on a disk of its own");
        assert_eq!(disk.out.siblings(), [disk.out.name()]);
    }
}

/// Fails where a build did not name a file that did not fit, or named each of hundreds.
#[track_caller]
fn check_message(version: Version, Run { status, stderr, .. }: &Run) {
    assert_eq!(*status, 1, "{stderr}");
    let count = stderr.matches("No space left on device").count();
    let shown: String = stderr.chars().take(600).collect();
    assert!((1..=3).contains(&count), "the cause was printed {count} times:\n{shown}");
    assert!(
        version.fresh().files().any(|name| stderr.contains(name)),
        "no file is named:\n{shown}"
    );
}

/// A small disk that holds the out folder and nothing else, or that is the out folder.
struct Disk {
    out: TempFolder,
    folder: PathBuf,
}

impl Disk {
    fn around(out: TempFolder, size: &str, test: &str) -> Option<Self> {
        let folder = out.parent().to_path_buf();
        Disk::mount(out, &folder, size, test)
    }

    /// `None` where the test cannot or need not go on: mounting is not permitted, or the test has run in a namespace
    /// where it is.
    fn mount(out: TempFolder, folder: &Path, size: &str, test: &str) -> Option<Self> {
        fs::create_dir_all(folder).expect("a folder to make");
        if mount(&format!("size={size}"), folder) {
            return Some(Disk { out, folder: folder.to_path_buf() });
        }
        let mut unshare = Command::new("unshare");
        unshare.arg("-rm").stdout(Stdio::null()).stderr(Stdio::null());
        let is_inside = env::var_os("TRUST_UNSHARED").is_some();
        if is_inside || !unshare.arg("true").status().is_ok_and(|status| status.success()) {
            let _ =
                writeln!(std::io::stderr(), "{test} was not run: no file system can be mounted");
            return None;
        }
        let itself = env::current_exe().expect("the test's own file");
        let mut again = Command::new("unshare");
        again.arg("-rm").arg(itself).args(["--exact", test]).env("TRUST_UNSHARED", "1");
        let Run { status, stdout, .. } = Run::of(&mut again);
        assert_eq!(status, 0, "in a namespace of its own:\n{stdout}");
        None
    }

    fn grow(&self, size: &str) {
        assert!(mount(&format!("remount,size={size}"), &self.folder), "the disk cannot grow");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let status = Command::new("umount").arg("-l").arg(&self.folder).status();
        assert!(status.is_ok_and(|status| status.success()) || std::thread::panicking());
    }
}

fn mount(options: &str, folder: &Path) -> bool {
    let mut mount = Command::new("mount");
    mount.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(folder).stderr(Stdio::null());
    mount.status().is_ok_and(|status| status.success())
}
