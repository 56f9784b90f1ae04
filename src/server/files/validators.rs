//! Tells versions of a file apart by their bytes, since times of files depend on how they were copied.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek};
use std::time::SystemTime;

use http::{HeaderMap, HeaderValue, header};

use crate::build::built::Digest;

/// The largest file that is hashed for a request, if it is newer than the record.
const READ: u64 = 1 << 20;

/// The validators of a file.
#[derive(Debug, Default, Clone)]
pub(super) struct Validators {
    /// The entity tag, with quotes.
    pub(super) tag: Option<HeaderValue>,
    /// The `Last-Modified` of the page, if it has set one.
    pub(super) modified: Option<SystemTime>,
}

impl Validators {
    /// The validators of a response: those that the page has set, or a tag of the digest.
    pub(super) fn new(headers: &HeaderMap, digest: Option<Digest>, variant: Option<&str>) -> Self {
        let tag = match (headers.get(header::ETAG), variant) {
            (Some(tag), Some(variant)) => {
                tag.to_str().ok().and_then(|tag| tag_of_variant(tag, variant))
            }
            (Some(tag), None) => Some(tag.clone()),
            (None, _) => {
                digest.and_then(|digest| HeaderValue::try_from(format!("\"{digest}\"")).ok())
            }
        };
        let said = headers.get(header::LAST_MODIFIED);
        let modified = said.and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok());
        Validators { tag, modified }
    }
}

/// The digest of a file: the recorded one, unless the file is newer than the record. Then it is hashed again; `None` if it is too
/// large.
pub(super) fn digest(
    recorded: Option<Digest>,
    mut file: &File,
    metadata: &Metadata,
    built: Option<SystemTime>,
) -> io::Result<Option<Digest>> {
    let is_as_built = recorded.is_some_and(|digest| digest.length() == metadata.len())
        && metadata.modified().ok().zip(built).is_some_and(|(written, built)| written <= built);
    if is_as_built {
        return Ok(recorded);
    }
    if metadata.len() > READ {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    file.take(READ).read_to_end(&mut bytes)?;
    file.rewind()?;
    Ok(Some(Digest::of(&bytes)))
}

/// The tag of a variant, made from the tag of the file; `None` if that is not a tag.
fn tag_of_variant(tag: &str, variant: &str) -> Option<HeaderValue> {
    HeaderValue::try_from(format!("{}-{variant}\"", tag.strip_suffix('"')?)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::fs;
    use std::time::{Duration, UNIX_EPOCH};

    use http::StatusCode;

    use crate::server::files::sample::Sample;
    use crate::support::CONFIG;

    fn set_modified(sample: &Sample, name: &str, time: SystemTime) {
        let file = File::options().append(true).open(sample.out().join(name)).expect("a file");
        file.set_modified(time).expect("a time to set");
    }

    #[test]
    fn the_tag_of_a_file_is_made_of_its_bytes() {
        let sample = Sample::new(CONFIG);
        let get = sample.send("GET", "assets/a.css", &[]);
        let tag = get.header("etag");
        assert_eq!(tag, format!("\"{}\"", Digest::of(b"a{}")));
        let epoch = UNIX_EPOCH;
        let later = SystemTime::now() + Duration::from_hours(24);
        for time in [epoch, epoch + Duration::from_hours(87_648), later] {
            set_modified(&sample, "assets/a.css", time);
            let head = sample.send("HEAD", "assets/a.css", &[("range", "bytes=0-0")]);
            assert_eq!((head.status, head.bytes.len()), (StatusCode::OK, 0));
            assert_eq!(head.header("etag"), tag, "{time:?}");
            assert_eq!(head.header("content-length"), "3");
            assert_eq!(head.header("content-type"), "text/css; charset=utf-8");
            assert_eq!(head.header("accept-ranges"), "bytes");
            assert!(!head.headers.contains_key("last-modified"), "{head:?}");
            let known = sample.send("GET", "assets/a.css", &[("if-none-match", tag)]);
            assert_eq!(known.status, StatusCode::NOT_MODIFIED);
            // The time of the file does not matter.
            for name in ["if-modified-since", "if-unmodified-since"] {
                for date in ["Sun, 06 Nov 1994 08:49:37 GMT", "Fri, 28 Nov 2025 08:49:37 GMT"] {
                    let sent = sample.send("GET", "assets/a.css", &[(name, date)]);
                    assert_eq!((sent.status, &*sent.bytes), (StatusCode::OK, &b"a{}"[..]));
                }
            }
        }
    }

    #[test]
    fn a_page_that_changes_under_one_date_and_length_is_sent() {
        let sample = Sample::new(CONFIG);
        let date = UNIX_EPOCH + Duration::from_hours(87_648);
        set_modified(&sample, "assets/a.css", date);
        let before = sample.send("GET", "assets/a.css", &[]);
        fs::write(sample.site.folder().join("public/assets/a.css"), "b{}").expect("a file");
        sample.build();
        set_modified(&sample, "assets/a.css", date);
        let known = [("if-none-match", before.header("etag"))];
        let after = sample.send("GET", "assets/a.css", &known);
        assert_eq!((after.status, &*after.bytes), (StatusCode::OK, &b"b{}"[..]));
    }

    #[test]
    fn a_file_that_somebody_has_changed_has_another_tag() {
        let sample = Sample::new(CONFIG);
        let before = sample.send("GET", "assets/a.css", &[]);
        let later = SystemTime::now() + Duration::from_mins(1);
        for text in ["c{}", "longer{}"] {
            fs::write(sample.out().join("assets/a.css"), text).expect("a file to write");
            set_modified(&sample, "assets/a.css", later);
            let known = [("if-none-match", before.header("etag"))];
            let after = sample.send("GET", "assets/a.css", &known);
            assert_eq!((after.status, &*after.bytes), (StatusCode::OK, text.as_bytes()));
            assert_eq!(after.header("etag"), format!("\"{}\"", Digest::of(text.as_bytes())));
        }
    }

    #[test]
    fn a_record_without_digests_is_written_again() {
        let sample = Sample::new(CONFIG);
        let path = sample.out().join(".kiln-files");
        let record = fs::read_to_string(&path).expect("a record");
        let line = |line: &str| line.split('\t').next().map(|name| format!("{name}\n"));
        fs::write(&path, record.lines().filter_map(line).collect::<String>()).expect("a record");
        let sent = sample.send("GET", "", &[]);
        assert_eq!(sent.header("etag"), format!("\"{}\"", Digest::of(b"home")));
        sample.build();
        assert_eq!(fs::read_to_string(&path).expect("a record"), record);
    }

    #[test]
    fn a_page_may_tell_its_version_itself() {
        let sample = Sample::new(CONFIG);
        let sent = sample.send("GET", "tagged.txt", &[]);
        let tags: Vec<_> = sent.headers.get_all(header::ETAG).iter().collect();
        assert_eq!(tags, ["\"mine\""]);
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert_eq!(sent.header("last-modified"), date);
        for (headers, status) in [
            (&[("if-none-match", "W/\"mine\"")][..], StatusCode::NOT_MODIFIED),
            (&[("if-modified-since", date)], StatusCode::NOT_MODIFIED),
            (&[("if-modified-since", "Sun, 06 Nov 1994 08:49:36 GMT")], StatusCode::OK),
            (&[("if-none-match", "\"other\""), ("if-modified-since", date)], StatusCode::OK),
            (
                &[("if-unmodified-since", "Sun, 06 Nov 1994 08:49:36 GMT")],
                StatusCode::PRECONDITION_FAILED,
            ),
            (&[("range", "bytes=0-1"), ("if-range", date)], StatusCode::PARTIAL_CONTENT),
        ] {
            assert_eq!(sample.send("GET", "tagged.txt", headers).status, status, "{headers:?}");
        }
        let known = sample.send("GET", "tagged.txt", &[("if-none-match", "\"mine\"")]);
        assert_eq!((known.header("etag"), known.header("last-modified")), ("\"mine\"", date));
    }
}
