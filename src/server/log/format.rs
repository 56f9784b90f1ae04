//! Formats the lines of the log.

use std::cell::RefCell;
use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use tracing::field::Field;
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::{Format, Full, Writer};
use tracing_subscriber::fmt::time::{self, FormatTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// Passes the lines of requests through, which are escaped already, and formats all others like tracing, which escapes them
/// character by character.
#[derive(Debug)]
pub(super) struct Lines {
    others: Format<Full, Time>,
}

impl Lines {
    pub(super) fn or(others: Format<Full, time::SystemTime>) -> Self {
        Lines { others: others.with_timer(Time) }
    }
}

impl<S, N> FormatEvent<S, N> for Lines
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
        if event.metadata().target() != "kiln::request" {
            return self.others.format_event(context, writer, event);
        }
        Time.format_time(&mut writer)?;
        let mut result = Ok(());
        event.record(&mut |_: &Field, line: &dyn fmt::Debug| {
            result = writeln!(writer, "  INFO kiln::request: {line:?}");
        });
        result
    }
}

/// Writes the time like the default of tracing, but converts each second only once.
#[derive(Debug)]
struct Time;

impl FormatTime for Time {
    fn format_time(&self, writer: &mut Writer<'_>) -> fmt::Result {
        thread_local! {
            /// A second since 1970, and the text of it.
            static SECOND: RefCell<(u64, String)> = const { RefCell::new((0, String::new())) };
        }
        let since = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = since();
        SECOND.with_borrow_mut(|(second, text)| {
            if *second != now.as_secs() {
                text.clear();
                time::SystemTime.format_time(&mut Writer::new(text))?;
                text.truncate("2000-01-01T00:00:00.".len());
                if since().as_secs() != now.as_secs() {
                    // The next second has begun, so it is unclear which one the text is of.
                    return time::SystemTime.format_time(writer);
                }
                *second = now.as_secs();
            }
            write!(writer, "{text}{:06}Z", now.subsec_micros())
        })
    }
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Duration;

    use super::*;

    fn text(time: impl FormatTime) -> String {
        let mut text = String::new();
        time.format_time(&mut Writer::new(&mut text)).unwrap();
        text
    }

    #[test]
    fn times_follow_each_other_like_those_of_tracing() {
        let second = |text: &str| text["2026-01-01T00:00:".len()..][..2].to_owned();
        let times = || {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            let now = Duration::from_nanos(now.subsec_nanos().into());
            // The next second is near then.
            thread::sleep(Duration::from_millis(980).saturating_sub(now));
            let mut texts = vec![text(Time)];
            let first = second(&texts[0]);
            let mut others = 0;
            while others < 100 {
                texts.extend([text(time::SystemTime), text(Time)]);
                others += usize::from(second(&texts[texts.len() - 1]) != first);
            }
            assert!(texts.iter().all(|text| text.len() == "2026-01-01T00:00:00.000000Z".len()));
            texts
        };
        // Somebody may set the clock back in the meantime.
        assert!((0..3).any(|_| times().is_sorted()));
    }
}
