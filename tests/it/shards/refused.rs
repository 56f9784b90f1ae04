//! Folders that `merge` refuses. It changes nothing, and says what to do.

use std::fs;
use std::path::PathBuf;

use super::parts::{self, LIST, Parts};
use crate::support::{self, Run, TempFolder, tree};

/// Merges folders, and fails unless that is refused for all of these reasons and nothing is written.
#[track_caller]
fn refused(parts: &Parts, folders: &[PathBuf], reasons: &[&str]) {
    let Run { status, stderr, .. } = parts::merge(parts.site, folders, &parts.out);
    assert_eq!(status, 1, "{stderr}");
    for reason in reasons {
        assert!(stderr.contains(reason), "{reason}: {stderr}");
    }
    let count = reasons.len();
    assert_eq!(stderr.matches("error: ").count(), count, "{stderr}");
    let warnings = stderr.matches("warning: ").count();
    assert_eq!(stderr.matches("\n  hint: ").count(), count + warnings, "{stderr}");
    assert!(!parts.out.exists(), "something was written");
    let siblings = parts.out.siblings();
    assert!(!siblings.iter().any(|name| name.contains("kiln-new")), "{siblings:?}");
}

#[test]
fn a_folder_that_is_not_a_shard() {
    let parts = Parts::build("props", 2);
    let nowhere = parts.out.with_file_name("nowhere");
    let whole = parts.out.with_file_name("whole");
    let out = whole.to_str().expect("UTF-8");
    support::run_bare("props", &["--quiet", "--out", out]).succeeds();
    let folders = [&parts.folders[..], &[nowhere, whole]].concat();
    refused(
        &parts,
        &folders,
        &["nowhere: there is no such folder", "whole: is not a shard of a build"],
    );
}

#[test]
fn shards_of_another_site() {
    let parts = Parts::build("props", 2);
    let others = Parts::build("pages", 2);
    let folders = [&parts.folders[..1], &others.folders[1..]].concat();
    refused(&parts, &folders, &["shard-2: is a shard of another site"]);
    refused(
        &parts,
        &others.folders,
        &["shard-1: is a shard of another site", "shard-2: is a shard of another site"],
    );
}

#[test]
fn shards_of_builds_in_other_numbers_of_parts() {
    let parts = Parts::build("props", 2);
    let others = Parts::build("props", 3);
    let folders = [&parts.folders[..1], &others.folders[1..]].concat();
    refused(&parts, &folders, &["shard-2: is shard 2/3, and ", "shard-3: is shard 3/3, and "]);
}

#[test]
fn a_shard_that_is_named_twice() {
    let parts = Parts::build("props", 2);
    let folders = [&parts.folders[..], &parts.folders[..1]].concat();
    refused(&parts, &folders, &["shard-1: is shard 1/2, and so is "]);
}

#[test]
fn shards_that_are_missing() {
    let parts = Parts::build("props", 8);
    refused(&parts, &parts.folders[1..], &["shards of 8: missing: 1\n"]);
    let some = [&parts.folders[1..2], &parts.folders[5..7]].concat();
    refused(&parts, &some, &["shards of 8: missing: 1, 3 to 5, 8\n"]);
}

#[test]
fn an_out_folder_that_is_in_or_around_a_shard() {
    let parts = Parts::build("props", 2);
    let before = [tree(&parts.folders[0]), tree(&parts.folders[1])];
    for (out, words) in [
        (parts.folders[0].clone(), "shard-1: is the folder that is written"),
        (parts.folders[1].join("out/deep"), "shard-2: holds the folder that is written"),
        (parts.out.parent().to_path_buf(), "shard-2: is in the folder that is written"),
    ] {
        let Run { status, stderr, .. } = parts::merge("props", &parts.folders, &out);
        assert_eq!(status, 1);
        assert!(stderr.contains(words) && stderr.contains("hint: name another folder"), "{stderr}");
        assert_eq!([tree(&parts.folders[0]), tree(&parts.folders[1])], before);
    }
}

#[test]
fn files_that_are_missing_are_named() {
    let parts = Parts::build("basics", 2);
    let lost: Vec<PathBuf> = parts
        .folders
        .iter()
        .map(|folder| {
            let names = tree(folder).into_keys();
            let mut names = names.filter(|name| name.ends_with("/index.html"));
            folder.join(names.next().expect("a page"))
        })
        .collect();
    for file in &lost {
        fs::remove_file(file).expect("a file to remove");
    }
    let reasons: Vec<String> =
        lost.iter().map(|file| format!("{}: is missing", file.display())).collect();
    refused(&parts, &parts.folders, &reasons.iter().map(|reason| &**reason).collect::<Vec<_>>());
}

#[test]
fn a_list_that_is_cut_short() {
    let parts = Parts::build("basics", 2);
    let list = parts.folders[1].join(LIST);
    let whole = fs::read_to_string(&list).expect("a list");
    for cut in ["", &whole[..10], &whole[..whole.len() / 2], &whole[..whole.len() - 1]] {
        fs::write(&list, cut).expect("a list to write");
        refused(&parts, &parts.folders, &["shard-2: its .kiln-shard is damaged"]);
    }
    fs::write(&list, whole.replace(" notes", " \u{1}")).expect("a list to write");
    let damaged = whole.replacen("\n3 ", "\n99 ", 1);
    assert_ne!(damaged, whole);
    fs::write(&list, damaged).expect("a list to write");
    refused(&parts, &parts.folders, &["shard-2: its .kiln-shard is damaged"]);
}

#[test]
fn a_list_that_was_tampered_with_reaches_nothing_else() {
    let parts = Parts::build("props", 2);
    let outside = parts.out.with_file_name("outside.txt");
    fs::write(&outside, "not kiln's").expect("a file to write");
    let list = parts.folders[0].join(LIST);
    let whole = fs::read_to_string(&list).expect("a list");
    let line = whole.lines().find(|line| line.starts_with("3 ")).expect("a file").to_owned();
    for name in
        ["../outside.txt", outside.to_str().expect("UTF-8"), "a/../../outside.txt", ".kiln-files"]
    {
        let (head, _) = line.rsplit_once(' ').expect("a name");
        let tampered = whole.replace(&line, &format!("{head} {name}"));
        fs::write(&list, tampered).expect("a list to write");
        let Run { status, stderr, .. } = parts.merge();
        assert_eq!(status, 1, "{name}: {stderr}");
        assert!(!parts.out.exists(), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let parts = Parts::build("basics", 2);
    let outside = parts.out.with_file_name("outside");
    fs::create_dir(&outside).expect("a folder");
    fs::write(outside.join("index.html"), "a secret").expect("a file to write");
    let folder = parts.folders.iter().find(|folder| folder.join("about/index.html").exists());
    let folder = folder.expect("a shard with this page");
    let file = folder.join("about/index.html");
    fs::remove_file(&file).expect("a file to remove");
    std::os::unix::fs::symlink(outside.join("index.html"), &file).expect("a link");
    refused(&parts, &parts.folders, &["about/index.html: cannot be read as the shard wrote it"]);
    fs::remove_dir_all(folder.join("about")).expect("a folder to remove");
    std::os::unix::fs::symlink(&outside, folder.join("about")).expect("a link");
    refused(&parts, &parts.folders, &["about/index.html: cannot be read as the shard wrote it"]);
    let list = folder.join(LIST);
    fs::rename(&list, outside.join("list")).expect("a list to move");
    std::os::unix::fs::symlink(outside.join("list"), &list).expect("a link");
    refused(&parts, &parts.folders, &["is not a shard of a build: .kiln-shard cannot be read"]);
}

#[test]
fn shards_that_were_built_from_other_content() {
    let parts = Parts::build("versions", 2);
    let mut command = std::process::Command::new(support::binary("versions"));
    command.args(["--quiet", "--shard", "2/2", "--out"]).arg(&parts.folders[1]);
    Run::of(command.env("VERSION", "2")).succeeds();
    let Run { status, stderr, .. } = parts.merge();
    assert_eq!(status, 1);
    assert!(
        stderr.contains("mixed/[n].txt.rs: listed 40 when 1/2 was built, and others when 2/2 was"),
        "{stderr}"
    );
    assert!(stderr.contains("hint: build all shards from the same content"), "{stderr}");
    assert!(!parts.out.exists());
}

#[test]
fn foreign_files_in_a_shard_are_left_out() {
    let parts = Parts::build("props", 2);
    fs::write(parts.folders[0].join("mine.txt"), "not kiln's").expect("a file to write");
    parts.merge().succeeds();
    let whole = TempFolder::new("props");
    support::run("props", &["--quiet"], &whole).succeeds();
    assert_eq!(tree(&parts.out), tree(&whole));
}
