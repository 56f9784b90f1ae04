//! Folders that a build may not write to.

use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::snapshot::Snapshot;
use super::versions::{One, Two, Version};
use crate::support::{Run, TempFolder, binary, repository};

#[test]
fn an_out_folder_that_cannot_be_written_stays_as_it_was() {
    check_read_only("", "an_out_folder_that_cannot_be_written_stays_as_it_was");
}

#[test]
fn a_folder_in_it_that_cannot_be_written_stays_as_it_was_with_all_others() {
    check_read_only(
        "mixed",
        "a_folder_in_it_that_cannot_be_written_stays_as_it_was_with_all_others",
    );
}

#[test]
fn a_first_build_where_nothing_can_be_written_leaves_nothing() {
    let out = TempFolder::new("permission-first");
    let Some(user) = User::find(&out, "a_first_build_where_nothing_can_be_written_leaves_nothing")
    else {
        return;
    };
    let lock = ReadOnly::make(out.parent());
    let run = user.build(One, &out);
    assert_eq!(out.siblings(), [""; 0]);
    check_message(&run, out.parent().to_str().expect("UTF-8"));
    drop(lock);
    assert_eq!(user.build(One, &out).status, 0);
    Snapshot::of(&out).assert_same(One.fresh(), "after the folder could be written again");
}

#[track_caller]
fn check_read_only(folder: &str, test: &str) {
    let out = TempFolder::new("permission");
    let Some(user) = User::find(&out, test) else { return };
    assert_eq!(user.build(One, &out).status, 0);
    let before = Snapshot::of(&out);
    let lock = ReadOnly::make(&out.join(folder));
    let run = user.build(Two, &out);
    Snapshot::of(&out).assert_unchanged(&before, "after a build that could not write");
    assert_eq!(out.siblings(), [out.name()]);
    check_message(&run, if folder.is_empty() { out.to_str().expect("UTF-8") } else { folder });
    drop(lock);
    assert_eq!(user.build(Two, &out).status, 0);
    Snapshot::of(&out).assert_same(Two.fresh(), "after the folder could be written again");
    assert_eq!(out.siblings(), [out.name()]);
}

#[track_caller]
fn check_message(Run { status, stderr, .. }: &Run, folder: &str) {
    assert_eq!(*status, 1, "{stderr}");
    assert!(stderr.starts_with("error: ") && stderr.contains(folder), "{stderr}");
    let count = stderr.matches("Permission denied").count();
    assert!((1..=3).contains(&count), "the cause was printed {count} times:\n{stderr}");
}

/// A user to whom permissions apply, unlike root.
enum User {
    Own,
    Other(u32),
}

impl User {
    /// `None` where root finds no user who may read the site and write to the folder.
    fn find(out: &TempFolder, test: &str) -> Option<Self> {
        const NOBODY: u32 = 65534;
        let parent = out.parent();
        if fs::metadata(parent).expect("a folder").uid() != 0 {
            return Some(User::Own);
        }
        let site = repository().join("tests/sites/versions");
        let mut probe = Command::new("sh");
        probe.args(["-c", "test -x \"$1\" && cd \"$2\" && test -w \"$3\"", "sh"]);
        probe.arg(binary("versions")).arg(site).arg(parent).uid(NOBODY).gid(NOBODY);
        let is_able = chown(parent, Some(NOBODY), Some(NOBODY)).is_ok()
            && probe.status().is_ok_and(|status| status.success());
        if !is_able {
            let _ = writeln!(
                std::io::stderr(),
                "{test} was not run: root may write everywhere, and no other user can run the site"
            );
        }
        is_able.then_some(User::Other(NOBODY))
    }

    fn build(&self, version: Version, out: &Path) -> Run {
        let mut command = version.command(out);
        command.current_dir("/");
        if let User::Other(id) = self {
            command.uid(*id).gid(*id);
        }
        Run::of(&mut command)
    }
}

/// A folder that its owner may not write to as long as this lives.
struct ReadOnly {
    folder: PathBuf,
}

impl ReadOnly {
    fn make(folder: &Path) -> Self {
        fs::set_permissions(folder, Permissions::from_mode(0o555)).expect("a folder of one's own");
        ReadOnly { folder: folder.to_path_buf() }
    }
}

impl Drop for ReadOnly {
    fn drop(&mut self) {
        let _ = fs::set_permissions(&self.folder, Permissions::from_mode(0o755));
    }
}
