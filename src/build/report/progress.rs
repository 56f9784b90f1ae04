//! The progress of a build: a bar on a terminal, and a line now and then elsewhere.

use std::io::{IsTerminal, Write, stderr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// In columns, between the brackets.
const BAR_WIDTH: usize = 24;

/// Counts announced and finished pages.
#[derive(Debug, Default, Clone)]
pub(crate) struct Progress {
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    expected: AtomicUsize,
    done: AtomicUsize,
}

/// Shows the progress until it is dropped.
#[derive(Debug)]
pub(crate) struct Ticker {
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    pub(crate) fn expect(&self, count: usize) {
        self.counts.expected.fetch_add(count, Relaxed);
    }

    pub(crate) fn expect_less(&self, count: usize) {
        self.counts.expected.fetch_sub(count, Relaxed);
    }

    pub(crate) fn done(&self) {
        self.counts.done.fetch_add(1, Relaxed);
    }

    /// Starts to show the progress on stderr unless it is quiet.
    pub(crate) fn start(&self, quiet: bool) -> Ticker {
        let is_over = Arc::<AtomicBool>::default();
        if quiet {
            return Ticker { is_over, thread: None };
        }
        let stops = Arc::clone(&is_over);
        let counts = Arc::clone(&self.counts);
        let is_terminal = stderr().is_terminal();
        let pause = Duration::from_millis(if is_terminal { 100 } else { 5_000 });
        let show = move || {
            let started = Instant::now();
            let mut has_bar = false;
            loop {
                thread::park_timeout(pause);
                if stops.load(Relaxed) {
                    break;
                }
                let shown = line(&counts, started.elapsed());
                // Writing to a closed terminal must not stop the build.
                let _ = match is_terminal {
                    true => write!(stderr(), "\r\x1b[2K{shown}"),
                    false => writeln!(stderr(), "{shown}"),
                };
                has_bar |= is_terminal;
            }
            if has_bar {
                let _ = write!(stderr(), "\r\x1b[2K");
            }
        };
        // If the system refuses the thread, there is no progress bar.
        Ticker { is_over, thread: thread::Builder::new().spawn(show).ok() }
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.is_over.store(true, Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // A panic while printing does not fail the build.
            let _ = thread.join();
        }
    }
}

/// The bar with the count, the rate and the time left, in less than 80 columns.
fn line(counts: &Counts, elapsed: Duration) -> String {
    let done = counts.done.load(Relaxed);
    let expected = counts.expected.load(Relaxed).max(done);
    let seconds = elapsed.as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "only shown, and rounded")]
    let (rate, left) = (done as f64 / seconds, (expected - done) as f64);
    let filled = (done * BAR_WIDTH).checked_div(expected).unwrap_or_default();
    let bar = format!("{}{}", "#".repeat(filled), "-".repeat(BAR_WIDTH - filled));
    let left = if done == 0 { "?".to_owned() } else { time(left / rate) };
    format!("[{bar}] {done}/{expected} pages, {rate:.0}/s, {left} left")
}

fn time(seconds: f64) -> String {
    match seconds {
        s if s < 60.0 => format!("{s:.0} s"),
        s if s < 3600.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.1} h", s / 3600.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_count_rate_and_time_left() {
        let counts = Counts { expected: 400.into(), done: 100.into() };
        assert_eq!(
            line(&counts, Duration::from_secs(2)),
            "[######------------------] 100/400 pages, 50/s, 6 s left"
        );
        let none = Counts::default();
        assert_eq!(
            line(&none, Duration::from_secs(1)),
            "[------------------------] 0/0 pages, 0/s, ? left"
        );
    }

    #[test]
    fn times_are_rounded() {
        assert_eq!([time(5.4), time(90.0), time(5400.0)], ["5 s", "2 min", "1.5 h"]);
    }
}
