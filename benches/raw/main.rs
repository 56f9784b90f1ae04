//! The raw work: writes the same bytes to the same paths as kiln, and does nothing else.
//!
//! `raw COMMAND FOLDER COUNT VERSION` does one job in one process, as a site's binary does, with as many threads as
//! there are cores. `cargo bench -p benches --bench writing` runs it in turn with kiln, and `--bench alternatives`
//! compares ways of doing the same.

#![expect(clippy::print_stderr, reason = "a separate program")]

#[cfg(target_os = "linux")]
mod work;

use std::env;
use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match work::run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: raw {}: {error}", arguments.join(" "));
            ExitCode::FAILURE
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    let name = env::args().next().unwrap_or_default();
    eprintln!("error: {name} does its work with calls of Linux");
    ExitCode::FAILURE
}
