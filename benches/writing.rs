//! The cost of kiln compared with the raw work: `cargo bench -p benches --bench writing`, or `-- fresh posts` for some
//! of it.
//!
//! Each site is run in turn with a program that only writes the same bytes to the same paths, on a new file system.
//! README.md beside this file explains the rows.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::cell::Cell;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use benches::figures::{Spread, megabytes};
use benches::ground::{Ground, Grounds};
use benches::process::{Cost, run};
use benches::{compile_sites, corpus, trees};

/// The works that can be selected, in the order of the table.
const WORKS: [(&str, Work); 9] = [
    ("fresh", fresh),
    ("unchanged", unchanged),
    ("changed", changed),
    ("one-changed", one_changed),
    ("exchanged", exchanged),
    ("posts", posts),
    ("million", million),
    ("large", large),
    ("startup", startup),
];

/// Works that do not depend on the file system, and only run on the first one.
const ON_ONE: [&str; 2] = ["large", "startup"];

type Work = fn(&Bench, &Ground);

/// The state that all works need.
struct Bench {
    binaries: PathBuf,
    storage: PathBuf,
    /// How often kiln and the raw program do each work.
    pairs: usize,
}

/// A run of kiln or of the raw program.
type Run<'a> = &'a dyn Fn() -> Cost;

fn main() {
    let grounds = Grounds::find(env!("CARGO_TARGET_TMPDIR"));
    let asked: Vec<String> = env::args().skip(1).filter(|name| !name.starts_with("--")).collect();
    for name in &asked {
        assert!(WORKS.iter().any(|(work, _)| work == name), "there is no work `{name}`");
    }
    let pairs = env::var("KILN_BENCH_PAIRS").map_or(7, |pairs| pairs.parse().expect("a number"));
    let bench = Bench { binaries: compile_sites(), storage: grounds.storage().into(), pairs };
    corpus::write_posts(&bench.content(), 10_000).expect("posts to write");

    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("{pairs} pairs, {cores} threads. Medians; least and greatest in brackets.");
    if let Some(note) = grounds.note() {
        println!("{note}");
    }
    println!("\n| work | on | kiln | its peak | raw | kiln / raw | aim |");
    println!("|---|---|---|---|---|---|---|");
    for (name, work) in WORKS {
        if asked.is_empty() || asked.iter().any(|asked| asked == name) {
            let count = if ON_ONE.contains(&name) { 1 } else { grounds.all.len() };
            grounds.all[..count].iter().for_each(|ground| work(&bench, ground));
        }
    }
}

/// 100,000 JSON files of 300 bytes into a new folder.
fn fresh(bench: &Bench, ground: &Ground) {
    verify(ground, |out| bench.json(out, 100_000, 0), |out| raw_json("create", out, 0));
    let [kiln, raw, at] = bench.in_turn([
        &|| run_on_fresh(ground, |out| bench.json(out, 100_000, 0)),
        &|| run_on_fresh(ground, |out| raw_json("create", out, 0)),
        &|| run_on_fresh(ground, |out| raw_json("create-at", out, 0)),
    ]);
    show("100,000 JSON files, fresh", ground, &kiln, &raw, ground.aim("1.4", "1.1"));
    show("the same, raw by handles of folders", ground, &kiln, &at, "");
}

/// The same 100,000 again.
fn unchanged(bench: &Bench, ground: &Ground) {
    let fresh = ground.fresh();
    let out = &fresh.folder().join("dist");
    let settled = |mut command: Command| {
        fresh.settle();
        run(&mut command)
    };
    settled(bench.json(out, 100_000, 0));
    settled(bench.json(out, 100_000, 0));
    settled(raw_json("compare", out, 0));
    let [kiln, raw, stat] = bench.in_turn([
        &|| settled(bench.json(out, 100_000, 0)),
        &|| settled(raw_json("compare", out, 0)),
        &|| settled(raw_json("stat", out, 0)),
    ]);
    show("nothing changed, raw reads and compares", ground, &kiln, &raw, "2.0");
    show("nothing changed, raw only gets sizes", ground, &kiln, &stat, "");
}

/// The same 100,000 again, with other bytes in 1,000 of them each time.
fn changed(bench: &Bench, ground: &Ground) {
    let fresh = ground.fresh();
    let out = &fresh.folder().join("dist");
    let settled = |mut command: Command| {
        fresh.settle();
        run(&mut command)
    };
    let version = Cell::new(1);
    settled(bench.json(out, 100_000, 0));
    settled(bench.json(out, 100_000, version.get()));
    let [kiln, raw] = bench.in_turn([
        &|| {
            version.set(version.get() + 1);
            settled(bench.json(out, 100_000, version.get()))
        },
        &|| settled(raw_json("compare", out, version.get())),
    ]);
    show("1% changed, raw reads and compares", ground, &kiln, &raw, "1.5");
}

/// HTML pages, each in its own folder: with one changed, and with none changed.
fn one_changed(bench: &Bench, ground: &Ground) {
    for (count, shown) in [(2_000, "2,000"), (10_000, "10,000"), (100_000, "100,000")] {
        let fresh = ground.fresh();
        let out = &fresh.folder().join("dist");
        let version = Cell::new(0);
        let build = || {
            fresh.settle();
            run(&mut bench.pages("folders", out, count, version.get()))
        };
        let change = || {
            version.set(version.get() + 1);
            build()
        };
        build();
        change();
        build();
        let [changed, unchanged] = bench.in_turn([&change, &build]);
        let name = format!("1 of {shown} pages changed, beside none changed");
        show(&name, ground, &changed, &unchanged, "1.5");
    }
}

/// 100,000 JSON pages with 1% changed and `--atomic`, which exchanges the whole folder; and a fresh build of the same site.
fn exchanged(bench: &Bench, ground: &Ground) {
    let fresh = ground.fresh();
    let out = &fresh.folder().join("dist");
    let version = Cell::new(0);
    let exchange = || {
        fresh.settle();
        version.set(version.get() + 1);
        run(bench.json(out, 100_000, version.get()).arg("--atomic"))
    };
    exchange();
    exchange();
    let at = Cell::new(0);
    let new = || {
        fresh.settle();
        at.set(at.get() + 1);
        run(&mut bench.json(&fresh.folder().join(format!("new-{}", at.get())), 100_000, 0))
    };
    let [exchanged, new] = bench.in_turn([&exchange, &new]);
    show("1% changed, exchanged as a whole, beside a fresh build", ground, &exchanged, &new, "1.5");
}

/// 10,000 posts in Markdown, pages with lists of them, and a feed.
fn posts(bench: &Bench, ground: &Ground) {
    let kiln = |out: &Path| {
        let mut kiln = bench.kiln("posts", out);
        kiln.env("KILN_BENCH_CONTENT", bench.content());
        kiln
    };
    let raw = |out: &Path| {
        let mut raw = raw("posts", out);
        raw.arg(bench.content());
        raw
    };
    verify(ground, kiln, raw);
    let [kiln, raw] =
        bench.in_turn([&|| run_on_fresh(ground, kiln), &|| run_on_fresh(ground, raw)]);
    show("10,000 Markdown posts, fresh", ground, &kiln, &raw, "1.3");
}

/// 1,000,000 JSON files into a new folder, and how much more memory that takes than 100,000.
fn million(bench: &Bench, ground: &Ground) {
    let fewer = run_on_fresh(ground, |out| bench.json(out, 100_000, 0));
    let create = |out: &Path| {
        let mut raw = raw("create", out);
        raw.args(["1000000", "0"]);
        raw
    };
    let [kiln, raw] = bench
        .in_turn([&|| run_on_fresh(ground, |out| bench.json(out, 1_000_000, 0)), &|| {
            run_on_fresh(ground, create)
        }]);
    show("1,000,000 JSON files, fresh", ground, &kiln, &raw, "1.3; 200 MB");
    let (peak, fewer) = (megabytes(peak(&kiln)), megabytes(fewer.peak));
    println!(
        "| its peak, beside that of 100,000 | {} | | {peak} | {fewer} | | 1.5 |",
        ground.name()
    );
}

/// 50 files of 100 MB, with 1, 2 and 4 jobs, and 10 files to compare the memory.
fn large(bench: &Bench, ground: &Ground) {
    for jobs in ["1", "2", "4"] {
        let kiln = |count: &'static str| {
            move |out: &Path| {
                let mut kiln = bench.kiln("large", out);
                kiln.env("KILN_BENCH_COUNT", count).args(["--jobs", jobs]);
                kiln
            }
        };
        let raw = |out: &Path| {
            let mut raw = raw("large", out);
            raw.arg("50");
            raw
        };
        let fewer = megabytes(run_on_fresh(ground, kiln("10")).peak);
        let [kiln, raw] =
            bench.in_turn([&|| run_on_fresh(ground, kiln("50")), &|| run_on_fresh(ground, raw)]);
        let name = format!("50 files of 100 MB, jobs {jobs} (10 files: peak {fewer})");
        show(&name, ground, &kiln, &raw, "");
    }
}

/// One page: the whole process, many times.
fn startup(bench: &Bench, ground: &Ground) {
    let fresh = ground.fresh();
    let count = Cell::new(0);
    let out = || {
        count.set(count.get() + 1);
        fresh.folder().join(format!("dist-{}", count.get()))
    };
    let many = Bench { pairs: 101, binaries: bench.binaries.clone(), storage: PathBuf::new() };
    let [kiln, raw] =
        many.in_turn([&|| run(&mut many.kiln("one", &out())), &|| run(&mut raw("one", &out()))]);
    let (times, raw_times) = (times(&kiln), times(&raw));
    println!(
        "| one page, the whole process | {} | {} | {} | {} | {} | 5 ms |",
        ground.name(),
        Spread::of_times(&times).milliseconds(),
        megabytes(peak(&kiln)),
        Spread::of_times(&raw_times).milliseconds(),
        Spread::of_ratios(&times, &raw_times).ratio(),
    );
}

impl Bench {
    /// The Markdown files of the posts.
    fn content(&self) -> PathBuf {
        self.storage.join("content")
    }

    fn kiln(&self, site: &str, out: &Path) -> Command {
        let mut kiln = Command::new(self.binaries.join(site));
        kiln.args(["--quiet", "--out"]).arg(out);
        kiln
    }

    fn json(&self, out: &Path, count: usize, version: usize) -> Command {
        self.pages("json", out, count, version)
    }

    /// A site whose number of pages and version are set in the environment.
    fn pages(&self, site: &str, out: &Path, count: usize, version: usize) -> Command {
        let mut kiln = self.kiln(site, out);
        kiln.env("KILN_BENCH_COUNT", count.to_string());
        kiln.env("KILN_BENCH_VERSION", version.to_string());
        kiln
    }

    /// Runs all in turn, forwards and backwards, so that none always follows the same other.
    fn in_turn<const N: usize>(&self, runs: [Run<'_>; N]) -> [Vec<Cost>; N] {
        let mut costs = [const { Vec::new() }; N];
        for round in 0..self.pairs {
            for turn in 0..N {
                let which = if round % 2 == 0 { turn } else { N - 1 - turn };
                costs[which].push(runs[which]());
            }
        }
        costs
    }
}

/// Checks that kiln and the raw program produce the same files.
fn verify(ground: &Ground, kiln: impl Fn(&Path) -> Command, raw: impl Fn(&Path) -> Command) {
    let fresh = ground.fresh();
    let (one, other) = (fresh.folder().join("kiln"), fresh.folder().join("raw"));
    run(&mut kiln(&one));
    run(&mut raw(&other));
    trees::demand_same(&one, &other).expect("trees that can be read");
}

fn run_on_fresh(ground: &Ground, command: impl Fn(&Path) -> Command) -> Cost {
    let fresh = ground.fresh();
    run(&mut command(&fresh.folder().join("dist")))
}

fn raw(command: &str, out: &Path) -> Command {
    let mut raw = Command::new(env!("CARGO_BIN_EXE_raw"));
    raw.arg(command).arg(out);
    raw
}

fn raw_json(command: &str, out: &Path, version: usize) -> Command {
    let mut raw = raw(command, out);
    raw.arg("100000").arg(version.to_string());
    raw
}

fn times(costs: &[Cost]) -> Vec<Duration> {
    costs.iter().map(|cost| cost.time).collect()
}

/// The maximum of all runs.
fn peak(costs: &[Cost]) -> u64 {
    costs.iter().map(|cost| cost.peak).max().unwrap_or_default()
}

/// Prints a row.
fn show(work: &str, ground: &Ground, kiln: &[Cost], raw: &[Cost], aim: &str) {
    let (times, raw) = (times(kiln), times(raw));
    println!(
        "| {work} | {} | {} | {} | {} | {} | {aim} |",
        ground.name(),
        Spread::of_times(&times).seconds(),
        megabytes(peak(kiln)),
        Spread::of_times(&raw).seconds(),
        Spread::of_ratios(&times, &raw).ratio(),
    );
}
