//! Lines for the person at the terminal. This is the only module that prints.

use std::env;
use std::io::{IsTerminal, Write, stderr, stdout};
use std::time::Duration;

/// Whether stdout and stderr are terminals that show colors.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terminal {
    has_colors: bool,
}

#[derive(Debug, Clone, Copy)]
enum Color {
    Dim,
    Green,
    Red,
    Yellow,
}

impl Terminal {
    pub(crate) fn detect() -> Self {
        let is_terminal = stdout().is_terminal() && stderr().is_terminal();
        let is_off = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Terminal { has_colors: is_terminal && !is_off }
    }

    /// Whether Cargo is asked for messages with colors.
    pub(crate) fn has_colors(self) -> bool {
        self.has_colors
    }

    /// Prints a line to stdout.
    pub(crate) fn line(text: &str) {
        write(&mut stdout(), &format!("{text}\n"));
    }

    /// Prints what a change led to: `content/a.md: read again in 12 ms`.
    pub(crate) fn done(self, what: &str, done: &str, time: Duration) {
        let done = self.colored(Color::Green, done);
        let time = self.colored(Color::Dim, &format!("in {}", shown(time)));
        Terminal::line(&format!("{}: {done} {time}", printable(what)));
    }

    /// Prints what a change led to, if that is an error.
    pub(crate) fn failed(self, what: &str, failed: &str, time: Duration) {
        let failed = self.colored(Color::Red, failed);
        let time = self.colored(Color::Dim, &format!("after {}", shown(time)));
        Terminal::line(&format!("{}: {failed} {time}", printable(what)));
    }

    pub(crate) fn warning(self, text: &str) {
        let label = self.colored(Color::Yellow, "warning");
        write(&mut stderr(), &format!("{label}: {text}\n"));
    }

    pub(crate) fn error(self, text: &str) {
        let label = self.colored(Color::Red, "error");
        write(&mut stderr(), &format!("{label}: {text}\n"));
    }

    /// Prints text of another program to stderr, as it is.
    pub(crate) fn raw(text: &str) {
        write(&mut stderr(), text);
    }

    /// Prints text of the site to stdout, as it is.
    pub(crate) fn output(text: &str) {
        write(&mut stdout(), text);
    }

    fn colored(self, color: Color, text: &str) -> String {
        if !self.has_colors {
            return text.to_owned();
        }
        let code = match color {
            Color::Dim => 2,
            Color::Red => 31,
            Color::Green => 32,
            Color::Yellow => 33,
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }
}

/// Writes text. If printing fails, the error cannot be printed either.
fn write(stream: &mut impl Write, text: &str) {
    let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
}

/// A text without characters that move the cursor, except for line breaks and tabs.
pub(crate) fn printable(text: &str) -> String {
    let mut printable = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => printable.push(c),
            c if c.is_control() => printable.extend(c.escape_default()),
            c => printable.push(c),
        }
    }
    printable
}

/// A time as people read it.
fn shown(time: Duration) -> String {
    match time.as_millis() {
        ms @ 0..1000 => format!("{ms} ms"),
        _ => format!("{:.2} s", time.as_secs_f64()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_unit() {
        assert_eq!(shown(Duration::from_micros(12_600)), "12 ms");
        assert_eq!(shown(Duration::from_millis(1_240)), "1.24 s");
    }

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(printable("a\x1b[31mb\r\n\tc"), "a\\u{1b}[31mb\\r\n\tc");
    }
}
