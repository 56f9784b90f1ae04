//! Files of other versions and of other people in the out folder.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};

use super::snapshot::Snapshot;
use super::versions::{FOREIGN, One, Two, build_whole, write_files};
use crate::support::TempFolder;

#[test]
fn removed_pages_are_removed_with_their_folders() {
    let out = TempFolder::new("gone");
    build_whole(One, &out, "a first build");
    assert!(out.join("docs/only-1/0/0/index.html").exists() && out.join("mixed/0.txt").exists());
    build_whole(Two, &out, "the build after it");
    assert!(!out.join("docs/only-1").exists() && !out.join("mixed/0.txt").exists());
}

#[test]
fn foreign_files_stay_and_are_named() {
    let out = TempFolder::new("foreign");
    let outside = out.with_file_name("outside");
    fs::create_dir_all(&outside).expect("a folder");
    fs::write(outside.join("letter.txt"), "dear").expect("a file to write");
    One.build(&out).succeeds();
    write_files(&out, &FOREIGN);
    write_files(&out, &[("docs/only-1/0/mine.txt", "in a folder of one version alone")]);
    fs::set_permissions(out.join("CNAME"), Permissions::from_mode(0o600)).expect("permissions");
    symlink(&outside, out.join("linked")).expect("a link");
    symlink("nowhere", out.join("docs/dangling")).expect("a link");
    let [before, before_outside] = [&*out, &outside].map(Snapshot::of);
    // Twice there and back: what is foreign to one build is foreign to the next.
    for (version, is_first) in [(Two, true), (One, false), (Two, false), (One, false)] {
        let run = version.build(&out);
        assert_eq!(run.status, 0, "{}", run.stderr);
        for name in ["CNAME", "mixed/mine.txt", "docs/only-1/0/mine.txt", "linked", "mine/HEAD"] {
            let is_named = |line: &str| line.starts_with("warning: ") && line.contains(name);
            assert!(run.stderr.lines().any(is_named), "{name} in:\n{}", run.stderr);
        }
        if is_first {
            // None of the folder's own pages is left.
            assert_eq!(fs::read_dir(out.join("docs/only-1")).expect("a folder").count(), 1);
        }
        Snapshot::of(&outside).assert_never_written(&before_outside, "behind a link");
    }
    // It is version 1 again, with all that was foreign as it was.
    Snapshot::of(&out).assert_same(&before, "after four builds");
    let mode = fs::metadata(out.join("CNAME")).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn the_out_folder_keeps_its_permissions() {
    let out = TempFolder::new("modes");
    let mode = || fs::metadata(&*out).expect("a folder").permissions().mode() & 0o777;
    One.build(&out).succeeds();
    let beside = out.with_file_name("beside");
    fs::create_dir(&beside).expect("a folder to make");
    let any = fs::metadata(&beside).expect("a folder").permissions().mode() & 0o777;
    assert_eq!(mode(), any, "it is not as any new folder");
    fs::set_permissions(&*out, Permissions::from_mode(0o750)).expect("permissions");
    Two.build(&out).succeeds();
    assert_eq!(mode(), 0o750);
}
