//! Links that lead out of the folders that kiln reads and writes.

use std::fs;
use std::os::unix::fs::symlink;

use super::copies::Order;
use super::snapshot::Snapshot;
use super::versions::{One, Two, build_whole};
use crate::support::{Run, TempFolder};

#[test]
fn a_link_in_public_is_an_error_that_names_it() {
    let out = TempFolder::new("public");
    let (site, outside) = (out.with_file_name("site"), out.with_file_name("outside"));
    Order::Forwards.make_site(&site);
    fs::create_dir(&outside).expect("a folder to make");
    fs::write(outside.join("secret.txt"), "secret").expect("a file to write");
    let build = || Run::of(Order::Forwards.command(&site).arg("--out").arg(&*out));
    build().succeeds();
    for (link, to) in [
        ("file.txt", outside.join("secret.txt")),
        ("folder", outside.clone()),
        ("css/deep", outside.clone()),
        ("dangling", outside.join("nothing")),
        ("loop", "loop".into()),
        ("css/up", "..".into()),
        ("inside.txt", "robots.txt".into()),
    ] {
        let path = site.join("public").join(link);
        symlink(to, &path).expect("a link");
        let before = Snapshot::of(out.parent());
        let Run { status, stderr, .. } = build();
        assert_eq!(status, 1, "{link}: {stderr}");
        assert!(stderr.contains(&format!("error: public/{link}: ")), "{stderr}");
        Snapshot::of(out.parent()).assert_unchanged(&before, link);
        fs::remove_file(path).expect("a link to remove");
    }
    build().succeeds();
}

#[test]
fn a_folder_that_became_a_link_is_not_written_through() {
    // Each version has a folder of its own in `docs`, and files of its own in `mixed`.
    for folder in ["docs", "mixed", "docs/0", "same", "shape"] {
        let out = TempFolder::new("through");
        build_whole(One, &out, "a first build");
        let outside = out.with_file_name("outside");
        fs::rename(out.join(folder), &outside).expect("a folder to move");
        symlink(&outside, out.join(folder)).expect("a link");
        check_outside(&out, folder);
    }
}

#[test]
fn nothing_is_removed_through_the_folder_of_a_page_that_became_a_link() {
    // With a name that cannot be moved, the folder is changed file by file.
    for bound in [None, Some("a\u{1}")] {
        let out = TempFolder::new("removed-through");
        build_whole(One, &out, "a first build");
        let outside = out.with_file_name("outside");
        fs::create_dir(&outside).expect("a folder to make");
        fs::write(outside.join("index.html"), "not kiln's").expect("a file to write");
        let page = out.join("docs/only-1/0/0");
        fs::remove_dir_all(&page).expect("a folder to remove");
        symlink(&outside, &page).expect("a link");
        if let Some(name) = bound {
            fs::write(out.join(name), "").expect("a file to write");
        }
        Two.build(&out).succeeds();
        let kept = fs::read_to_string(outside.join("index.html"));
        assert_eq!(kept.ok().as_deref(), Some("not kiln's"), "{bound:?}");
    }
}

#[test]
fn a_file_that_became_a_link_is_not_written_through() {
    for file in ["big.txt", "mixed/0.txt", "mixed/20.txt", "same/1/index.html"] {
        let out = TempFolder::new("through-file");
        build_whole(One, &out, "a first build");
        let outside = out.with_file_name("outside");
        fs::rename(out.join(file), &outside).expect("a file to move");
        symlink(&outside, out.join(file)).expect("a link");
        check_outside(&out, file);
    }
}

/// Builds each version over a link, and fails where what it leads to has changed.
#[track_caller]
fn check_outside(out: &TempFolder, link: &str) {
    let outside = out.with_file_name("outside");
    let before = Snapshot::of(&outside);
    for version in [Two, One] {
        let before_build = Snapshot::of(out);
        let Run { status, stderr, .. } = version.build(out);
        Snapshot::of(&outside).assert_never_written(&before, link);
        if status != 0 {
            assert!(status == 1 && stderr.contains(link), "{link}: {stderr}");
            Snapshot::of(out).assert_unchanged(&before_build, link);
        }
        assert_eq!(out.siblings(), [out.name().as_str(), "outside"]);
    }
}
