//! The log on stderr: a line for each request, and what went wrong with all its causes.

mod format;

use std::fmt::{self, Write as _};
use std::io::{self, BufWriter, Write};
use std::panic::{self, PanicHookInfo};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use tracing::Level;
use tracing_appender::non_blocking::{ErrorCounter, NonBlocking, NonBlockingBuilder, WorkerGuard};

use self::format::Lines;
use super::request_id::RequestId;
use crate::request::trace::Trace;

/// The lines that may wait to be written. Further lines are dropped and counted, so that no request waits for the reader of the log.
const MOST_LINES: usize = 16 << 10;

/// How long lines are collected before they are written.
const PAUSE: Duration = Duration::from_millis(10);

/// The bytes that are written at once: about as many as there are after a pause under load.
const BATCH: usize = 64 << 10;

/// A writer that waits after each flush. Without it, most lines would wake the thread that writes them.
struct Batches<W: Write>(BufWriter<W>);

impl<W: Write> Write for Batches<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.0.flush();
        thread::sleep(PAUSE);
        flushed
    }
}

/// The thread that writes the log. The end of the process waits a second for its last lines.
#[derive(Debug)]
pub(super) struct Writing {
    dropped: ErrorCounter,
    _worker: WorkerGuard,
}

/// Starts to write the log to stderr; `None` if the program has a log of its own.
///
/// # Errors
///
/// If the system refuses a thread.
pub(super) fn start(is_quiet: bool) -> Result<Option<Writing>> {
    // tracing-appender panics if it gets no thread, so another one is started and ended first.
    let thread = thread::Builder::new().spawn(|| {}).context("cannot start the log")?;
    let _ = thread.join();
    let (writer, writing) = writer(io::stderr());
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(if is_quiet { Level::WARN } else { Level::INFO })
        .with_writer(writer)
        .map_event_format(Lines::or)
        .finish();
    if tracing::subscriber::set_global_default(subscriber).is_err() {
        return Ok(None);
    }
    panic::set_hook(Box::new(log_panic));
    Ok(Some(writing))
}

fn writer(to: impl Write + Send + 'static) -> (NonBlocking, Writing) {
    let builder = NonBlockingBuilder::default().lossy(true).buffered_lines_limit(MOST_LINES);
    let to = BufWriter::with_capacity(BATCH, to);
    let (writer, worker) = builder.thread_name("log").finish(Batches(to));
    let writing = Writing { dropped: writer.error_counter(), _worker: worker };
    (writer, writing)
}

impl Drop for Writing {
    fn drop(&mut self) {
        let lines = self.dropped.dropped_lines();
        if lines > 0 {
            tracing::warn!(lines, "lines of the log were dropped, since stderr was not read");
        }
    }
}

/// Logs a panic like everything else: a page that panics must not wait for stderr.
fn log_panic(info: &PanicHookInfo<'_>) {
    let backtrace = Trace::capture().map_or_else(String::new, |trace| format!("\n{trace}"));
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let text = info.payload_as_str().unwrap_or("(no message)");
    tracing::error!(target: "kiln::panic", "panicked at {place}: {}{backtrace}", Escaped(text));
}

/// Logs what went wrong inside, which the client does not see.
pub(super) fn failure(id: Option<RequestId>, text: &str) {
    let id = id.map(|id| id.to_string()).unwrap_or_default();
    tracing::error!(target: "kiln::failure", id, "{}", Escaped(text));
}

/// A text without characters that move the cursor, or change the direction of a line.
pub(super) struct Escaped<'a>(pub(super) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            return f.write_str(self.0);
        }
        self.0.chars().try_for_each(|c| match c {
            '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' => {
                write!(f, "{}", c.escape_unicode())
            }
            c if c.is_control() => write!(f, "{}", c.escape_default()),
            c => f.write_char(c),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::sync::{Arc, Mutex, MutexGuard};
    use std::time::Instant;

    use tracing::Subscriber;

    /// A writer that waits as long as its lock is held.
    #[derive(Debug, Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Shared {
        fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
            self.0.lock().expect("no panic")
        }
    }

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.lock().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Waits until as many lines are written. The end of the log waits for them, but no longer than a second.
    fn wait_for(to: &Shared, count: usize) {
        let begun = Instant::now();
        while to.lock().split(|byte| *byte == b'\n').count() <= count {
            assert!(begun.elapsed() < Duration::from_mins(2), "they are never written");
            thread::sleep(Duration::from_millis(1));
        }
    }

    #[test]
    fn what_would_break_a_line_is_escaped() {
        assert_eq!(Escaped("/caf\u{e9} a").to_string(), "/caf\u{e9} a");
        assert_eq!(Escaped("a\n\x1b[2J\u{202e}b").to_string(), "a\\n\\u{1b}[2J\\u{202e}b");
    }

    #[test]
    fn nobody_waits_for_a_log_that_is_not_read() {
        let to = Shared::default();
        let (mut writer, writing) = writer(to.clone());
        let stalled = to.lock();
        let pushed = 3 * MOST_LINES;
        for _ in 0..pushed {
            writer.write_all(b"line\n").expect("no error");
        }
        let dropped = writing.dropped.dropped_lines();
        assert!(dropped >= MOST_LINES, "{dropped}");
        drop(stalled);
        wait_for(&to, pushed - dropped);
        drop(writing);
        let written = String::from_utf8(to.lock().clone()).expect("text");
        assert_eq!(written.lines().count() + dropped, pushed);
        assert!(written.lines().all(|line| line == "line"));
    }

    #[test]
    fn the_end_does_not_wait_for_a_log_that_is_not_read() {
        let to = Shared::default();
        let (mut writer, writing) = writer(to.clone());
        let _stalled = to.lock();
        writer.write_all(b"line\n").expect("no error");
        let begun = Instant::now();
        drop(writing);
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    }

    #[test]
    fn no_line_is_lost_and_each_stays_whole() {
        let to = Shared::default();
        let (writer, writing) = writer(to.clone());
        let line = |thread: usize, at: usize| format!("{thread} {at:0>100}\n");
        thread::scope(|scope| {
            for thread in 0..4 {
                let mut writer = writer.clone();
                scope.spawn(move || {
                    for at in 0..MOST_LINES / 4 {
                        writer.write_all(line(thread, at).as_bytes()).expect("no error");
                    }
                });
            }
        });
        assert_eq!(writing.dropped.dropped_lines(), 0);
        wait_for(&to, MOST_LINES);
        drop(writing);
        let written = String::from_utf8(to.lock().clone()).expect("text");
        for thread in 0..4 {
            let start = format!("{thread} ");
            let lines = written.split_inclusive('\n').filter(|line| line.starts_with(&start));
            assert!(lines.eq((0..MOST_LINES / 4).map(|at| line(thread, at))), "thread {thread}");
        }
    }

    #[test]
    fn all_lines_have_one_form() {
        let log = || {
            tracing::info!(target: "kiln::request", "{}", "method=\"GET\" path=/caf\u{e9}");
            tracing::error!(target: "kiln::failure", id = "1", "{}", "what");
        };
        let lines = |is_own: bool| {
            let to = Shared::default();
            let writer = to.clone();
            let all =
                tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone());
            let subscriber: Box<dyn Subscriber + Send + Sync> = match is_own {
                true => Box::new(all.map_event_format(Lines::or).finish()),
                false => Box::new(all.finish()),
            };
            tracing::subscriber::with_default(subscriber, log);
            let text = String::from_utf8(to.lock().clone()).expect("text");
            let behind_time = |line: &str| line["2026-01-01T00:00:00.000000Z".len()..].to_owned();
            text.lines().map(behind_time).collect::<Vec<_>>()
        };
        assert_eq!(lines(true), lines(false));
        assert_eq!(lines(true).len(), 2);
    }

    #[test]
    fn a_line_is_soon_written() {
        let to = Shared::default();
        let (mut writer, _writing) = writer(to.clone());
        for _ in 0..3 {
            writer.write_all(b"line\n").expect("no error");
            let begun = Instant::now();
            while std::mem::take(&mut *to.lock()).is_empty() {
                assert!(begun.elapsed() < Duration::from_mins(2), "it is never written");
                thread::sleep(Duration::from_millis(1));
            }
        }
    }
}
