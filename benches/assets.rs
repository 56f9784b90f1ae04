//! The cost of requested files: `cargo bench -p benches --bench assets`.
//!
//! Builds two sites in turn whose pages have 50 links each to the same 50 files: one requests them, and the other has
//! them in `public/` and writes the links by hand.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use benches::figures::{Spread, megabytes};
use benches::instructions::{has_valgrind, instructions};
use benches::process::{Cost, run};
use benches::{compile_sites, scratch};

/// How often each site is built, in turn.
const PAIRS: usize = 15;

fn main() {
    let sites = Path::new(env!("CARGO_MANIFEST_DIR")).join("sites");
    write_files(&sites.join("assets/assets"), "images/");
    write_files(&sites.join("links/public/files"), "");
    let (binaries, scratch) = (compile_sites(), scratch());
    fs::create_dir_all(&scratch).expect("a folder to make");
    println!("processor time of {PAIRS} pairs, medians; minimum and maximum in brackets\n");
    println!("| pages | requested | its peak | by hand | its peak | ratio | aim |");
    println!("|---|---|---|---|---|---|---|");
    for (count, pairs, aim) in [(1_000, PAIRS, "1.05"), (100_000, 1, "the peak of 1,000")] {
        let [requested, by_hand] = in_turn(&binaries, &scratch, count, pairs);
        let times =
            |costs: &[Cost]| costs.iter().map(|cost| cost.processor).collect::<Vec<Duration>>();
        let peak =
            |costs: &[Cost]| megabytes(costs.iter().map(|cost| cost.peak).max().unwrap_or(0));
        println!(
            "| {count} | {} | {} | {} | {} | {} | {aim} |",
            Spread::of_times(&times(&requested)).seconds(),
            peak(&requested),
            Spread::of_times(&times(&by_hand)).seconds(),
            peak(&by_hand),
            Spread::of_ratios(&times(&requested), &times(&by_hand)).ratio(),
        );
    }
    count_instructions(&binaries, &scratch);
    fs::remove_dir_all(&scratch).expect("the scratch folder can be removed");
}

/// Counts the instructions of a page with all its links, which other load on the machine does not change. What a build of any length
/// takes is not among them: it is the same for 1,000 pages and for 3,000.
fn count_instructions(binaries: &Path, scratch: &Path) {
    if !has_valgrind() {
        return;
    }
    let [requested, by_hand] = ["assets", "links"].map(|site| {
        let of_build = |pages| instructions(&binaries.join(site), pages, scratch);
        of_build(3_000).saturating_sub(of_build(1_000)) / 2_000
    });
    let request = requested.saturating_sub(by_hand) / 50;
    println!(
        "\ninstructions of a page: {requested}, and {by_hand} by hand: {request} more a request"
    );
}

/// Builds both sites in alternating order, each into a new folder.
fn in_turn(binaries: &Path, scratch: &Path, count: u32, pairs: usize) -> [Vec<Cost>; 2] {
    let build = |site: &str| {
        let out: PathBuf = scratch.join("dist");
        let mut command = Command::new(binaries.join(site));
        command
            .args(["build", "--quiet", "--out"])
            .arg(&out)
            .env("KILN_BENCH_COUNT", count.to_string());
        let cost = run(&mut command);
        fs::remove_dir_all(&out).expect("a built site");
        cost
    };
    let mut costs = [Vec::new(), Vec::new()];
    for pair in 0..=pairs {
        let order = if pair % 2 == 0 { [0, 1] } else { [1, 0] };
        for at in order {
            let cost = build(["assets", "links"][at]);
            // The first pair reads the files from the disk.
            if pair > 0 {
                costs[at].push(cost);
            }
        }
    }
    costs
}

/// Writes 45 pictures, and five stylesheets that each use nine of them.
fn write_files(folder: &Path, images: &str) {
    fs::create_dir_all(folder.join(images)).expect("a folder to make");
    for n in 0..45 {
        let lines = format!("<path d=\"M{n} 0h1v1z\"/>\n").repeat(100 + 10 * n);
        let picture = format!("<svg xmlns=\"http://www.w3.org/2000/svg\">\n{lines}</svg>\n");
        fs::write(folder.join(format!("{images}picture-{n}.svg")), picture).expect("a file");
    }
    for n in 0..5 {
        let mut css = String::new();
        for image in 9 * n..9 * (n + 1) {
            writeln!(css, ".p{image} {{ background: url({images}picture-{image}.svg) }}")
                .expect("a string");
        }
        fs::write(folder.join(format!("style-{n}.css")), css).expect("a file");
    }
}
