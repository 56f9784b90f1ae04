//! One run of a process: how long all of it took, and how much memory it had at most.

use std::process::Command;
use std::time::{Duration, Instant};

use wait4::Wait4;

/// What a process cost.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// From before it was started until it had ended.
    pub time: Duration,
    /// The peak of its resident memory, in bytes. The kernel counts what its parent had at the start as well, so
    /// the benchmarks themselves stay small.
    pub peak: u64,
}

/// Runs a process to its end.
///
/// # Panics
///
/// Where it cannot be started, or fails.
pub fn run(command: &mut Command) -> Cost {
    let started = Instant::now();
    let child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let end = child.wait4().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let time = started.elapsed();
    assert!(end.status.success(), "{command:?} failed");
    Cost { time, peak: end.rusage.maxrss }
}
