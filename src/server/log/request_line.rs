//! Formats the line of each request like all other lines, with fewer instructions.

use std::cell::RefCell;
use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::{Format, Full, Writer};
use tracing_subscriber::fmt::time::{self, FormatTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// The tracing target of these lines.
const TARGET: &str = "kiln::request";

/// Formats the lines of requests, and passes all others to the default format.
#[derive(Debug)]
pub(super) struct RequestLine {
    others: Format<Full, time::SystemTime>,
}

impl RequestLine {
    pub(super) fn or(others: Format<Full, time::SystemTime>) -> Self {
        RequestLine { others }
    }
}

impl<S, N> FormatEvent<S, N> for RequestLine
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        if event.metadata().target() != TARGET || context.lookup_current().is_some() {
            return self.others.format_event(context, writer, event);
        }
        write_time(&mut writer, SystemTime::now())?;
        writer.write_str("  INFO kiln::request:")?;
        let mut fields = Fields { writer, result: Ok(()) };
        event.record(&mut fields);
        let Fields { mut writer, result } = fields;
        result?;
        writer.write_char('\n')
    }
}

/// Writes a time like the default format, but converts only once a second.
fn write_time(writer: &mut Writer<'_>, now: SystemTime) -> fmt::Result {
    thread_local! {
        /// A second since 1970, and the text of it.
        static SECOND: RefCell<(u64, String)> = const { RefCell::new((0, String::new())) };
    }
    let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    let (seconds, micros) = (since.as_secs(), since.subsec_micros());
    SECOND.with_borrow_mut(|(second, text)| {
        if *second != seconds {
            text.clear();
            time::SystemTime.format_time(&mut Writer::new(text))?;
            text.truncate("2000-01-01T00:00:00.".len());
            let after = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            if after.as_secs() != seconds {
                // The next second has begun, so it is unclear which one the text is of.
                return time::SystemTime.format_time(writer);
            }
            *second = seconds;
        }
        writer.write_str(text)?;
        write_digits(writer, u64::from(micros), 6)?;
        writer.write_char('Z')
    })
}

/// Writes a number with at least `least` digits.
fn write_digits(writer: &mut Writer<'_>, mut number: u64, least: usize) -> fmt::Result {
    let mut digits = [b'0'; 20];
    let mut start = digits.len();
    while number > 0 || digits.len() - start < least {
        start -= 1;
        digits[start] = b'0' + (number % 10) as u8;
        number /= 10;
    }
    writer.write_str(str::from_utf8(&digits[start..]).unwrap_or_default())
}

/// Writes the fields of a line, each with a space before it.
struct Fields<'a> {
    writer: Writer<'a>,
    result: fmt::Result,
}

impl Fields<'_> {
    fn write(&mut self, field: &Field, value: impl FnOnce(&mut Writer<'_>) -> fmt::Result) {
        if self.result.is_ok() {
            self.result = [" ", field.name(), "="]
                .into_iter()
                .try_for_each(|text| self.writer.write_str(text))
                .and_then(|()| value(&mut self.writer));
        }
    }
}

impl Visit for Fields<'_> {
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.write(field, |writer| write_digits(writer, value, 1));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let is_plain = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        match is_plain {
            true => self.write(field, |writer| {
                ["\"", value, "\""].into_iter().try_for_each(|text| writer.write_str(text))
            }),
            false => self.record_debug(field, &value),
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.write(field, |writer| write!(writer, "{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::io;
    use std::sync::{Arc, Mutex};

    #[derive(Debug, Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The lines of a log without their times.
    fn lines(is_own: bool, log: impl FnOnce()) -> Vec<String> {
        let written = Log::default();
        let to = written.clone();
        let builder = tracing_subscriber::fmt().with_ansi(false).with_writer(move || to.clone());
        match is_own {
            true => {
                let subscriber = builder.map_event_format(RequestLine::or).finish();
                tracing::subscriber::with_default(subscriber, log);
            }
            false => tracing::subscriber::with_default(builder.finish(), log),
        }
        let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        let parts = text.lines().map(|line| line.split_at("2026-01-01T00:00:00.000000Z".len()));
        parts
            .map(|(time, line)| {
                let shape = time.replace(|c: char| c.is_ascii_digit(), "0");
                assert_eq!(shape, "0000-00-00T00:00:00.000000Z", "{time}");
                line.to_owned()
            })
            .collect()
    }

    #[test]
    fn a_line_has_the_form_of_all_others() {
        let log = || {
            for method in ["GET", "a\"b"] {
                tracing::info!(
                    target: "kiln::request",
                    method,
                    path = %"/caf\u{e9}",
                    status = Some(200),
                    none = None::<u16>,
                    bytes = 0_u64,
                    microseconds = u64::MAX,
                    peer = %"127.0.0.1:80",
                );
            }
            tracing::error!(target: "kiln::failure", id = "1", "{}", "what");
            let span = tracing::info_span!("outer", a = 1);
            span.in_scope(|| tracing::info!(target: "kiln::request", method = "GET"));
        };
        let own = lines(true, log);
        assert_eq!(own, lines(false, log));
        assert_eq!(own.len(), 4);
    }

    #[test]
    fn times_follow_each_other() {
        let mut texts: Vec<String> = Vec::new();
        let begun = SystemTime::now();
        while begun.elapsed().unwrap().as_millis() < 1100 {
            let mut text = String::new();
            write_time(&mut Writer::new(&mut text), SystemTime::now()).unwrap();
            texts.push(text);
        }
        assert!(texts.is_sorted(), "{:?}", texts.first());
        let mut of_others = String::new();
        time::SystemTime.format_time(&mut Writer::new(&mut of_others)).unwrap();
        assert_eq!(texts[0][..13], of_others[..13]);
    }
}
