//! Builds in which little changed.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::snapshot::Snapshot;
use super::versions::{Few, One, REPOSITORY, Two, build_whole, write_files};
use crate::support::{Run, TempFolder, run};

#[test]
fn a_small_change_replaces_files_and_not_the_folder() {
    let out = TempFolder::new("few");
    build_whole(One, &out, "a first build");
    let inode = inode(&out);
    for version in [Few, One, Few] {
        let before = Snapshot::of(&out);
        build_whole(version, &out, "a small change");
        Snapshot::of(&out).assert_untouched(&before, "a small change");
        assert_eq!(self::inode(&out), inode, "the folder was exchanged");
    }
    build_whole(Two, &out, "a large change");
    assert_ne!(self::inode(&out), inode, "the folder was not exchanged");
}

#[test]
fn an_atomic_build_exchanges_the_folder_whatever_changed() {
    let out = TempFolder::new("atomic");
    build_whole(One, &out, "a first build");
    let before = inode(&out);
    Run::of(Few.command(&out).arg("--atomic")).succeeds();
    assert_ne!(inode(&out), before, "it was not exchanged");
    Snapshot::of(&out).assert_same(Few.fresh(), "after an exchange");
    assert_eq!(out.siblings(), [out.name()]);
    let before = inode(&out);
    Run::of(Few.command(&out).arg("--atomic")).succeeds();
    assert_eq!(inode(&out), before, "nothing changed, and it was exchanged");
}

#[test]
fn a_folder_that_cannot_be_exchanged_is_an_error_that_says_why() {
    let name = [("a\u{1}", "")];
    for (files, reason) in [
        (&REPOSITORY[..], "contains the folder `.git`, which must stay where it is"),
        (&name, "contains `a\\u{1}`, a name that is not plain text"),
    ] {
        let out = TempFolder::new("not-atomic");
        build_whole(One, &out, "a first build");
        write_files(&out, files);
        let before = Snapshot::of(&out);
        let run = Run::of(Few.command(&out).arg("--atomic"));
        assert_eq!(run.status, 1, "{}", run.stderr);
        assert!(
            run.stderr.contains(reason) && run.stderr.contains("hint: remove `--atomic`"),
            "{}",
            run.stderr
        );
        Snapshot::of(&out).assert_unchanged(&before, reason);
        assert_eq!(out.siblings(), [out.name()]);
        // Without it, files are replaced one by one.
        assert_eq!(Few.build(&out).status, 0);
        Snapshot::of(&out).assert_same(&Few.fresh().clone().with(files), reason);
    }
}

#[test]
fn the_settings_can_ask_for_one_step() {
    let out = TempFolder::new("atomic-settings");
    run("settings", &["--quiet"], &out).succeeds();
    fs::remove_file(out.join("about.html")).expect("a file to remove");
    let before = inode(&out);
    run("settings", &["--quiet"], &out).succeeds();
    assert_ne!(inode(&out), before, "it was not exchanged");
    fs::remove_file(out.join("about.html")).expect("a file to remove");
    write_files(&out, &REPOSITORY);
    let Run { status, stderr, .. } = run("settings", &["--quiet"], &out);
    assert_eq!(status, 1, "{stderr}");
    assert!(stderr.contains("atomically: ") && stderr.contains("`.git`"), "{stderr}");
}

fn inode(folder: &Path) -> u64 {
    fs::metadata(folder).expect("a folder").ino()
}
