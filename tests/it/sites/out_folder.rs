//! What a build does with files that are already in the out folder.

use std::fs;
use std::time::SystemTime;

use crate::support::{self, Run, TempFolder, run, tree};

#[test]
fn a_file_with_the_same_bytes_is_not_touched() {
    let out = TempFolder::new("unchanged");
    run("basics", &["--quiet"], &out).succeeds();
    let modified = |name: &str| -> SystemTime {
        fs::metadata(out.join(name)).and_then(|data| data.modified()).expect(name)
    };
    fs::write(out.join("about/index.html"), "old").expect("a file to write");
    let names: Vec<String> = tree(&out).into_keys().collect();
    let before: Vec<_> = names.iter().map(|name| modified(name)).collect();
    let shown = run("basics", &[], &out).succeeds();
    assert!(shown.contains("1 written, 23 unchanged, 0 removed"), "{shown}");
    for (name, before) in names.iter().zip(before) {
        if !["about/index.html", ".kiln-files"].contains(&name.as_str()) {
            assert_eq!(modified(name), before, "{name} was touched");
        }
    }
    assert_eq!(fs::read_to_string(out.join("about/index.html")).expect("a page"), "<p>About</p>\n");
}

#[test]
fn only_files_of_the_previous_build_are_removed() {
    let out = TempFolder::new("removed");
    run("props", &["--quiet"], &out).succeeds();
    fs::write(out.join("mine.txt"), "not kiln's").expect("a file to write");
    let Run { stderr, .. } = run("settings", &["--quiet"], &out);
    let expected = format!(
        "warning: mine.txt: was not written by kiln, and stays\n  --> {}/mine.txt\n  \
         hint: remove it, or move it to `public/` if it belongs to the site\n\n",
        out.shown()
    );
    assert_eq!(stderr, expected);
    let names: Vec<String> = tree(&out).into_keys().collect();
    assert!(names.contains(&"mine.txt".into()) && names.contains(&"data.json".into()), "{names:?}");
    assert!(!names.iter().any(|name| name.starts_with("item")), "{names:?}");
    assert!(!out.join("item").exists(), "an empty folder was left");
}

#[test]
fn a_page_does_not_replace_a_file_that_kiln_did_not_write() {
    let out = TempFolder::new("foreign");
    run("props", &["--quiet"], &out).succeeds();
    fs::write(out.join("data.json"), "not kiln's").expect("a file to write");
    let before = tree(&out);
    let Run { status, stderr, .. } = run("settings", &["--quiet"], &out);
    assert_eq!(status, 1);
    assert!(stderr.contains("data.json in the out folder was not written by kiln"), "{stderr}");
    assert_eq!(tree(&out), before);
}

#[test]
fn a_folder_that_kiln_did_not_make_is_refused() {
    let out = TempFolder::new("not-kilns");
    fs::create_dir_all(&*out).expect("a folder");
    fs::write(out.join("letter.txt"), "dear").expect("a file to write");
    let Run { status, stderr, .. } = run("basics", &[], &out);
    assert_eq!(status, 2);
    assert!(stderr.contains("is not empty, and kiln did not create it\n  hint: "), "{stderr}");
    assert_eq!(tree(&out).len(), 1);
}

#[test]
fn sources_of_the_site_are_never_the_out_folder() {
    let site = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites/basics");
    for folder in ["src", "src/pages/new", "public", "public/new", "content/new", "."] {
        let out = site.join(folder);
        let Run { status, stderr, .. } =
            support::run_bare("basics", &["--out", out.to_str().expect("UTF-8")]);
        assert_eq!(status, 2, "{folder}: {stderr}");
        assert!(stderr.contains("is a source of the site\n  hint: "), "{stderr}");
    }
    assert!(!site.join("public/new").exists());
}

#[test]
fn a_file_can_become_a_folder_and_a_folder_a_file() {
    let out = TempFolder::new("becomes");
    run("basics", &["--quiet"], &out).succeeds();
    // What an earlier version of the site might have written.
    let record = fs::read_to_string(out.join(".kiln-files")).expect("the record");
    fs::remove_dir_all(out.join("about")).expect("a folder to remove");
    fs::write(out.join("about"), "a file").expect("a file to write");
    fs::remove_file(out.join("plain.txt")).expect("a file to remove");
    fs::create_dir(out.join("plain.txt")).expect("a folder");
    fs::write(out.join("plain.txt/x"), "a file").expect("a file to write");
    let record = record.replace("about/index.html", "about").replace("plain.txt", "plain.txt/x");
    fs::write(out.join(".kiln-files"), record).expect("the record");
    run("basics", &["--quiet"], &out).succeeds();
    let fresh = TempFolder::new("becomes-fresh");
    run("basics", &["--quiet"], &fresh).succeeds();
    assert_eq!(tree(&out), tree(&fresh));
}

#[test]
fn leftovers_of_a_killed_build_are_removed() {
    let out = TempFolder::new("killed");
    let beside = out.with_file_name(format!(".{}.kiln-new", out.name()));
    for left in [beside, out.join(".kiln-new")] {
        fs::create_dir_all(left.join("files/posts")).expect("a folder");
        fs::write(left.join("files/posts/half"), "half a p").expect("a file to write");
        fs::write(left.join("lock"), "kiln 1").expect("a file to write");
        run("props", &["--quiet"], &out).succeeds();
        assert_eq!(out.siblings(), [out.name()]);
        assert!(!out.join("posts").exists() && !out.join(".kiln-new").exists());
    }
}

#[test]
fn a_foreign_folder_with_the_name_of_kilns_is_left_alone() {
    for place in ["beside", "inside"] {
        let out = TempFolder::new("same-name");
        run("props", &["--quiet"], &out).succeeds();
        let folder = match place {
            "beside" => out.with_file_name(format!(".{}.kiln-new", out.name())),
            _ => out.join(".kiln-new"),
        };
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("precious"), "mine").expect("a file to write");
        // Beside the out folder, kiln needs the name and says so.
        let Run { status, stderr, .. } = run("settings", &["--quiet"], &out);
        assert_eq!(status, i32::from(place == "beside"), "{stderr}");
        assert!(status == 0 || stderr.contains("kiln did not create it\n  hint: move it"));
        let kept = if place == "beside" { folder } else { out.join(".kiln-new") };
        assert_eq!(fs::read_to_string(kept.join("precious")).expect("a file"), "mine");
    }
}

#[test]
fn a_file_that_no_page_makes_any_more_is_not_kilns() {
    let out = TempFolder::new("gone");
    run("props", &["--quiet"], &out).succeeds();
    run("settings", &["--quiet"], &out).succeeds();
    fs::remove_file(out.join("data.json")).expect("a file to remove");
    run("props", &["--quiet"], &out).succeeds();
    fs::write(out.join("data.json"), "mine").expect("a file to write");
    let Run { stderr, .. } = run("props", &["--quiet"], &out);
    assert!(stderr.contains("data.json: was not written by kiln, and stays"), "{stderr}");
    assert_eq!(fs::read_to_string(out.join("data.json")).expect("a file"), "mine");
}

#[test]
fn a_record_that_is_cut_short_is_an_error() {
    let out = TempFolder::new("damaged");
    run("props", &["--quiet"], &out).succeeds();
    let record = fs::read_to_string(out.join(".kiln-files")).expect("the record");
    for damaged in ["", &record[..record.len() / 2]] {
        fs::write(out.join(".kiln-files"), damaged).expect("a file to write");
        let Run { status, stderr, .. } = run("props", &["--quiet"], &out);
        assert_eq!(status, 1);
        assert!(stderr.contains("is damaged") && stderr.contains("hint: remove "), "{stderr}");
    }
}

#[test]
fn a_record_that_was_tampered_with_removes_nothing_elsewhere() {
    let out = TempFolder::new("tampered");
    run("props", &["--quiet"], &out).succeeds();
    let outside = out.with_file_name("outside.txt");
    fs::write(&outside, "not kiln's").expect("a file to write");
    let record = fs::read_to_string(out.join(".kiln-files")).expect("the record");
    let evil = format!("../outside.txt\n{}\nx/../../outside.txt\n{record}", outside.display());
    fs::write(out.join(".kiln-files"), evil).expect("the record");
    run("settings", &["--quiet"], &out).succeeds();
    assert!(outside.exists());
}

#[cfg(unix)]
#[test]
fn nothing_is_removed_or_written_through_a_link() {
    let out = TempFolder::new("links");
    run("props", &["--quiet"], &out).succeeds();
    let outside = out.with_file_name("outside");
    fs::create_dir_all(&outside).expect("a folder");
    fs::write(outside.join("f"), "not kiln's").expect("a file to write");
    fs::write(outside.join("data.json"), "not kiln's").expect("a file to write");
    std::os::unix::fs::symlink(&outside, out.join("link")).expect("a link");
    std::os::unix::fs::symlink(&outside, out.join("guide")).expect("a link");
    let record = fs::read_to_string(out.join(".kiln-files")).expect("the record");
    fs::write(out.join(".kiln-files"), record.replace("./", "link/f\n./")).expect("the record");
    let Run { status, stderr, .. } = run("settings", &["--quiet"], &out);
    assert_eq!(status, 1, "a page was written through a link");
    assert!(stderr.contains("guide in the out folder was not written by kiln"), "{stderr}");
    fs::remove_file(out.join("guide")).expect("a link to remove");
    run("settings", &["--quiet"], &out).succeeds();
    assert_eq!(tree(&outside).len(), 2);
}

#[cfg(unix)]
#[test]
fn the_out_folder_may_be_a_link() {
    let out = TempFolder::new("linked");
    let real = out.with_file_name("real");
    fs::create_dir_all(&real).expect("a folder");
    std::os::unix::fs::symlink(&real, &*out).expect("a link");
    for _ in 0..2 {
        run("props", &["--quiet"], &out).succeeds();
        assert_eq!(tree(&real).len(), 6);
    }
}

#[test]
fn two_builds_do_not_write_one_folder() {
    let out = TempFolder::new("locked");
    run("props", &["--quiet"], &out).succeeds();
    let before = tree(&out);
    fs::create_dir(out.join(".kiln-new")).expect("a folder");
    let lock = fs::File::create(out.join(".kiln-new/lock")).expect("a file");
    lock.lock().expect("a lock");
    let Run { status, stderr, .. } = run("props", &["--quiet"], &out);
    assert_eq!(status, 1);
    assert!(stderr.contains("another build is writing this folder\n  hint: "), "{stderr}");
    // Closing the file would not release it while a process that another test has started still has the file, too.
    lock.unlock().expect("a lock to release");
    drop(lock);
    // To the next build, this is a lock of one that was killed.
    run("props", &["--quiet"], &out).succeeds();
    assert_eq!(tree(&out), before);
}
