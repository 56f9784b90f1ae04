//! Checks whether kiln needs more instructions than before: `cargo bench -p benches --bench callgrind`.
//!
//! Counts the instructions of a whole build of 1,000 JSON pages with one job, under valgrind, and compares them with
//! `callgrind.txt`. Unlike a clock, it detects a difference of a percent on a busy machine. Instructions of the kernel
//! are not counted: `--bench writing` measures the cost of system calls.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(clippy::print_stderr, reason = "a benchmark prints its figures")]

use std::env;
use std::fs;
use std::process::ExitCode;

use benches::instructions::{has_valgrind, instructions};
use benches::{compile_sites, scratch};

/// The file with the expected count.
const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/callgrind.txt");

/// The allowed deviation, in thousandths.
const TOLERANCE: u64 = 30;

const BLESS: &str = "BLESS=1 cargo bench -p benches --bench callgrind";

fn main() -> ExitCode {
    if !has_valgrind() {
        return ExitCode::FAILURE;
    }
    let scratch = scratch();
    fs::create_dir_all(&scratch).expect("a folder to make");
    let counted = instructions(&compile_sites().join("json"), 1000, &scratch);
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
    eprintln!("  hint: if that is intended, run `{BLESS}`");
    ExitCode::FAILURE
}
