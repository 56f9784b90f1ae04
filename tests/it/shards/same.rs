//! Merged shards are the same as one build, byte for byte.

use std::collections::BTreeMap;
use std::fs;

use super::parts::{self, LIST, Parts};
use crate::support::{TempFolder, Tree, run, tree};

const SITES: [&str; 7] =
    ["basics", "settings", "props", "pages", "versions", "redirects", "precompressed"];
const COUNTS: [usize; 4] = [1, 2, 3, 8];

/// What a shard wrote, without kiln's own files and those that depend on all pages.
fn made(folder: &std::path::Path) -> Tree {
    let mut made = tree(folder);
    // Files that hosts read among them.
    let of_all_pages = ["redirects.json", "sitemap.xml", "_redirects", "_headers", ".nojekyll"];
    made.retain(|name, _| !name.starts_with(".kiln") && !of_all_pages.contains(&name.as_str()));
    made
}

#[test]
fn shards_are_disjoint_and_even_and_merged_they_are_the_whole_byte_for_byte() {
    for site in SITES {
        let whole = TempFolder::new(site);
        run(site, &["--quiet"], &whole).succeeds();
        let whole = [made(&whole), tree(&whole)];
        for count in COUNTS {
            let parts = Parts::build(site, count);
            let case = format!("{site} in {count} shards");
            check_division(&parts, &whole[0], &case);
            parts.merge().succeeds();
            assert_eq!(tree(&parts.out), whole[1], "{case}");
        }
    }
}

/// Checks that each file is in one shard, and that shards have about as many.
#[track_caller]
fn check_division(parts: &Parts, whole: &Tree, case: &str) {
    let mut all = Tree::new();
    let mut counts = Vec::new();
    for folder in &parts.folders {
        let made = made(folder);
        // Pages differ in the number of their variants.
        let is_variant = |name: &&String| {
            ["gz", "br", "zst"].contains(&name.rsplit('.').next().unwrap_or_default())
        };
        counts.push(made.keys().filter(|name| !is_variant(name)).count());
        for (name, bytes) in made {
            assert!(all.insert(name.clone(), bytes).is_none(), "{name} is in two shards");
        }
    }
    assert_eq!(all, *whole, "{case}");
    // A page that answers 204 belongs to a shard too.
    let (least, most) = (counts.iter().min(), counts.iter().max());
    let difference = most.expect("a shard") - least.expect("a shard");
    assert!(difference <= 4, "{case}: {counts:?}");
}

#[test]
fn a_shard_is_the_same_each_time_and_on_any_number_of_threads() {
    let (one, many) = (TempFolder::new("shard-1"), TempFolder::new("shard-64"));
    run("basics", &["--quiet", "--shard", "2/3", "--jobs", "1"], &one).succeeds();
    run("basics", &["--quiet", "--shard", "2/3", "--jobs", "64"], &many).succeeds();
    assert_eq!(tree(&one), tree(&many));
    assert!(tree(&one).contains_key(LIST));
}

#[test]
fn more_shards_than_pages_leave_some_empty() {
    let parts = Parts::build("props", 40);
    let empty = parts.folders.iter().filter(|folder| made(folder).is_empty()).count();
    assert_eq!(empty, 36);
    parts.merge().succeeds();
    let whole = TempFolder::new("props");
    run("props", &["--quiet"], &whole).succeeds();
    assert_eq!(tree(&parts.out), tree(&whole));
}

#[test]
fn the_order_in_which_folders_are_named_changes_nothing() {
    let mut parts = Parts::build("basics", 3);
    parts.merge().succeeds();
    let before = tree(&parts.out);
    fs::remove_dir_all(&*parts.out).expect("a folder to remove");
    parts.folders.reverse();
    parts.merge().succeeds();
    assert_eq!(tree(&parts.out), before);
}

#[test]
fn merge_touches_no_file_that_has_not_changed_and_removes_what_is_gone() {
    let parts = Parts::build("basics", 2);
    run("settings", &["--quiet"], &parts.out).succeeds();
    fs::write(parts.out.join("mine.txt"), "not kiln's").expect("a file to write");
    let merged = parts.merge();
    assert!(
        merged.stderr.contains("warning: mine.txt: was not written by kiln"),
        "{}",
        merged.stderr
    );
    merged.succeeds();
    let modified = || -> BTreeMap<String, std::time::SystemTime> {
        let names = tree(&parts.out).into_keys();
        let modified =
            |name: &str| fs::metadata(parts.out.join(name)).and_then(|data| data.modified());
        names.map(|name| (name.clone(), modified(&name).expect("a time"))).collect()
    };
    let before = modified();
    parts.merge().succeeds();
    assert_eq!(modified(), before);
    let whole = TempFolder::new("basics");
    run("basics", &["--quiet"], &whole).succeeds();
    let mut merged = tree(&parts.out);
    merged.remove("mine.txt").expect("a foreign file");
    assert_eq!(merged, tree(&whole));
}

#[test]
fn merged_shards_are_reported_as_the_whole() {
    let parts = Parts::build("basics", 3);
    let whole = TempFolder::new("basics");
    let report = |name: &str| parts.out.with_file_name(name);
    let file = report("whole.json");
    run("basics", &["--quiet", "--report", file.to_str().expect("UTF-8")], &whole).succeeds();
    let folders = parts.folders.iter().map(|folder| folder.to_str().expect("UTF-8"));
    let file = report("merged.json");
    let arguments: Vec<&str> = ["merge", "--report", file.to_str().expect("UTF-8"), "--out"]
        .into_iter()
        .chain([parts.out.to_str().expect("UTF-8")])
        .chain(folders)
        .collect();
    let shown = crate::support::run_bare("basics", &arguments).succeeds();
    assert!(!shown.contains("slowest routes"), "{shown}");
    let read = |name: &str| {
        let mut json: serde_json::Value =
            serde_json::from_slice(&fs::read(report(name)).expect("a report")).expect("JSON");
        json["seconds"].take();
        for route in json["routes"].as_array_mut().expect("routes") {
            route["seconds"].take();
        }
        json
    };
    assert_eq!(read("merged.json"), read("whole.json"));
}

#[test]
fn the_report_of_a_shard_counts_its_own() {
    let out = TempFolder::new("report");
    let file = out.with_file_name("report.json");
    let report = ["--quiet", "--shard", "1/2", "--report", file.to_str().expect("UTF-8")];
    run("props", &report, &out).succeeds();
    let json: serde_json::Value =
        serde_json::from_slice(&fs::read(&file).expect("a report")).expect("JSON");
    assert_eq!(json["shard"], "1/2");
    assert_eq!(json["pages"].as_u64(), Some(made(&out).len() as u64));
    let other = TempFolder::new("report");
    parts::build("props", "2/2", &other).succeeds();
    assert_eq!(made(&out).len() + made(&other).len(), 5);
}
