//! Images that pages show, with the site `images`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use crate::support::{
    self, Run, TempFolder, binary, binary_with_cache, run, run_bare, scratch, tree,
};

/// Builds the site with pages for further images, separated by semicolons.
fn run_with(wanted: &str, out: &Path) -> Run {
    build(&binary("images"), wanted, out)
}

fn build(binary: &Path, wanted: &str, out: &Path) -> Run {
    let mut command = Command::new(binary);
    command.args(["build", "--quiet", "--out"]).arg(out).current_dir(scratch());
    Run::of(command.env("WANTED", wanted).env("RUST_BACKTRACE", "0"))
}

/// The images in a target folder's cache, and when each was written.
fn cached(target: &Path) -> BTreeMap<PathBuf, SystemTime> {
    let cache = target.join("kiln/images");
    let entries = fs::read_dir(cache).expect("a cache").map(|entry| entry.expect("an entry"));
    let images = entries.filter(|entry| entry.path().extension().is_some());
    let time = |entry: &fs::DirEntry| entry.metadata().and_then(|it| it.modified());
    images.map(|entry| (entry.path(), time(&entry).expect("a time"))).collect()
}

/// A text in which the hashes of files are replaced: encoders may write other bytes on other processors.
fn without_hashes(text: &str) -> String {
    let is_hash = |part: &str| part.len() == 8 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let parts = text.split('.').map(|part| if is_hash(part) { "HASH" } else { part });
    parts.collect::<Vec<_>>().join(".")
}

#[test]
fn elements_and_files_are_written_and_made_once() {
    let target = TempFolder::on_disk("images-target");
    let binary = binary_with_cache("images", &target);
    let out = TempFolder::new("images");
    let Run { status, stderr, .. } = build(&binary, "", &out);
    assert_eq!(status, 0, "{stderr}");
    let warning = "assets/cover.jpg: has GPS coordinates";
    assert_eq!(stderr.matches(warning).count(), 1, "{stderr}");
    let first = tree(&out);
    let home = String::from_utf8(first["index.html"].clone()).expect("UTF-8");
    support::check_text("tests/sites/images/index.txt", &without_hashes(&home));
    let files = first.keys().filter_map(|name| name.strip_prefix("_assets/"));
    let mut files: Vec<String> = files.map(without_hashes).collect();
    files.sort();
    let expected = [
        "chart-100.HASH.png",
        "chart-100.HASH.webp",
        "chart-200.HASH.webp",
        "chart-50.HASH.png",
        "chart-50.HASH.webp",
        "chart.HASH.png",
        "cover-100.HASH.jpg",
        "cover-100.HASH.webp",
        "cover-50.HASH.jpg",
        "cover-50.HASH.webp",
        "cover.HASH.jpg",
        "logo.HASH.svg",
        "moving.HASH.gif",
        "wide-1040.HASH.jpg",
        "wide-1040.HASH.webp",
        "wide-520.HASH.jpg",
        "wide-520.HASH.webp",
        "wide-760.HASH.jpg",
        "wide-760.HASH.webp",
    ];
    assert_eq!(files, expected);
    let original = &first[first.keys().find(|name| name.contains("cover.")).expect("a file")];
    assert_eq!(*original, fs::read(source("cover.jpg")).expect("a file"));

    // All entries are used again: none is written anew or removed.
    let made = cached(&target);
    assert!(!made.is_empty());
    let again = TempFolder::new("images-again");
    assert_eq!(build(&binary, "", &again).status, 0);
    assert_eq!(tree(&again), first);
    assert_eq!(cached(&target), made);

    let strict = run("images", &["--quiet", "--strict"], &TempFolder::new("images-strict"));
    assert_eq!(strict.status, 1);
    assert!(strict.stderr.contains(warning), "{}", strict.stderr);
}

fn source(name: &str) -> PathBuf {
    support::repository().join("tests/sites/images/assets").join(name)
}

#[test]
fn broken_images_fail_their_pages() {
    let out = TempFolder::new("images-broken");
    let wanted = [
        "broken/half.jpg",
        "broken/text.png",
        "broken/bomb.png",
        "covr.jpg",
        "broken/nowhere.png",
        "../kiln.toml",
        "/cover.jpg",
    ];
    let Run { status, stderr, .. } = run_with(&wanted.join(";"), &out);
    assert_eq!(status, 1, "{stderr}");
    let shown = stderr.replace(&out.shown(), "<out>");
    support::check_text("tests/sites/images/failures.txt", &shown);
    assert!(!out.exists());
}

#[test]
fn shards_and_merge_write_the_same_images() {
    let whole = TempFolder::new("images-whole");
    run("images", &["--quiet"], &whole).succeeds();
    let parts: Vec<TempFolder> = (1..=3)
        .map(|number| {
            let out = TempFolder::new("images-part");
            run("images", &["--quiet", "--shard", &format!("{number}/3")], &out).succeeds();
            out
        })
        .collect();
    let merged = TempFolder::new("images-merged");
    let mut arguments = vec!["merge".to_owned(), "--quiet".to_owned()];
    arguments.extend(parts.iter().map(TempFolder::shown));
    arguments.extend(["--out".to_owned(), merged.shown()]);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    run_bare("images", &arguments).succeeds();
    assert_eq!(tree(&merged), tree(&whole));
}
