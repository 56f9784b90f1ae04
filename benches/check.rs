//! The cost of `check`: `cargo bench -p benches --bench check`.
//!
//! The pages of a site have 100 links each, nearly all of them with a fragment. First, both `check` and hyperlink look for the
//! same broken links. Then the site is checked, built, and read by hyperlink from the built folder, in turn. hyperlink, the
//! fastest checker of links that we know, is `cargo install hyperlink`; without it, only kiln is measured.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use benches::figures::{Spread, megabytes};
use benches::instructions::{has_valgrind, instructions_of};
use benches::process::{Cost, measure, run};
use benches::{compile_linked, scratch};

/// The number of pages if `KILN_BENCH_COUNT` does not say another.
const PAGES: u32 = 10_000;
/// How often a page has broken links.
const BROKEN: u32 = 100;

struct Bench {
    site: PathBuf,
    scratch: PathBuf,
    pages: u32,
}

fn main() {
    let number = |name| env::var(name).ok().and_then(|number| number.parse().ok());
    let bench = Bench {
        site: compile_linked().join("linked"),
        scratch: scratch(),
        pages: number("KILN_BENCH_COUNT").unwrap_or(PAGES),
    };
    fs::create_dir_all(&bench.scratch).expect("a folder to make");
    let has_hyperlink =
        Command::new("hyperlink").arg("--version").stdout(Stdio::null()).status().is_ok();
    if has_hyperlink {
        bench.compare_findings();
    } else {
        println!("hyperlink is not installed: cargo install hyperlink\n");
    }
    bench.time(number("KILN_BENCH_PAIRS").unwrap_or(5), has_hyperlink);
    bench.weigh(10 * bench.pages);
    bench.count_instructions();
    fs::remove_dir_all(&bench.scratch).expect("the scratch folder can be removed");
}

impl Bench {
    /// A command of the site.
    fn kiln(&self, command: &str, pages: u32) -> Command {
        let mut kiln = Command::new(&self.site);
        kiln.args([command, "--quiet", "--out"]).arg(self.dist());
        kiln.env("KILN_BENCH_COUNT", pages.to_string());
        kiln
    }

    fn dist(&self) -> PathBuf {
        self.scratch.join("dist")
    }

    fn hyperlink(&self) -> Command {
        let mut hyperlink = Command::new("hyperlink");
        hyperlink.arg(self.dist()).arg("--check-anchors").stdout(Stdio::null());
        hyperlink
    }

    /// Fails unless both find the same numbers of links and fragments.
    fn compare_findings(&self) {
        let broken = BROKEN.to_string();
        run(self.kiln("build", self.pages).env("KILN_BENCH_BROKEN", &broken));
        let output =
            self.hyperlink().stdout(Stdio::piped()).output().expect("hyperlink can be called");
        let output = String::from_utf8_lossy(&output.stdout).into_owned();
        let by_hyperlink = ["bad links", "bad anchors"].map(|what| number_before(&output, what));
        let output =
            self.kiln("check", self.pages).env("KILN_BENCH_BROKEN", &broken).arg("--json").output();
        let findings: serde_json::Value =
            serde_json::from_slice(&output.expect("the site can be called").stdout).expect("JSON");
        let findings = findings.as_array().expect("an array");
        let by_kiln: [u64; 2] = ["link", "fragment"].map(|kind| {
            let of_kind = findings.iter().filter(|finding| finding["kind"] == kind);
            of_kind.filter_map(|finding| finding["pages"].as_u64()).sum()
        });
        fs::remove_dir_all(self.dist()).expect("a built site");
        assert_eq!(by_kiln, by_hyperlink, "kiln and hyperlink find other links and fragments");
        let [links, fragments] = by_kiln;
        println!(
            "{} pages: both find {links} broken links and {fragments} broken fragments\n",
            self.pages
        );
    }

    /// Times all commands in turn.
    fn time(&self, runs: u32, has_hyperlink: bool) {
        let mut costs = [const { Vec::new() }; 3];
        for _ in 0..runs {
            costs[0].push(run(&mut self.kiln("check", self.pages)));
            costs[1].push(run(&mut self.kiln("build", self.pages)));
            if has_hyperlink {
                costs[2].push(measure(&mut self.hyperlink()).0);
            }
            fs::remove_dir_all(self.dist()).expect("a built site");
        }
        println!("{} pages with 100 links each, medians of {runs} runs", self.pages);
        println!("| command | time | processor time | peak |");
        println!("|---|---|---|---|");
        for (name, costs) in ["check", "build", "hyperlink on the built site"].iter().zip(&costs) {
            row(name, costs);
        }
    }

    /// Checks a larger site once, for the memory.
    fn weigh(&self, pages: u32) {
        let cost = run(&mut self.kiln("check", pages));
        row(&format!("check of {pages} pages, once"), &[cost]);
        assert!(!Path::new(&self.dist()).exists(), "check has left something");
    }

    fn count_instructions(&self) {
        if !has_valgrind() {
            return;
        }
        let [check, build] = ["check", "build"].map(|command| {
            let of = |pages| instructions_of(command, &self.site, pages, &self.scratch);
            of(600).saturating_sub(of(200)) / 400
        });
        println!("\ninstructions for a page: {check} to check it, and {build} to build it");
    }
}

fn row(name: &str, costs: &[Cost]) {
    let Some(peak) = costs.iter().map(|cost| cost.peak).max() else { return };
    let spread = |part: fn(&Cost) -> Duration| {
        Spread::of_times(&costs.iter().map(part).collect::<Vec<_>>()).seconds()
    };
    println!(
        "| {name} | {} | {} | {} |",
        spread(|it| it.time),
        spread(|it| it.processor),
        megabytes(peak)
    );
}

/// The number in `Found N bad links`; 0 without such a line.
fn number_before(text: &str, what: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_suffix(what)?.trim().strip_prefix("Found "));
    line.and_then(|number| number.trim().parse().ok()).unwrap_or_default()
}
