//! Collections and Markdown: `cargo bench -p benches --bench content`, or `-- plain large` for some of it.
//!
//! 10,000 posts with 200 lists of them and a feed, in turn with a program that only does the unavoidable work, and beside other
//! generators on the same files. `KILN_BENCH_POSTS` is another number of posts. README.md beside this file explains the rows.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::cell::Cell;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use benches::figures::{Spread, megabytes};
use benches::ground::{Ground, Grounds};
use benches::process::{Cost, run};
use benches::{compile_content, corpus, rivals, trees};

/// Prints the figures of a work.
type Print = fn(&Bench);

const WORKS: [(&str, Print); 4] =
    [("plain", plain), ("highlighted", highlighted), ("changed", changed), ("large", large)];

/// The state that all works need.
struct Bench {
    binaries: PathBuf,
    /// The site of both binaries.
    site: PathBuf,
    grounds: Grounds,
    pairs: usize,
    posts: usize,
    /// How often the cache was put aside.
    forgotten: Cell<usize>,
}

fn main() {
    let grounds = Grounds::find(env!("CARGO_TARGET_TMPDIR"));
    let asked: Vec<String> = env::args().skip(1).filter(|name| !name.starts_with("--")).collect();
    for name in &asked {
        assert!(WORKS.iter().any(|(work, _)| work == name), "there is no work `{name}`");
    }
    let number = |name, default| env::var(name).map_or(default, |n| n.parse().expect("a number"));
    let bench = Bench {
        binaries: compile_content(),
        site: Path::new(env!("CARGO_MANIFEST_DIR")).join("sites/content"),
        grounds,
        pairs: number("KILN_BENCH_PAIRS", 5),
        posts: number("KILN_BENCH_POSTS", 10_000),
        forgotten: Cell::new(0),
    };
    let _ = fs::remove_dir_all(bench.aside());
    bench.write_posts(bench.posts);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("{} posts, {} pairs, {cores} threads, load {}", bench.posts, bench.pairs, load.trim());
    println!(
        "Medians; least and greatest in brackets. On {} unless stated.\n",
        bench.ground().name()
    );
    println!("| work | program | time | processor | peak | ratio | aim |");
    println!("|---|---|---|---|---|---|---|");
    for (name, work) in WORKS {
        if asked.is_empty() || asked.iter().any(|asked| asked == name) {
            work(&bench);
        }
    }
    let _ = fs::remove_dir_all(bench.aside());
}

/// Without highlighting, beside the raw program and the others.
fn plain(bench: &Bench) {
    bench.verify();
    let in_turn = |ground: &Ground| {
        bench.in_turn([&|| run_on(ground, |out| bench.kiln("content", out)), &|| {
            run_on(ground, |out| bench.raw(out))
        }])
    };
    for ground in &bench.grounds.all[1..] {
        let work = format!("plain, {}", ground.name());
        let [kiln, raw] = in_turn(ground);
        show(&work, "raw", &raw, None, "");
        show(&work, "kiln", &kiln, Some(&raw), "1.5 of raw");
    }
    let [kiln, raw] = in_turn(bench.ground());
    show("plain", "raw", &raw, None, "");
    show("plain", "kiln", &kiln, Some(&raw), "1.5 of raw");
    beside_rivals(bench, "plain", &kiln, false);
}

/// With highlighting: without a cache, with that of the build before, and beside the others.
fn highlighted(bench: &Bench) {
    let cold = || {
        bench.forget();
        bench.fresh(|out| bench.kiln("highlighted", out))
    };
    let warm = || bench.fresh(|out| bench.kiln("highlighted", out));
    // Each warm run follows a cold one, or a warm one.
    cold();
    let costs = bench.in_turn([&|| bench.fresh(|out| bench.kiln("content", out)), &cold, &warm]);
    show("highlighted", "kiln, cold", &costs[1], Some(&costs[0]), "less than all others");
    show("highlighted", "kiln, warm", &costs[2], Some(&costs[0]), "1.5 of plain");
    beside_rivals(bench, "highlighted", &costs[1], true);
}

/// The same again with one changed post.
fn changed(bench: &Bench) {
    for (site, work) in [("content", "one changed"), ("highlighted", "one changed, highlighted")] {
        let fresh = bench.ground().fresh();
        let out = fresh.folder().join("dist");
        let version = Cell::new(0);
        run(&mut bench.kiln(site, &out));
        let costs = bench.in_turn([
            &|| {
                change(&bench.posts_folder(), &version);
                run(&mut bench.kiln(site, &out))
            },
            &|| run(&mut bench.kiln(site, &out)),
        ]);
        show(work, "kiln, none changed", &costs[1], None, "");
        show(work, "kiln", &costs[0], Some(&costs[1]), "");
    }
    for rival in rivals::ALL.iter().filter(|rival| rival.is_installed()) {
        rival.write_posts(bench.posts);
        rival.forget();
        let fresh = bench.ground().fresh();
        let out = fresh.folder().join("dist");
        let version = Cell::new(0);
        run(&mut rival.build(&out, false));
        let costs: Vec<Cost> = (0..rival.runs)
            .map(|_| {
                change(&rival.posts(), &version);
                run(&mut rival.build(&out, false))
            })
            .collect();
        show("one changed", rival.name, &costs, None, "");
    }
}

/// Ten times the posts: the memory.
fn large(bench: &Bench) {
    bench.write_posts(10 * bench.posts);
    let costs = bench.in_turn::<2>([&|| bench.fresh(|out| bench.kiln("content", out)), &|| {
        bench.fresh(|out| bench.raw(out))
    }]);
    show("ten times the posts", "raw", &costs[1], None, "");
    show("ten times the posts", "kiln", &costs[0], Some(&costs[1]), "400 MB");
    bench.write_posts(bench.posts);
}

/// The other generators, each with its ratio to kiln.
fn beside_rivals(bench: &Bench, work: &str, kiln: &[Cost], is_highlighted: bool) {
    for rival in &rivals::ALL {
        if !rival.is_installed() {
            println!("| {work} | {} | not installed | | | | |", rival.name);
            continue;
        }
        rival.write_posts(bench.posts);
        let costs: Vec<Cost> = (0..rival.runs)
            .map(|_| {
                rival.forget();
                bench.fresh(|out| rival.build(out, is_highlighted))
            })
            .collect();
        show(work, rival.name, &costs, Some(kiln), "");
    }
}

impl Bench {
    /// Where all is measured that does not depend on the file system.
    fn ground(&self) -> &Ground {
        &self.grounds.all[0]
    }

    fn posts_folder(&self) -> PathBuf {
        self.site.join("content/posts")
    }

    fn write_posts(&self, count: usize) {
        corpus::write_posts(&self.posts_folder(), count).expect("posts to write");
    }

    fn kiln(&self, site: &str, out: &Path) -> Command {
        let mut kiln = Command::new(self.binaries.join(site));
        kiln.args(["--quiet", "--out"]).arg(out).env_remove("RUST_BACKTRACE");
        kiln
    }

    fn raw(&self, out: &Path) -> Command {
        let mut raw = Command::new(env!("CARGO_BIN_EXE_raw"));
        raw.arg("content").arg(out).arg(self.posts_folder());
        raw
    }

    /// Puts aside what earlier builds have cached.
    ///
    /// It is removed at the end of the program: ext4 looks for a long time for an inode that was not removed in the last minutes.
    fn forget(&self) {
        self.forgotten.set(self.forgotten.get() + 1);
        let aside = self.aside().join(self.forgotten.get().to_string());
        fs::create_dir_all(self.aside()).expect("a folder to make");
        let _ = fs::rename(self.binaries.with_file_name("kiln"), aside);
    }

    fn aside(&self) -> PathBuf {
        self.binaries.with_file_name("forgotten")
    }

    /// Runs a build into a new folder of a new file system.
    fn fresh(&self, command: impl Fn(&Path) -> Command) -> Cost {
        run_on(self.ground(), command)
    }

    /// Checks that kiln and the raw program produce the same files.
    fn verify(&self) {
        let fresh = self.ground().fresh();
        let (one, other) = (fresh.folder().join("kiln"), fresh.folder().join("raw"));
        run(&mut self.kiln("content", &one));
        run(&mut self.raw(&other));
        trees::demand_same(&one, &other).expect("trees that can be read");
    }

    /// Runs all in turn, forwards and backwards, so that none always follows the same other.
    fn in_turn<const N: usize>(&self, runs: [&dyn Fn() -> Cost; N]) -> [Vec<Cost>; N] {
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

fn run_on(ground: &Ground, command: impl Fn(&Path) -> Command) -> Cost {
    let fresh = ground.fresh();
    run(&mut command(&fresh.folder().join("dist")))
}

fn change(posts: &Path, version: &Cell<usize>) {
    version.set(version.get() + 1);
    corpus::change_post(posts, version.get()).expect("a post to write");
}

/// Prints a row. The ratio is that of each run to the one beside it, or of the medians where there are fewer runs.
fn show(work: &str, program: &str, costs: &[Cost], beside: Option<&[Cost]>, aim: &str) {
    let times = |costs: &[Cost]| costs.iter().map(|cost| cost.time).collect::<Vec<Duration>>();
    let processor: Vec<Duration> = costs.iter().map(|cost| cost.processor).collect();
    let ratio = match beside.map(times) {
        Some(beside) if beside.len() == costs.len() => {
            Spread::of_ratios(&times(costs), &beside).ratio()
        }
        Some(beside) => {
            let ratio = Spread::of_times(&times(costs)).median / Spread::of_times(&beside).median;
            format!("{ratio:.2}")
        }
        None => String::new(),
    };
    println!(
        "| {work} | {program} | {} | {:.3} s | {} | {ratio} | {aim} |",
        Spread::of_times(&times(costs)).seconds(),
        Spread::of_times(&processor).median,
        megabytes(costs.iter().map(|cost| cost.peak).max().unwrap_or_default()),
    );
}
