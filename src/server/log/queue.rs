//! The lines of the log on their way: whoever answers requests does not wait for the disk or the terminal.

use std::io::{self, Write};
use std::mem::take;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};

/// The bytes that may wait to be written. While there are more, lines are dropped and counted: nobody waits for whoever reads the
/// log.
const MOST: usize = 4 << 20;

/// How long lines are collected before the next are written.
const PAUSE: Duration = Duration::from_millis(10);

/// How long the process waits at its end for the last lines to be written.
const LAST_WAIT: Duration = Duration::from_secs(2);

/// The lines that are not written yet.
#[derive(Debug, Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    has_lines: Condvar,
    /// Notified when the last line is written.
    has_ended: Condvar,
}

#[derive(Debug, Default)]
struct State {
    lines: Vec<u8>,
    /// How many lines were dropped behind those.
    dropped: u64,
    phase: Phase,
    /// Whether one of them tells of a mistake: the process may not live on.
    is_urgent: bool,
    /// Whether the thread that writes has nothing to do, and waits to be told of the next line.
    is_awaited: bool,
}

/// How far the lines of a queue have come.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Phase {
    #[default]
    Open,
    /// No more lines come.
    Closed,
    /// The last line is written.
    Ended,
}

impl Queue {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, lines: &[u8], is_urgent: bool) {
        let mut state = self.state();
        if state.lines.len() + lines.len() > MOST {
            state.dropped += 1;
            return;
        }
        state.lines.extend_from_slice(lines);
        state.is_urgent |= is_urgent;
        if take(&mut state.is_awaited) || is_urgent || state.lines.len() >= MOST / 2 {
            self.has_lines.notify_one();
        }
    }

    /// Writes what comes, until it is over.
    fn write_all(&self, mut to: impl Write) {
        let mut lines = Vec::new();
        loop {
            let mut state = self.state();
            while state.lines.is_empty() && state.phase == Phase::Open {
                state.is_awaited = true;
                state = self.has_lines.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            (state.is_awaited, state.is_urgent) = (false, false);
            std::mem::swap(&mut state.lines, &mut lines);
            let (phase, dropped) = (state.phase, take(&mut state.dropped));
            drop(state);
            if dropped > 0 {
                lines.extend_from_slice(notice(dropped).as_bytes());
            }
            // Where the log cannot be written, there is nowhere left to say it.
            let _ = to.write_all(&lines).and_then(|()| to.flush());
            lines.clear();
            let mut state = self.state();
            if phase == Phase::Closed && state.lines.is_empty() {
                state.phase = Phase::Ended;
                self.has_ended.notify_all();
                return;
            }
            let is_quiet = |state: &mut State| {
                state.phase == Phase::Open && !state.is_urgent && state.lines.len() < MOST / 2
            };
            drop(self.has_lines.wait_timeout_while(state, PAUSE, is_quiet));
        }
    }
}

/// The line that stands for those that were dropped.
fn notice(dropped: u64) -> String {
    let mut line = String::new();
    let _ = SystemTime.format_time(&mut Writer::new(&mut line));
    let lines = if dropped == 1 { "1 line was" } else { &format!("{dropped} lines were") };
    line + &format!("  WARN kiln::log: {lines} dropped, since the standard error was not read\n")
}

/// Puts lines into a queue.
#[derive(Debug)]
pub(super) struct Lines(pub(super) Arc<Queue>);

/// Puts one line into a queue.
#[derive(Debug)]
pub(super) struct Line<'a> {
    queue: &'a Queue,
    is_urgent: bool,
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line { queue: &self.0, is_urgent: false }
    }

    fn make_writer_for(&'a self, event: &Metadata<'_>) -> Line<'a> {
        Line { queue: &self.0, is_urgent: *event.level() <= Level::WARN }
    }
}

impl Write for Line<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.queue.push(bytes, self.is_urgent);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The thread that writes the lines of a queue; once it is dropped, all of them are written, unless nobody reads them.
#[derive(Debug)]
pub(crate) struct Writing {
    queue: Arc<Queue>,
    thread: Option<JoinHandle<()>>,
}

impl Writing {
    /// Starts it.
    ///
    /// # Errors
    ///
    /// Where the system gives no thread.
    pub(super) fn start(queue: Arc<Queue>, to: impl Write + Send + 'static) -> io::Result<Self> {
        let lines = Arc::clone(&queue);
        let thread = thread::Builder::new().name("log".to_owned());
        let thread = Some(thread.spawn(move || lines.write_all(to))?);
        Ok(Writing { queue, thread })
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        let mut state = self.queue.state();
        state.phase = Phase::Closed;
        self.queue.has_lines.notify_one();
        let is_writing = |state: &mut State| state.phase != Phase::Ended;
        let waited = self.queue.has_ended.wait_timeout_while(state, LAST_WAIT, is_writing);
        let has_ended = waited.unwrap_or_else(PoisonError::into_inner).0.phase == Phase::Ended;
        // A thread that waits for a reader goes with the process.
        let _ = self.thread.take().filter(|_| has_ended).map(JoinHandle::join);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A place for lines that takes its time.
    #[derive(Debug, Clone, Default)]
    struct Slow {
        written: Arc<Mutex<Vec<u8>>>,
        pause: Duration,
    }

    impl Write for Slow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            thread::sleep(self.pause);
            // All is written, however little is taken at once.
            let length = bytes.len().min(100_000);
            self.written.lock().unwrap().extend_from_slice(&bytes[..length]);
            Ok(length)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A place that takes nothing until it is opened.
    #[derive(Debug, Clone)]
    struct Stalled {
        written: Arc<Mutex<Vec<u8>>>,
        open: Arc<(Mutex<bool>, Condvar)>,
    }

    impl Write for Stalled {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let (open, opened) = &*self.open;
            drop(opened.wait_while(open.lock().unwrap(), |open| !*open).unwrap());
            self.written.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn nobody_waits_for_a_log_that_is_not_read() {
        let to = Stalled { written: Arc::default(), open: Arc::default() };
        let queue = Arc::new(Queue::default());
        let writing = Writing::start(Arc::clone(&queue), to.clone()).unwrap();
        let line = format!("{:0>1000}\n", 0);
        // More than fit, whatever the thread that writes has taken already.
        let pushed = 3 * MOST / line.len();
        for at in 0..pushed {
            queue.push(line.as_bytes(), at % 2 == 0);
            assert!(queue.state().lines.len() <= MOST);
        }
        *to.open.0.lock().unwrap() = true;
        to.open.1.notify_all();
        drop(writing);
        let written = String::from_utf8(take(&mut *to.written.lock().unwrap())).unwrap();
        let (notices, lines): (Vec<&str>, Vec<&str>) =
            written.lines().partition(|line| line.contains("kiln::log"));
        let dropped = notices.iter().map(|notice| {
            let (_, text) = notice.split_once("WARN kiln::log: ").unwrap();
            let (count, rest) = text.split_once(' ').unwrap();
            assert!(rest.ends_with("dropped, since the standard error was not read"), "{rest}");
            count.parse::<usize>().unwrap()
        });
        let dropped: usize = dropped.sum();
        assert!(dropped > 0);
        assert_eq!(lines.len() + dropped, pushed);
        assert!(lines.iter().all(|written| *written == line.trim_end()));
    }

    #[test]
    fn the_end_does_not_wait_for_a_log_that_is_not_read() {
        let to = Stalled { written: Arc::default(), open: Arc::default() };
        let queue = Arc::new(Queue::default());
        let writing = Writing::start(Arc::clone(&queue), to).unwrap();
        queue.push(b"line\n", true);
        drop(writing);
        assert_eq!(queue.state().phase, Phase::Closed);
    }

    #[test]
    fn no_line_is_lost_and_each_stays_whole() {
        let slow = Slow { pause: Duration::from_millis(1), ..Slow::default() };
        let queue = Arc::new(Queue::default());
        let writing = Writing::start(Arc::clone(&queue), slow.clone()).unwrap();
        let line = |thread: usize, at: usize| format!("{thread} {at:0>100}\n");
        thread::scope(|scope| {
            for number in 0..4 {
                let lines = Lines(Arc::clone(&queue));
                scope.spawn(move || {
                    for at in 0..10_000 {
                        lines.make_writer().write_all(line(number, at).as_bytes()).unwrap();
                        assert!(lines.0.state().lines.len() <= MOST);
                    }
                });
            }
        });
        drop(writing);
        let written = String::from_utf8(take(&mut *slow.written.lock().unwrap())).unwrap();
        for number in 0..4 {
            let of = written.lines().filter(|line| line.starts_with(&format!("{number} ")));
            let expected: Vec<String> =
                (0..10_000).map(|at| line(number, at).trim_end().to_owned()).collect();
            assert!(of.eq(expected.iter().map(String::as_str)), "thread {number}");
        }
        assert_eq!(written.lines().count(), 40_000);
    }

    #[test]
    fn a_line_is_soon_written() {
        let written = Slow::default();
        let queue = Arc::new(Queue::default());
        let _writing = Writing::start(Arc::clone(&queue), written.clone()).unwrap();
        for is_urgent in [false, true, false] {
            queue.push(b"line\n", is_urgent);
            let begun = std::time::Instant::now();
            while take(&mut *written.written.lock().unwrap()).is_empty() {
                assert!(begun.elapsed() < Duration::from_secs(10), "it is never written");
                thread::sleep(Duration::from_millis(1));
            }
        }
    }
}
