//! The number of instructions of a build, as counted by valgrind.

#![expect(clippy::print_stderr, reason = "a benchmark prints what it lacks")]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// Returns true if and only if valgrind is installed, and prints a note otherwise.
pub fn has_valgrind() -> bool {
    let valgrind = Command::new("valgrind").arg("--version").stdout(Stdio::null()).status();
    let is_there = valgrind.is_ok_and(|status| status.success());
    if !is_there {
        eprintln!("error: `valgrind` cannot be run\n  hint: install valgrind");
    }
    is_there
}

/// The instructions of a build with one job, in all threads and over the whole life of the process.
///
/// # Panics
///
/// Panics if the build fails.
pub fn instructions(site: &Path, pages: u32, scratch: &Path) -> u64 {
    instructions_of("build", site, pages, scratch)
}

/// The same for another command that has the options of `build`.
///
/// # Panics
///
/// Panics if the command fails.
pub fn instructions_of(command: &str, site: &Path, pages: u32, scratch: &Path) -> u64 {
    let profile = scratch.join("callgrind.out");
    let out = scratch.join("dist");
    let _ = fs::remove_dir_all(&out);
    let status = Command::new("valgrind")
        .args(["--quiet", "--tool=callgrind", "--compress-strings=no"])
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .arg(site)
        .args([command, "--quiet", "--jobs", "1", "--out"])
        .arg(&out)
        .env("KILN_BENCH_COUNT", pages.to_string())
        .env("KILN_BENCH_VERSION", "0")
        .status();
    assert!(status.is_ok_and(|status| status.success()), "the command under valgrind failed");
    let profile = fs::read_to_string(&profile).expect("the profile");
    let totals = profile.lines().find_map(|line| line.strip_prefix("totals: "));
    totals.and_then(|total| total.trim().parse().ok()).expect("a line `totals:` in the profile")
}
