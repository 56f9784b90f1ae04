//! The lines of the log on their way: who answers requests does not wait for the disk or the terminal.

use std::io::{self, Write};
use std::mem::take;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

/// The bytes that may wait to be written; whoever has more to say waits, too.
const MOST: usize = 1 << 20;

/// How long lines are collected before the next are written.
const PAUSE: Duration = Duration::from_millis(10);

/// The lines that are not written yet.
#[derive(Debug, Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    has_lines: Condvar,
    has_room: Condvar,
}

#[derive(Debug, Default)]
struct State {
    lines: Vec<u8>,
    is_over: bool,
    /// Whether one of them tells of a mistake: the process may not live on.
    is_urgent: bool,
    /// Whether the thread that writes has nothing to do, and waits to be told of the next line.
    is_awaited: bool,
}

impl Queue {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, lines: &[u8], is_urgent: bool) {
        let mut state = self.state();
        while state.lines.len() >= MOST && !state.is_over {
            state = self.has_room.wait(state).unwrap_or_else(PoisonError::into_inner);
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
            while state.lines.is_empty() && !state.is_over {
                state.is_awaited = true;
                state = self.has_lines.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            (state.is_awaited, state.is_urgent) = (false, false);
            std::mem::swap(&mut state.lines, &mut lines);
            let is_over = state.is_over;
            drop(state);
            self.has_room.notify_all();
            // Where the log cannot be written, there is nowhere left to say it.
            let _ = to.write_all(&lines).and_then(|()| to.flush());
            lines.clear();
            if is_over && self.state().lines.is_empty() {
                return;
            }
            let state = self.state();
            let is_quiet = |state: &mut State| {
                !state.is_over && !state.is_urgent && state.lines.len() < MOST / 2
            };
            drop(self.has_lines.wait_timeout_while(state, PAUSE, is_quiet));
        }
    }
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

/// The thread that writes the lines of a queue; once it is dropped, all of them are written.
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
        self.queue.state().is_over = true;
        self.queue.has_lines.notify_one();
        // That it panicked, it has said itself.
        let _ = self.thread.take().map(JoinHandle::join);
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
                        assert!(lines.0.state().lines.len() < MOST + 4 * line(0, 0).len());
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
