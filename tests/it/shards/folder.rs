//! The folder of a shard: an out folder with one more file.

use std::fs;
use std::path::Path;

use super::parts::{self, LIST};
use crate::support::{Run, TempFolder, run, tree};

fn modified(path: &Path) -> std::time::SystemTime {
    fs::metadata(path).and_then(|data| data.modified()).expect("a time")
}

#[test]
fn a_shard_that_has_not_changed_is_not_touched() {
    let out = TempFolder::new("shard");
    parts::build("basics", "1/2", &out).succeeds();
    let names: Vec<String> = tree(&out).into_keys().collect();
    let before: Vec<_> = names.iter().map(|name| modified(&out.join(name))).collect();
    parts::build("basics", "1/2", &out).succeeds();
    let after: Vec<_> = names.iter().map(|name| modified(&out.join(name))).collect();
    assert_eq!(before, after);
    assert_eq!(out.siblings(), [out.name()]);
}

#[test]
fn the_whole_and_its_shards_take_turns_in_one_folder() {
    // With a name that cannot be moved, the folder is changed file by file.
    let bound = cfg!(unix).then_some("a\u{1}");
    for foreign in [None, bound] {
        let out = TempFolder::new("turns");
        for shard in ["1/1", "", "1/2", "2/2", "", "9/40", "10/40", "", "1/1", "1/2"] {
            run_shard(shard, &out);
            let fresh = TempFolder::new("fresh");
            run_shard(shard, &fresh);
            let mut made = tree(&out);
            made.retain(|name, _| Some(&**name) != foreign);
            assert_eq!(made, tree(&fresh), "{shard:?}");
            assert_eq!(out.join(LIST).exists(), !shard.is_empty(), "{shard:?}");
            if let Some(name) = foreign {
                fs::write(out.join(name), "").expect("a file to write");
            }
        }
    }
}

/// Builds a shard of `basics`, or all of it.
#[track_caller]
fn run_shard(shard: &str, out: &TempFolder) {
    match shard {
        "" => run("basics", &["--quiet"], out).succeeds(),
        shard => parts::build("basics", shard, out).succeeds(),
    };
}

#[test]
fn a_shard_that_fails_leaves_its_folder_as_it_was() {
    let out = TempFolder::new("fails");
    parts::build("basics", "1/2", &out).succeeds();
    let before = tree(&out);
    // One of its failures is that of `static_paths` as a whole, which fails each shard.
    for shard in ["1/2", "2/2"] {
        let Run { status, stderr, .. } = parts::build("failing", shard, &out);
        assert_eq!(status, 1);
        assert!(stderr.contains("static_paths of "), "{shard}: {stderr}");
        assert_eq!(tree(&out), before);
    }
}

#[test]
fn each_failure_belongs_to_one_shard() {
    let failures = |arguments: &[&str]| -> Vec<String> {
        let Run { status, stderr, .. } = run("failing", arguments, &TempFolder::new("failing"));
        assert_eq!(status, 1);
        let heads = stderr.lines().filter(|line| line.starts_with("error: "));
        // Some failures are found by `merge`, those of `static_paths` as a whole by each shard, and those that several pages share
        // by the shards of all of them.
        let is_of_a_page = |line: &&str| {
            let found_by_merge = [" source", " differs only in "];
            let shared =
                ["error: static_paths of ", "error: /blog", "error: /tags/", "error: /boom/"];
            let others = [&found_by_merge[..], &shared].concat();
            !others.iter().any(|other| line.contains(other))
        };
        heads.filter(is_of_a_page).map(str::to_owned).collect()
    };
    let mut all = failures(&["--quiet"]);
    let mut shards: Vec<String> = ["1/3", "2/3", "3/3"]
        .iter()
        .flat_map(|shard| failures(&["--quiet", "--shard", shard]))
        .collect();
    all.sort();
    shards.sort();
    assert_eq!(shards, all);
}
