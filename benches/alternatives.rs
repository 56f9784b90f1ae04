//! The same files written in other ways: `cargo bench -p benches --bench alternatives`.
//!
//! 100,000 files of 300 bytes in a thousand folders, without kiln: the cost of each way of creating, comparing,
//! replacing, linking and removing them. With it, alternatives that were slower can be measured again on another
//! machine.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::env;
use std::process::Command;

use benches::figures::Spread;
use benches::ground::{Fresh, Ground, Grounds};
use benches::process::{Cost, run};

/// A way: its preparation, and the command of `raw` that is timed.
struct Way {
    name: &'static str,
    before: &'static [&'static str],
    command: &'static str,
}

const fn way(name: &'static str, before: &'static [&'static str], command: &'static str) -> Way {
    Way { name, before, command }
}

const TREE: &[&str] = &["create-at", "compare"];
const TWO_TREES: &[&str] = &["create-at", "link-tree"];
const STAGED: &[&str] = &["create-at", "stage-changed"];

const WAYS: [Way; 24] = [
    way("create, full paths", &[], "create"),
    way("create, handles of folders", &[], "create-at"),
    way("create, handles, one thread", &[], "create-at-alone"),
    way("create, handles, all folders first", &[], "create-at-folders-first"),
    way("create, handles, all folders first, threads in turn", &[], "create-at-in-turn"),
    way("create, full paths, one flat folder", &[], "create-flat"),
    way("open, read, compare; full paths", TREE, "compare"),
    way("open, read, compare; handles", TREE, "compare-at"),
    way("stat, full paths", TREE, "stat"),
    way("stat, handles", TREE, "stat-at"),
    way("list the folders, std", TREE, "list-std"),
    way("list the folders, handles", TREE, "list"),
    way("replace all: write in place", TREE, "overwrite"),
    way("replace all: truncate and write", TREE, "truncate"),
    way("replace all: unlink and create", TREE, "unlink-create"),
    way("replace all: new file, rename over", TREE, "temporary-rename"),
    way("1% changed: create 1,000 in folders beside", TREE, "stage-changed"),
    way("1% changed: rename 1,000 over", STAGED, "rename-changed"),
    way("1% changed: exchange 1,000", STAGED, "exchange-changed"),
    way("link all into a second tree", TREE, "link-tree"),
    way("exchange two trees", TWO_TREES, "exchange-tree"),
    way("remove a tree whose files have other links", TWO_TREES, "remove-tree"),
    way("remove a tree, handles, all threads", TREE, "remove-tree"),
    way("remove a tree, std::fs::remove_dir_all", TREE, "remove-tree-std"),
];

fn main() {
    let grounds = Grounds::find(env!("CARGO_TARGET_TMPDIR"));
    let asked: Vec<String> = env::args().skip(1).filter(|name| !name.starts_with("--")).collect();
    let rounds = env::var("KILN_BENCH_PAIRS").map_or(7, |rounds| rounds.parse().expect("a number"));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("100,000 files of 300 bytes in 1,000 folders, {rounds} rounds, {cores} threads.");
    println!("Medians; least and greatest in brackets.");
    if let Some(note) = grounds.note() {
        println!("{note}");
    }
    println!("\n| way | command of `raw` | {} |", names(&grounds).join(" | "));
    println!("|---|---|{}", "---|".repeat(grounds.all.len()));
    for way in &WAYS {
        if asked.is_empty() || asked.iter().any(|asked| asked == way.command) {
            let cells: Vec<String> =
                grounds.all.iter().map(|ground| time(way, ground, rounds).seconds()).collect();
            println!("| {} | `{}` | {} |", way.name, way.command, cells.join(" | "));
        }
    }
}

fn names(grounds: &Grounds) -> Vec<&'static str> {
    grounds.all.iter().map(Ground::name).collect()
}

/// Times a way, on a new file system for each round.
fn time(way: &Way, ground: &Ground, rounds: usize) -> Spread {
    Spread::of((0..rounds).map(|_| {
        let fresh = ground.fresh();
        for before in way.before {
            raw(&fresh, before);
        }
        fresh.settle();
        raw(&fresh, way.command).time.as_secs_f64()
    }))
}

fn raw(fresh: &Fresh, command: &str) -> Cost {
    let mut raw = Command::new(env!("CARGO_BIN_EXE_raw"));
    run(raw.arg(command).arg(fresh.folder().join("dist")).args(["100000", "0"]))
}
