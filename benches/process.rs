//! A run of a process: its time, its processor time and its peak memory.

use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

use wait4::Wait4;

/// The cost of a process.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// From its start to its end.
    pub time: Duration,
    /// The time of processors, in the process and in the kernel for it and for its children.
    pub processor: Duration,
    /// The peak of its resident memory in bytes. The kernel includes the memory of the parent at the start, so the
    /// benchmarks themselves stay small.
    pub peak: u64,
}

/// Runs a process to its end.
///
/// # Panics
///
/// Panics if it cannot be started, or fails.
pub fn run(command: &mut Command) -> Cost {
    let (cost, status) = measure(command);
    assert!(status.success(), "{command:?} failed");
    cost
}

/// Runs a process that may fail to its end.
///
/// # Panics
///
/// Panics if it cannot be started.
pub fn measure(command: &mut Command) -> (Cost, ExitStatus) {
    let started = Instant::now();
    let child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let end = child.wait4().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let time = started.elapsed();
    let processor = end.rusage.utime + end.rusage.stime;
    (Cost { time, processor, peak: end.rusage.maxrss }, end.status)
}
