//! The cost of middleware for a page: `cargo bench -p benches --bench middleware`.
//!
//! Counts instructions under valgrind, as `--bench callgrind` does, for sites that only differ in their middleware.
//! Each is built with 1,000 and with 3,000 pages; the difference is the cost of 2,000 pages, without the start of the
//! process.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::fs;
use std::process::ExitCode;

use benches::instructions::{has_valgrind, instructions};
use benches::{compile_sites, scratch};

/// The sites, with their middleware.
const SITES: [(&str, &str); 3] = [
    ("direct", "no middleware"),
    ("unmatched", "a matcher that does not match"),
    ("empty", "an empty middleware"),
];

/// How often each is counted: the interleaving of threads differs between runs.
const RUNS: usize = 5;

fn main() -> ExitCode {
    if !has_valgrind() {
        return ExitCode::FAILURE;
    }
    let (binaries, scratch) = (compile_sites(), scratch());
    fs::create_dir_all(&scratch).expect("a folder to make");
    println!("instructions a page, medians of {RUNS} runs in turn");
    let mut counts = [const { Vec::new() }; SITES.len()];
    for _ in 0..RUNS {
        for ((site, _), counts) in SITES.iter().zip(&mut counts) {
            let site = binaries.join(site);
            let (few, many) =
                (instructions(&site, 1_000, &scratch), instructions(&site, 3_000, &scratch));
            counts.push(many.saturating_sub(few) / 2_000);
        }
    }
    fs::remove_dir_all(&scratch).expect("the scratch folder can be removed");
    let [direct, unmatched, empty] = counts.map(|mut counts| {
        counts.sort_unstable();
        counts[RUNS / 2]
    });
    for ((_, name), count) in SITES.iter().zip([direct, unmatched, empty]) {
        println!("{name:<32}{count:>8}  +{}", count.saturating_sub(direct));
    }
    ExitCode::SUCCESS
}
