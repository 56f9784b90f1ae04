//! What wrk says of a server.

#![expect(clippy::print_stderr, reason = "a benchmark prints what it lacks")]

use std::process::{Command, Stdio};

/// The connections that are open at once.
pub const CONNECTIONS: u32 = 64;

/// What a server did under load.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Requests that were answered, in a second.
    pub rate: f64,
    /// The seconds in which 99 of 100 were.
    pub p99: f64,
}

/// Returns true if and only if wrk is installed; says so where it is not.
pub fn has_wrk() -> bool {
    let mut wrk = Command::new("wrk");
    let is_there = wrk.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    // It prints its version, and fails.
    let is_there = is_there.is_ok();
    if !is_there {
        eprintln!("error: `wrk` cannot be run\n  hint: install wrk");
    }
    is_there
}

/// Sends all requests that are answered in so many seconds.
///
/// # Panics
///
/// Where any is not answered with a page.
pub fn load(address: &str, path: &str, seconds: u64) -> Load {
    let output = Command::new("wrk")
        .args(["--threads", "1", "--latency", "--connections", &CONNECTIONS.to_string()])
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

/// Reads `1.23ms`.
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
