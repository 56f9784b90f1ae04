//! The output of wrk.

#![expect(clippy::print_stderr, reason = "a benchmark prints what it lacks")]

use std::process::{Command, Stdio};

/// The number of open connections.
pub const CONNECTIONS: u32 = 64;

/// The results of a server under load.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Responses per second.
    pub rate: f64,
    /// The 99th percentile of the latency, in seconds.
    pub p99: f64,
}

/// Returns true if and only if wrk is installed, and prints a note otherwise.
pub fn has_wrk() -> bool {
    let mut wrk = Command::new("wrk");
    let is_there = wrk.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    // `wrk --version` prints its version, and fails.
    let is_there = is_there.is_ok();
    if !is_there {
        eprintln!("error: `wrk` cannot be run\n  hint: install wrk");
    }
    is_there
}

/// Sends as many requests as possible for this many seconds.
///
/// # Panics
///
/// Panics if a response is not a page.
pub fn load(address: &str, path: &str, seconds: u64) -> Load {
    load_over(CONNECTIONS, address, path, seconds)
}

/// Sends as many requests as possible over this many connections.
///
/// # Panics
///
/// Panics if a response is not a page.
pub fn load_over(connections: u32, address: &str, path: &str, seconds: u64) -> Load {
    let output = Command::new("wrk")
        .args(["--threads", "1", "--latency", "--timeout", "30s"])
        .args(["--connections", &connections.to_string()])
        .arg(format!("--duration={seconds}s"))
        .arg(format!("http://{address}{path}"))
        .output()
        .expect("wrk can be run");
    let text = String::from_utf8_lossy(&output.stdout);
    let is_fine = output.status.success() && !text.contains("Non-2xx") && !text.contains("Socket");
    assert!(is_fine, "{path}: {text}");
    let after = |label: &str| {
        let line = text.lines().find_map(|line| line.trim().strip_prefix(label));
        line.unwrap_or_else(|| panic!("no `{label}` in {text}")).trim()
    };
    let rate = after("Requests/sec:").parse().expect("a rate");
    Load { rate, p99: seconds_of(after("99%")) }
}

/// Parses `1.23ms`.
fn seconds_of(text: &str) -> f64 {
    let at = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(at);
    let factor = match unit {
        "us" => 1e-6,
        "ms" => 1e-3,
        _ => 1.0,
    };
    number.parse::<f64>().expect("a time") * factor
}
