//! Folders that kiln must not use as out folders.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use super::copies::Order;
use super::snapshot::Snapshot;
use super::versions::{One, build_whole};
use crate::support::{Run, TempFolder};

#[test]
fn the_whole_file_system_is_refused() {
    for out in ["/", "//", "/.", "/x/.."] {
        // Should kiln not refuse the folder, a page that fails keeps it from writing there.
        let mut command = One.command(out.as_ref());
        check_refused(command.env("FAIL", "error"), out);
    }
}

#[test]
fn the_home_folder_is_refused() {
    let home = TempFolder::new("home");
    fs::create_dir(&*home).expect("a folder to make");
    check_home(&home, &home, "empty");
    One.build(&home).succeeds();
    check_home(&home, &home, "made by kiln");
}

#[test]
fn a_folder_above_the_home_folder_is_refused() {
    let above = TempFolder::new("above-home");
    let home = above.join("some/body");
    for made_by in ["somebody", "kiln"] {
        if made_by == "kiln" {
            fs::remove_dir_all(&*above).expect("a folder to remove");
            One.build(&above).succeeds();
        }
        fs::create_dir_all(&home).expect("a folder to make");
        check_home(&above, &home, made_by);
        check_home(&above.join("some"), &home, made_by);
    }
}

#[test]
fn a_folder_in_the_home_folder_is_not_refused() {
    let out = TempFolder::new("in-home");
    Run::of(One.command(&out).env("HOME", out.parent())).succeeds();
    Snapshot::of(&out).assert_same(One.fresh(), "in the home folder");
}

#[test]
fn sources_of_the_site_and_folders_around_them_are_refused() {
    let out = TempFolder::new("sources");
    let holder = out.with_file_name("holder");
    let site = holder.join("site");
    // The holder is otherwise one that kiln may write to.
    One.build(&holder).succeeds();
    Order::Forwards.make_site(&site);
    fs::create_dir(site.join("content")).expect("a folder to make");
    fs::write(site.join("content/post.md"), "a post\n").expect("a file to write");
    symlink(&site, out.with_file_name("link")).expect("a link");
    for name in [
        ".",
        "..",
        "../..",
        "../../link",
        "src",
        "src/pages",
        "src/new/deep",
        "content",
        "content/new",
        "public",
        "public/css",
        "public/new",
        "../../link/public/new",
    ] {
        let before = Snapshot::of(out.parent());
        let mut command = Order::Forwards.command(&site);
        check_refused(command.arg("--out").arg(name), name);
        Snapshot::of(out.parent()).assert_never_written(&before, name);
    }
    // A folder beside them is the usual case.
    Run::of(Order::Forwards.command(&site).args(["--out", "dist"])).succeeds();
    Snapshot::of(&site.join("dist")).assert_same(One.fresh(), "in the site's folder");
}

#[test]
fn a_folder_with_foreign_files_is_refused() {
    let out = TempFolder::new("not-kilns");
    for (name, text) in [("letter.txt", "dear"), (".hidden", ""), ("a/b", "deep down")] {
        let _ = fs::remove_dir_all(&*out);
        let file = out.join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder to make");
        fs::write(file, text).expect("a file to write");
        check_stays(&out, name);
    }
}

#[test]
fn a_file_is_refused() {
    let out = TempFolder::new("file");
    fs::write(&*out, "a file").expect("a file to write");
    check_stays(&out, "a file");
}

#[test]
fn a_link_to_a_folder_elsewhere_is_refused() {
    for is_made_by_kiln in [false, true] {
        let out = TempFolder::new("link");
        let elsewhere = TempFolder::new("elsewhere");
        if is_made_by_kiln {
            build_whole(One, &elsewhere, "a first build");
        } else {
            fs::create_dir(&*elsewhere).expect("a folder to make");
        }
        symlink(&*elsewhere, &*out).expect("a link");
        let before = Snapshot::of(elsewhere.parent());
        check_stays(&out, "a link");
        Snapshot::of(elsewhere.parent()).assert_never_written(&before, "behind a link");
    }
}

#[track_caller]
fn check_home(out: &Path, home: &Path, when: &str) {
    let before = Snapshot::of(out);
    check_refused(One.command(out).env("HOME", home), when);
    Snapshot::of(out).assert_never_written(&before, when);
}

#[track_caller]
fn check_stays(out: &TempFolder, when: &str) {
    let before = Snapshot::of(out.parent());
    check_refused(&mut One.command(out), when);
    Snapshot::of(out.parent()).assert_never_written(&before, when);
}

/// Runs a build that must refuse its out folder.
#[track_caller]
fn check_refused(command: &mut Command, when: &str) {
    let Run { status, stdout, stderr } = Run::of(command);
    assert_eq!((status, &*stdout), (2, ""), "{when}: {stderr}");
    assert!(stderr.starts_with("error: ") && stderr.contains("\n  hint: "), "{when}: {stderr}");
}
