//! The response with a file: all of it, a part, or none if the client has it.

use std::fs::File;
use std::io::{self, Seek, SeekFrom};
use std::time::SystemTime;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};

use super::conditional::{self, Verdict};
use super::file_body;
use super::validators::{self, Validators};
use crate::build::built::{Digest, View};
use crate::config::Encoding;
use crate::request::range::{self, Part};
use crate::server::NO_STORE;

/// The headers that describe the bytes, which a response without bytes leaves out.
const OF_THE_BYTES: [HeaderName; 4] = [
    header::CONTENT_TYPE,
    header::CONTENT_ENCODING,
    header::CONTENT_LANGUAGE,
    header::CONTENT_DISPOSITION,
];

/// The parts of a response, without the file.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) encoding: Option<Encoding>,
    pub(super) status: StatusCode,
    /// The headers of the response so far.
    pub(super) headers: HeaderMap,
    pub(super) method: Method,
    /// The headers of the request.
    pub(super) asked: HeaderMap,
}

/// The bytes of a response.
#[derive(Debug)]
pub(super) enum Content {
    File(File),
    Bytes(Bytes),
}

impl Content {
    /// The next `length` bytes after the first ones.
    fn body(self, first: u64, length: u64) -> io::Result<Body> {
        match self {
            Content::File(mut file) => {
                if first > 0 {
                    file.seek(SeekFrom::Start(first))?;
                }
                file_body::body(file, length)
            }
            Content::Bytes(bytes) => {
                let at = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
                Ok(Body::from(bytes.slice(at(first)..at(first + length))))
            }
        }
    }
}

impl Reply {
    /// Opens a file of the build and makes the response; `None` if another build has replaced the file. This may wait for the disk.
    /// `name` may be that of a variant, and `digest` is the recorded one.
    pub(super) fn response(
        self,
        view: &View,
        name: &str,
        digest: Option<Digest>,
    ) -> io::Result<Option<Response>> {
        let opened = view.read(name).and_then(|file| Ok((file.metadata()?, file)));
        // Only after it is opened is it certain which build the file belongs to, or why it is missing.
        if !view.is_current() {
            return Ok(None);
        }
        let (metadata, file) = opened?;
        let length = metadata.len();
        if !self.status.is_success() {
            return self.send(Content::File(file), 0, length).map(Some);
        }
        let digest = validators::digest(digest, &file, &metadata, view.written())?;
        self.of_version(Content::File(file), length, digest).map(Some)
    }

    /// Makes the response with the bytes of a known version.
    pub(super) fn of_version(
        mut self,
        content: Content,
        length: u64,
        digest: Option<Digest>,
    ) -> io::Result<Response> {
        let now = SystemTime::now();
        let variant = self.encoding.map(Encoding::name);
        let validators = Validators::new(&self.headers, digest, variant);
        put(&mut self.headers, header::ETAG, validators.tag.clone());
        match conditional::judge(&self.asked, &validators, now) {
            Verdict::NotModified => return Ok(self.not_modified()),
            Verdict::Failed => return Ok(refused(StatusCode::PRECONDITION_FAILED)),
            Verdict::Send => {}
        }
        self.headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        let takes_part =
            self.method == Method::GET && conditional::takes_range(&self.asked, &validators, now);
        match if takes_part { range::asked(&self.asked, length) } else { Part::Whole } {
            Part::Whole => self.send(content, 0, length),
            Part::Range(first, last) => {
                self.status = StatusCode::PARTIAL_CONTENT;
                let range = HeaderValue::try_from(format!("bytes {first}-{last}/{length}")).ok();
                put(&mut self.headers, header::CONTENT_RANGE, range);
                self.send(content, first, last - first + 1)
            }
            Part::Unsatisfiable => {
                let mut response = refused(StatusCode::RANGE_NOT_SATISFIABLE);
                let range = HeaderValue::try_from(format!("bytes */{length}")).ok();
                put(response.headers_mut(), header::CONTENT_RANGE, range);
                Ok(response)
            }
        }
    }

    /// Sends the next `length` bytes after the first ones.
    fn send(mut self, content: Content, first: u64, length: u64) -> io::Result<Response> {
        self.headers.insert(header::CONTENT_LENGTH, length.into());
        let body = match self.method {
            Method::HEAD => Body::empty(),
            _ => content.body(first, length)?,
        };
        Ok((self.status, self.headers, body).into_response())
    }

    fn not_modified(mut self) -> Response {
        for name in OF_THE_BYTES {
            self.headers.remove(name);
        }
        (StatusCode::NOT_MODIFIED, self.headers).into_response()
    }
}

/// Replaces or removes a header that the page may have set.
fn put(headers: &mut HeaderMap, name: HeaderName, value: Option<HeaderValue>) {
    match value {
        Some(value) => headers.insert(name, value),
        None => headers.remove(name),
    };
}

fn refused(status: StatusCode) -> Response {
    (status, [(header::CACHE_CONTROL, NO_STORE)]).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::fs;

    #[cfg(feature = "zstd")]
    use crate::config::Config;
    use crate::server::files::sample::{LARGE, Sample, large_byte, path_of, sent};
    use crate::server::served::{self, Sent};
    use crate::support::CONFIG;

    #[test]
    fn a_client_that_has_a_file_gets_no_bytes() {
        let sample = Sample::new(CONFIG);
        let about = sample.send("GET", "about", &[]);
        let tag = about.header("etag");
        for headers in [("if-none-match", tag), ("if-none-match", "*")] {
            for method in ["GET", "HEAD"] {
                let sent = sample.send(method, "about", &[headers, ("range", "bytes=0-1")]);
                assert_eq!((sent.status, sent.bytes.len()), (StatusCode::NOT_MODIFIED, 0));
                for name in ["etag", "cache-control", "vary"] {
                    assert_eq!(sent.header(name), about.header(name), "{name}");
                }
                for name in ["content-type", "content-length", "accept-ranges"] {
                    assert!(!sent.headers.contains_key(name), "{name}");
                }
            }
        }
        for headers in [("if-match", "\"x\""), ("if-match", "\"x")] {
            let sent = sample.send("GET", "about", &[headers]);
            assert_eq!((sent.status, sent.bytes.len()), (StatusCode::PRECONDITION_FAILED, 0));
            assert_eq!(sent.header("cache-control"), "no-store");
        }
        assert_eq!(sample.send("GET", "about", &[("if-match", tag)]).status, StatusCode::OK);
    }

    #[track_caller]
    fn is_part(sent: &Sent, first: usize, last: usize) {
        assert_eq!(sent.status, StatusCode::PARTIAL_CONTENT);
        assert_eq!(sent.header("content-range"), format!("bytes {first}-{last}/{LARGE}"));
        assert_eq!(sent.header("content-length"), (last - first + 1).to_string());
        assert!(sent.bytes.iter().copied().eq((first..=last).map(large_byte)), "{first}-{last}");
    }

    #[test]
    fn a_part_is_sent_of_any_length() {
        let sample = Sample::new(CONFIG);
        let get = |headers: &[(&str, &str)]| sample.send("GET", "large.bin", headers);
        let whole = get(&[]);
        assert_eq!((whole.status, whole.bytes.len()), (StatusCode::OK, LARGE));
        assert!(whole.bytes.iter().copied().eq((0..LARGE).map(large_byte)));
        let end = LARGE - 1;
        is_part(&get(&[("range", "bytes=0-0")]), 0, 0);
        is_part(&get(&[("range", "bytes=100-65635")]), 100, 65_635);
        is_part(&get(&[("range", "bytes=65536-")]), 65_536, end);
        is_part(&get(&[("range", "bytes=-131073")]), LARGE - 131_073, end);
        is_part(&get(&[("range", "bytes=0-18446744073709551615")]), 0, end);
        let tag = whole.header("etag");
        is_part(&get(&[("range", "bytes=1-2"), ("if-range", tag)]), 1, 2);
        let many = format!("bytes={}0-", "0-,".repeat(4_999));
        for headers in [
            &[("range", "bytes=1-2"), ("if-range", "\"old\"")][..],
            &[("range", &many)],
            &[("range", "bytes=abc")],
        ] {
            assert_eq!(get(headers).bytes.len(), LARGE);
        }
        for (path, range, length) in
            [("large.bin", "bytes=200001-", LARGE), ("empty.txt", "bytes=0-", 0)]
        {
            let sent = sample.send("GET", path, &[("range", range)]);
            assert_eq!((sent.status, sent.bytes.len()), (StatusCode::RANGE_NOT_SATISFIABLE, 0));
            assert_eq!(sent.header("content-range"), format!("bytes */{length}"));
        }
        let empty = sample.send("GET", "empty.txt", &[]);
        assert_eq!((empty.status, empty.header("content-length")), (StatusCode::OK, "0"));
    }

    #[cfg(feature = "zstd")]
    #[test]
    fn a_variant_is_sent_to_those_who_take_it() {
        use crate::config::Encoding::{Brotli, Gzip, Zstd};

        let sample = Sample::new(Config { precompress: &[Gzip, Brotli, Zstd], ..CONFIG });
        let get = |path: &str, headers: &[(&str, &str)]| sample.send("GET", path, headers);
        let plain = get("about", &[]);
        assert_eq!(plain.header("content-encoding"), "");
        let mut tags = vec![plain.header("etag").to_owned()];
        for (encoding, extension) in [("br", "br"), ("zstd", "zst"), ("gzip", "gz")] {
            let taken = ("accept-encoding", encoding);
            let sent = get("about", &[taken]);
            let file = sample.out().join(format!("about/index.html.{extension}"));
            assert_eq!(sent.bytes, fs::read(file).expect("a variant"));
            assert_eq!(sent.header("content-length"), sent.bytes.len().to_string());
            assert_eq!(sent.header("content-encoding"), encoding);
            assert_eq!(sent.header("content-type"), "text/html; charset=utf-8");
            let part = get("about", &[taken, ("range", "bytes=3-5")]);
            assert_eq!(
                (part.status, &*part.bytes),
                (StatusCode::PARTIAL_CONTENT, &sent.bytes[3..6])
            );
            assert_eq!(part.header("content-encoding"), encoding);
            let known = get("about", &[taken, ("if-none-match", sent.header("etag"))]);
            assert_eq!(known.status, StatusCode::NOT_MODIFIED);
            for sent in [&plain, &sent, &part, &known] {
                let vary: Vec<_> = sent.headers.get_all(header::VARY).iter().collect();
                assert_eq!(vary, ["Cookie", "Accept-Encoding"]);
            }
            tags.push(sent.header("etag").to_owned());
        }
        tags.sort();
        tags.dedup();
        assert_eq!(tags.len(), 4, "{tags:?}");
        let alone = get("large.bin", &[("accept-encoding", "br")]);
        assert_eq!((alone.header("content-encoding"), alone.header("vary")), ("", ""));
        let tagged = get("tagged.txt", &[("accept-encoding", "gzip")]);
        assert_eq!(tagged.header("etag"), "\"mine-gzip\"");
        // Only kiln.toml says which variants there are: `a.css.gz` of `public/` is not a variant of `a.css`.
        let without = Sample::new(Config { precompress: &[Gzip], ..CONFIG });
        let sent = without.send("GET", "about", &[("accept-encoding", "br, gzip;q=0.1")]);
        assert_eq!(sent.header("content-encoding"), "gzip");
    }

    #[test]
    fn the_page_of_an_error_answers_as_it_is() {
        let sample = Sample::new(CONFIG);
        let files = sample.files();
        let page = files.error_page("404", StatusCode::NOT_FOUND).expect("a page");
        for method in ["GET", "POST", "HEAD"] {
            let headers = [("if-none-match", "*"), ("range", "bytes=0-1"), ("if-match", "\"x\"")];
            let sent = sent(&page, method, &headers);
            let body: &[u8] = if method == "HEAD" { b"" } else { b"nothing here" };
            assert_eq!((sent.status, &*sent.bytes), (StatusCode::NOT_FOUND, body));
            assert_eq!(sent.header("content-length"), "12");
            for name in ["etag", "last-modified", "accept-ranges"] {
                assert!(!sent.headers.contains_key(name), "{name}");
            }
        }
    }

    #[test]
    fn a_file_that_is_cut_short_breaks_off() {
        let sample = Sample::new(CONFIG);
        let files = sample.files();
        let path = path_of("large.bin");
        let file = files.find(&path).expect("a file");
        let (head, ()) = http::Request::new(()).into_parts();
        let runtime = served::runtime();
        runtime.block_on(async {
            let response = file.respond(&head).await.expect("an answer").expect("the same build");
            let on_disk = File::options().write(true).open(sample.out().join("large.bin"));
            on_disk.and_then(|file| file.set_len(100_000)).expect("a file to cut");
            let read = crate::page::response::body::bytes(response.into_body()).await;
            let error = format!("{:#}", read.expect_err("bytes are missing"));
            assert!(error.contains("the file has become shorter while it was sent"), "{error}");
        });
        fs::remove_file(sample.out().join("large.bin")).expect("a file to remove");
        let gone = runtime.block_on(file.respond(&head)).expect_err("it is gone");
        assert_eq!(gone.kind(), io::ErrorKind::NotFound);
    }
}
