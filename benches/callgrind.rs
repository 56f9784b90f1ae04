//! Checks whether kiln needs more instructions than before: `cargo bench -p benches --bench callgrind`.
//!
//! Counts the instructions of a whole build of 1,000 JSON pages with one job, and those of a page that returns a string, under
//! valgrind, and compares them with `callgrind.txt`. Unlike a clock, it detects a difference of a percent on a busy machine.
//! Instructions of the kernel are not counted: `--bench writing` measures the cost of system calls.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(clippy::print_stderr, reason = "a benchmark prints its figures")]

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use benches::instructions::{has_valgrind, instructions};
use benches::{compile_counted, scratch};

/// The file with the expected counts: a line for each, with the number before its name.
const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/callgrind.txt");

/// The allowed deviation, in thousandths.
const TOLERANCE: u64 = 30;

const BLESS: &str = "BLESS=1 cargo bench -p benches --bench callgrind";

/// A function that counts, with the folder of the sites' binaries and one to write in.
type Count = fn(&Path, &Path) -> u64;

const COUNTS: [(&str, Count); 2] =
    [("a build of 1,000 JSON pages", build), ("a page that returns a string", page)];

fn main() -> ExitCode {
    if !has_valgrind() {
        return ExitCode::FAILURE;
    }
    let (binaries, scratch) = (compile_counted(), scratch());
    fs::create_dir_all(&scratch).expect("a folder to make");
    let counted = COUNTS.map(|(name, count)| (name, count(&binaries, &scratch)));
    fs::remove_dir_all(&scratch).expect("the scratch folder can be removed");
    if env::var_os("BLESS").is_some() {
        keep(&counted);
        return ExitCode::SUCCESS;
    }
    let kept = fs::read_to_string(KEPT).expect("benches/callgrind.txt");
    let are_alike = counted.map(|(name, count)| is_alike(name, count, &kept));
    match are_alike.contains(&false) {
        false => ExitCode::SUCCESS,
        true => {
            eprintln!("  hint: if that is intended, run `{BLESS}`");
            ExitCode::FAILURE
        }
    }
}

fn build(binaries: &Path, scratch: &Path) -> u64 {
    instructions(&binaries.join("json"), 1_000, scratch)
}

/// A page without the start and the end of the build: the difference of 3,000 and 1,000 pages.
fn page(binaries: &Path, scratch: &Path) -> u64 {
    let of = |pages| instructions(&binaries.join("direct"), pages, scratch);
    (of(3_000) - of(1_000)) / 2_000
}

fn keep(counted: &[(&str, u64)]) {
    let mut lines = String::new();
    for (name, count) in counted {
        println!("{name}: {count} instructions, kept in benches/callgrind.txt");
        let _ = writeln!(lines, "{count} {name}");
    }
    fs::write(KEPT, lines).expect("the numbers to write");
}

/// Compares a count with the kept one.
fn is_alike(name: &str, counted: u64, kept: &str) -> bool {
    let numbers = kept.lines().filter_map(|line| line.split_once(' '));
    let found = numbers.filter(|(_, of)| *of == name).find_map(|(number, _)| number.parse().ok());
    let kept: u64 = found.unwrap_or_else(|| panic!("a line for {name} in benches/callgrind.txt"));
    let difference = counted.abs_diff(kept) * 1000 / kept;
    let sign = if counted < kept { '-' } else { '+' };
    let percent = format!("{sign}{}.{} %", difference / 10, difference % 10);
    println!("{name}: {counted} instructions, {percent} of {kept} in benches/callgrind.txt");
    if difference > TOLERANCE {
        let what = if counted < kept { "fewer" } else { "more" };
        eprintln!("error: {what} instructions than benches/callgrind.txt allows for: {percent}");
        return false;
    }
    true
}
