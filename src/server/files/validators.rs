//! What tells one version of a file from another.

use std::fs::Metadata;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderMap, HeaderValue, header};

use super::reply::header_value;

/// What tells one version of a file from another.
#[derive(Debug, Default, Clone)]
pub(super) struct Validators {
    /// An entity tag, with its quotes.
    pub(super) tag: Option<HeaderValue>,
    /// In whole seconds, as HTTP has it.
    pub(super) modified: Option<SystemTime>,
}

impl Validators {
    /// Those of what is sent: what its page says in the headers itself, or else what the disk says.
    pub(super) fn new(
        headers: &HeaderMap,
        metadata: &Metadata,
        variant: Option<&str>,
        now: SystemTime,
    ) -> Self {
        let written = metadata.modified().ok().filter(is_known);
        let tag = match headers.get(header::ETAG) {
            Some(tag) => match variant {
                Some(variant) => tag.to_str().ok().and_then(|tag| tag_of_variant(tag, variant)),
                None => Some(tag.clone()),
            },
            None => written.and_then(|at| tag_of_file(at, metadata.len(), variant)),
        };
        let said = headers.get(header::LAST_MODIFIED);
        let said = said.and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok());
        // No answer tells of a time after its own.
        let modified = said.or_else(|| written.map(|at| at.min(now))).and_then(whole_seconds);
        Validators { tag, modified }
    }
}

/// Returns true if and only if a time is one when the file may have been written. What packs files often takes their times away,
/// and leaves the first second of 1970: two versions of one length would have one tag.
fn is_known(time: &SystemTime) -> bool {
    *time > UNIX_EPOCH + Duration::from_secs(1)
}

fn whole_seconds(time: SystemTime) -> Option<SystemTime> {
    let seconds = time.duration_since(UNIX_EPOCH).ok()?.as_secs();
    Some(UNIX_EPOCH + Duration::from_secs(seconds))
}

/// The tag of a file, and of each of its variants another one.
fn tag_of_file(written: SystemTime, length: u64, variant: Option<&str>) -> Option<HeaderValue> {
    let nanoseconds = written.duration_since(UNIX_EPOCH).ok()?.as_nanos();
    match variant {
        Some(variant) => header_value(&format!("\"{nanoseconds:x}-{length:x}-{variant}\"")),
        None => header_value(&format!("\"{nanoseconds:x}-{length:x}\"")),
    }
}

/// The tag of a variant, by that of its file; `None` where that is none.
fn tag_of_variant(tag: &str, variant: &str) -> Option<HeaderValue> {
    header_value(&format!("{}-{variant}\"", tag.strip_suffix('"')?))
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::fs::File;

    use http::StatusCode;

    use crate::server::files::sample::Sample;
    use crate::support::CONFIG;

    fn set_modified(sample: &Sample, name: &str, time: SystemTime) {
        let file = File::options().append(true).open(sample.out().join(name)).expect("a file");
        file.set_modified(time).expect("a time to set");
    }

    #[test]
    fn a_file_is_sent_with_what_tells_its_version() {
        let sample = Sample::new(CONFIG);
        let written = UNIX_EPOCH + Duration::new(784_111_777, 5);
        set_modified(&sample, "assets/a.css", written);
        let get = sample.send("GET", "assets/a.css", &[]);
        let head = sample.send("HEAD", "assets/a.css", &[("range", "bytes=0-0")]);
        for (sent, bytes) in [(&get, "a{}"), (&head, "")] {
            assert_eq!((sent.status, &*sent.bytes), (StatusCode::OK, bytes.as_bytes()));
            assert_eq!(sent.header("content-length"), "3");
            assert_eq!(sent.header("content-type"), "text/css; charset=utf-8");
            assert_eq!(sent.header("last-modified"), "Sun, 06 Nov 1994 08:49:37 GMT");
            assert_eq!(sent.header("accept-ranges"), "bytes");
            assert_eq!(sent.headers.get(header::VARY), None);
        }
        let tag = get.header("etag");
        set_modified(&sample, "assets/a.css", written + Duration::from_nanos(1));
        assert_ne!(sample.send("GET", "assets/a.css", &[]).header("etag"), tag);
        for time in [UNIX_EPOCH, UNIX_EPOCH + Duration::from_secs(1)] {
            set_modified(&sample, "assets/a.css", time);
            let sent = sample.send("GET", "assets/a.css", &[("if-none-match", tag)]);
            assert_eq!(sent.status, StatusCode::OK);
            assert!(!sent.headers.contains_key("etag"), "{sent:?}");
            assert!(!sent.headers.contains_key("last-modified"), "{sent:?}");
        }
        let tomorrow = SystemTime::now() + Duration::from_hours(24);
        set_modified(&sample, "assets/a.css", tomorrow);
        let sent = sample.send("GET", "assets/a.css", &[]);
        let told = httpdate::parse_http_date(sent.header("last-modified")).expect("a date");
        assert!(told <= SystemTime::now(), "{told:?}");
    }

    #[test]
    fn a_page_may_tell_its_version_itself() {
        let sample = Sample::new(CONFIG);
        let sent = sample.send("GET", "tagged.txt", &[]);
        let tags: Vec<_> = sent.headers.get_all(header::ETAG).iter().collect();
        assert_eq!(tags, ["\"mine\""]);
        assert_eq!(sent.header("last-modified"), "Sun, 06 Nov 1994 08:49:37 GMT");
        let known = sample.send("GET", "tagged.txt", &[("if-none-match", "W/\"mine\"")]);
        assert_eq!(known.status, StatusCode::NOT_MODIFIED);
    }
}
