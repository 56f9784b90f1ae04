//! Inserts the script into HTML while it passes through.
//!
//! The script goes to the end of the head, or else before the first element of the body, or else to the end. HTML is not changed
//! otherwise, and no more of it is held back than one incomplete tag.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Frame};

use super::body::{BoxError, ProxyBody};

/// The longest tag that is held back. A longer one is not HTML.
const LONGEST_TAG: usize = 64 << 10;

/// Elements that may stand in a head, or around it.
const OF_HEAD: [&[u8]; 12] = [
    b"html",
    b"head",
    b"title",
    b"base",
    b"link",
    b"meta",
    b"style",
    b"script",
    b"noscript",
    b"template",
    b"!doctype",
    b"?xml",
];

/// Elements whose content is text.
const RAW: [&[u8]; 4] = [b"script", b"style", b"title", b"noscript"];

/// The state of the insertion.
#[derive(Debug)]
struct Injector {
    script: Option<Bytes>,
    held: Vec<u8>,
    within: Within,
}

/// What the next byte belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    Content,
    Comment,
    /// The content of an element that ends with its end tag.
    Raw(&'static [u8]),
}

/// What to do with the bytes that were held back.
enum Step {
    /// So many of them are passed on, and what follows is within something.
    Pass(usize, Within),
    /// The script follows so many of them.
    Insert(usize),
    /// So many of them are passed on, and the rest is incomplete.
    Wait(usize),
}

impl Injector {
    fn new(script: &str) -> Self {
        Injector {
            script: Some(Bytes::copy_from_slice(script.as_bytes())),
            held: Vec::new(),
            within: Within::Content,
        }
    }

    /// Takes the next bytes, and returns those that are passed on.
    fn push(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut held = std::mem::take(&mut self.held);
        held.extend_from_slice(bytes);
        let mut passed = Vec::with_capacity(held.len());
        let mut rest = &*held;
        while self.script.is_some() {
            match step(rest, self.within) {
                Step::Pass(count, within) => {
                    passed.extend_from_slice(&rest[..count]);
                    rest = &rest[count..];
                    self.within = within;
                }
                Step::Insert(count) => {
                    passed.extend_from_slice(&rest[..count]);
                    rest = &rest[count..];
                    passed.extend_from_slice(&self.script.take().unwrap_or_default());
                }
                Step::Wait(count) => {
                    passed.extend_from_slice(&rest[..count]);
                    self.held = rest[count..].to_vec();
                    return passed;
                }
            }
        }
        passed.extend_from_slice(rest);
        passed
    }

    /// Returns the last bytes.
    fn end(&mut self) -> Vec<u8> {
        let mut last = std::mem::take(&mut self.held);
        last.extend_from_slice(&self.script.take().unwrap_or_default());
        last
    }
}

fn step(bytes: &[u8], within: Within) -> Step {
    match within {
        Within::Content => in_content(bytes),
        Within::Comment => match find(bytes, b"-->") {
            Some(at) => Step::Pass(at + 3, Within::Content),
            None => Step::Wait(bytes.len().saturating_sub(2)),
        },
        Within::Raw(name) => match find_end_tag(bytes, name) {
            Some(at) => Step::Pass(at, Within::Content),
            None => Step::Wait(bytes.len().saturating_sub(name.len() + 2)),
        },
    }
}

fn in_content(bytes: &[u8]) -> Step {
    let Some(start) = bytes.iter().position(|byte| *byte == b'<') else {
        return Step::Wait(bytes.len());
    };
    let tag = &bytes[start..];
    if tag.starts_with(b"<!--") {
        return Step::Pass(start + 4, Within::Comment);
    }
    let is_tag = tag.get(1).is_none_or(|byte| byte.is_ascii_alphabetic() || b"/!?".contains(byte));
    if !is_tag {
        return Step::Pass(start + 1, Within::Content);
    }
    let is_start_of_comment = b"<!--".starts_with(tag);
    let end = if is_start_of_comment { None } else { end_of_tag(tag) };
    let Some(end) = end else {
        return if tag.len() > LONGEST_TAG {
            Step::Pass(bytes.len(), Within::Content)
        } else {
            Step::Wait(start)
        };
    };
    let is_end_tag = tag[1] == b'/';
    let name = name(&tag[1 + usize::from(is_end_tag)..end]);
    let is_of_head = OF_HEAD.contains(&&*name);
    let closes = is_end_tag && matches!(&*name, b"head" | b"body" | b"html");
    if closes || (!is_end_tag && !is_of_head) {
        return Step::Insert(start);
    }
    let raw = RAW.iter().find(|raw| **raw == name && !is_end_tag);
    Step::Pass(start + end, raw.map_or(Within::Content, |raw| Within::Raw(raw)))
}

/// The position behind the `>` of a tag. Quoted values may contain one.
fn end_of_tag(tag: &[u8]) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in tag.iter().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') if tag[..at].trim_ascii_end().ends_with(b"=") => {
                quote = Some(*byte);
            }
            (Some(open), byte) if open == *byte => quote = None,
            _ => {}
        }
    }
    None
}

/// The name at the start of a tag, in lower case.
fn name(tag: &[u8]) -> Vec<u8> {
    let end = tag.iter().position(|byte| byte.is_ascii_whitespace() || b"/>".contains(byte));
    tag[..end.unwrap_or(tag.len())].to_ascii_lowercase()
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

/// The position of an end tag with this name.
fn find_end_tag(bytes: &[u8], name: &[u8]) -> Option<usize> {
    bytes.windows(name.len() + 3).position(|window| {
        let last = window[window.len() - 1];
        window.starts_with(b"</")
            && window[2..2 + name.len()].eq_ignore_ascii_case(name)
            && (last == b'>' || last == b'/' || last.is_ascii_whitespace())
    })
}

/// A body of HTML with the script.
#[derive(Debug)]
struct Injected {
    body: ProxyBody,
    injector: Injector,
    is_done: bool,
}

/// Inserts a script into a body of HTML.
pub(super) fn inject(body: ProxyBody, script: &str) -> ProxyBody {
    Injected { body, injector: Injector::new(script), is_done: false }.boxed()
}

impl Body for Injected {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        loop {
            if self.is_done {
                return Poll::Ready(None);
            }
            let frame = ready!(Pin::new(&mut self.body).poll_frame(context)).transpose()?;
            let bytes = match frame.map(Frame::into_data) {
                Some(Ok(bytes)) => self.injector.push(&bytes),
                // The script would come too late.
                Some(Err(trailers)) => return Poll::Ready(Some(Ok(trailers))),
                None => {
                    self.is_done = true;
                    self.injector.end()
                }
            };
            if !bytes.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(bytes.into()))));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the script is, as `|`, however the text is cut into pieces.
    #[track_caller]
    fn check(expected: &str) {
        let html = expected.replace('|', "");
        for size in 1..=html.len() {
            let mut injector = Injector::new("|");
            let mut passed: Vec<u8> =
                html.as_bytes().chunks(size).flat_map(|it| injector.push(it)).collect();
            passed.extend(injector.end());
            assert_eq!(String::from_utf8_lossy(&passed), expected, "in pieces of {size}");
        }
    }

    #[test]
    fn the_script_stands_at_the_end_of_the_head() {
        for expected in [
            "<!DOCTYPE html><html><head><title>a</title>|</head><body>b</body></html>",
            "<head><meta charset=utf-8>|</HEAD>",
            "<head><!-- </head> --><title></head></title>|</head>",
            "<head><script>\"</head>\" < 1</script>|</head>",
            "<head><style>a > b::after { content: '</head>' }</style >|</head >",
            "<head><meta content='</head>'><link title=\"a>b\">|</head>",
            "<head><noscript><p>x</p></noscript>|</head>",
        ] {
            check(expected);
        }
    }

    #[test]
    fn without_the_end_of_a_head_it_stands_before_the_body() {
        for expected in [
            "<!doctype html><title>a</title>|<h1>b</h1>",
            "<!doctype html><title>a</title>|<body class=x>b",
            "<html><head><title>a</title>|<main>b",
            "<title>a</title>|</html>",
            "just text|",
            "1 < 2|",
            "|",
            "<title>never closed|",
            "<!-- never closed|",
            "<meta never closed|",
        ] {
            check(expected);
        }
    }

    #[test]
    fn text_passes_before_the_script_is_in() {
        let mut injector = Injector::new("|");
        assert_eq!(injector.push(b"<!doctype html><title>a"), b"<!doctype html><title>");
        assert_eq!(injector.push(b"</title>"), b"a</title>");
        assert_eq!(injector.push(b"<p"), b"");
        assert_eq!(injector.push(b">"), b"|<p>");
        assert_eq!(injector.push(b"</head>"), b"</head>");
        assert_eq!(injector.end(), b"");
    }
}
