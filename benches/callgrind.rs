//! Whether kiln needs more instructions than before: `cargo bench -p benches --bench callgrind`.
//!
//! Counts the instructions of a whole build of 1,000 JSON pages with one job, under valgrind, and compares them with
//! `callgrind.txt`. A clock cannot see a percent on a machine that has other work; this can. The system's own instructions
//! are not counted: what a call costs the kernel is measured by `--bench writing`.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(clippy::print_stderr, reason = "a benchmark prints its figures")]

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use benches::{compile_sites, scratch};

/// Where the number is kept that the count is compared with.
const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/callgrind.txt");

/// How far the count may be from it, in parts of a thousand.
const TOLERANCE: u64 = 30;

const BLESS: &str = "BLESS=1 cargo bench -p benches --bench callgrind";

fn main() -> ExitCode {
    let valgrind = Command::new("valgrind").arg("--version").stdout(Stdio::null()).status();
    if !valgrind.is_ok_and(|status| status.success()) {
        eprintln!("error: `valgrind` cannot be run\n  hint: install valgrind");
        return ExitCode::FAILURE;
    }
    let scratch = scratch();
    fs::create_dir_all(&scratch).expect("a folder to make");
    let counted = count(&compile_sites().join("json"), &scratch);
    fs::remove_dir_all(&scratch).expect("the scratch folder can be removed");
    if env::var_os("BLESS").is_some() {
        fs::write(KEPT, format!("{counted}\n")).expect("the number to write");
        println!("{counted} instructions, kept in benches/callgrind.txt");
        return ExitCode::SUCCESS;
    }
    let kept = fs::read_to_string(KEPT).expect("benches/callgrind.txt");
    compare(counted, kept.trim().parse().expect("a number in benches/callgrind.txt"))
}

fn compare(counted: u64, kept: u64) -> ExitCode {
    let difference = counted.abs_diff(kept) * 1000 / kept;
    let sign = if counted < kept { '-' } else { '+' };
    let percent = format!("{sign}{}.{} %", difference / 10, difference % 10);
    println!("{counted} instructions, {percent} of {kept} in benches/callgrind.txt");
    if difference <= TOLERANCE {
        return ExitCode::SUCCESS;
    }
    let what = if counted < kept { "fewer" } else { "more" };
    eprintln!("error: {what} instructions than benches/callgrind.txt allows for: {percent}");
    eprintln!("  hint: where that is meant, `{BLESS}`");
    ExitCode::FAILURE
}

/// The instructions of one build, in all threads, from the first of the process to the last.
fn count(site: &Path, scratch: &Path) -> u64 {
    let profile = scratch.join("callgrind.out");
    let status = Command::new("valgrind")
        .args(["--quiet", "--tool=callgrind", "--compress-strings=no"])
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .arg(site)
        .args(["--quiet", "--jobs", "1", "--out"])
        .arg(scratch.join("dist"))
        .env("KILN_BENCH_COUNT", "1000")
        .env("KILN_BENCH_VERSION", "0")
        .status();
    assert!(status.is_ok_and(|status| status.success()), "the build under valgrind failed");
    let profile = fs::read_to_string(&profile).expect("the profile");
    let totals = profile.lines().find_map(|line| line.strip_prefix("totals: "));
    totals.and_then(|total| total.trim().parse().ok()).expect("a line `totals:` in the profile")
}
