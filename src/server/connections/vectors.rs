//! Hostile requests, byte by byte. The names are those of a list of known attacks.

use std::io::Write;
use std::thread;
use std::time::{Duration, Instant};

use super::limits::Limits;
use super::support::{Server, answer, deaf, echo, rest, status};

const GET: &str = "GET / HTTP/1.1\r\nHost: good\r\nConnection: close\r\n\r\n";

#[track_caller]
fn refuses(server: &Server, request: impl AsRef<[u8]>, expected: u16) {
    let text = server.send(&request);
    let sent = String::from_utf8_lossy(request.as_ref()).into_owned();
    assert_eq!(status(&text), expected, "{sent:?}");
    assert!(!text.contains("evil") && !text.contains("admin"), "reflected: {text}");
    assert_eq!(text.matches("HTTP/1.1 ").count(), 1, "{text}");
}

#[test]
fn url_25_the_target_of_options_may_be_a_star() {
    let server = Server::start(echo, Limits::default());
    let text = server.send("OPTIONS * HTTP/1.1\r\nHost: good\r\nConnection: close\r\n\r\n");
    assert!(text.ends_with("<OPTIONS * good >"), "{text}");
}

#[test]
fn url_27_headers_end_at_the_limit() {
    let server = Server::start(echo, Limits { header_bytes: 1000, ..Limits::default() });
    let others = "Host: good\r\nConnection: close\r\n";
    let long = |bytes: usize| {
        let value = "a".repeat(bytes - others.len() - "A: \r\n".len());
        format!("GET / HTTP/1.1\r\n{others}A: {value}\r\n\r\n")
    };
    assert_eq!(status(&server.send(long(1000))), 200);
    refuses(&server, long(1001), 431);
}

#[test]
fn hdr_09_http_1_0_needs_no_host() {
    let server = Server::start(echo, Limits::default());
    assert!(server.send("GET / HTTP/1.0\r\n\r\n").ends_with("<GET / - >"));
}

#[test]
fn hdr_18_bodies_end_at_the_limit() {
    let limits = Limits { body: 1000, ..Limits::default() };
    let server = Server::start(echo, limits);
    let fits = format!(
        "POST / HTTP/1.1\r\nHost: good\r\nContent-Length: 1000\r\n\r\n{}",
        "a".repeat(1000)
    );
    let mut stream = server.connect();
    for _ in 0..2 {
        stream.write_all(fits.as_bytes()).unwrap();
        assert_eq!(answer(&mut stream).unwrap().1.len(), 1000 + "<POST / good >".len());
    }
    let chunked = "POST / HTTP/1.1\r\nHost: good\r\nTransfer-Encoding: chunked\r\n\r\n";
    let mut stream = server.connect();
    stream.write_all(format!("{chunked}3\r\nabc\r\n0\r\n\r\n").as_bytes()).unwrap();
    assert_eq!(answer(&mut stream).unwrap().1, "<POST / good abc>");
    let mut stream = server.connect();
    stream.write_all(chunked.as_bytes()).unwrap();
    // It never ends, until the server stops reading.
    let begun = Instant::now();
    let chunk = format!("1000\r\n{}\r\n", "a".repeat(0x1000));
    while stream.write_all(chunk.as_bytes()).is_ok() {
        assert!(begun.elapsed() < Duration::from_mins(1), "the server reads on");
    }
    // The chunks count, and hyper closes the connection after them.
    for lengths in [
        "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
    ] {
        let both =
            format!("POST / HTTP/1.1\r\nHost: good\r\n{lengths}\r\n4\r\nabcd\r\n0\r\n\r\n{GET}");
        let text = server.send(both);
        assert!(text.ends_with("<POST / good abcd>"), "{text}");
    }
    let unlike = "Content-Length: 3\r\nContent-Length: 4\r\n";
    refuses(&server, format!("POST / HTTP/1.1\r\nHost: good\r\n{unlike}\r\n"), 400);
    refuses(&server, "POST / HTTP/1.1\r\nHost: good\r\nTransfer-Encoding: gzip\r\n\r\n", 400);
    let neither = "POST / HTTP/1.1\r\nHost: good\r\nConnection: close\r\n\r\n";
    assert!(server.send(neither).ends_with("<POST / good >"));
}

#[test]
fn hdr_18_a_body_that_is_too_large_is_answered_before_its_end() {
    let server = Server::start(echo, Limits { body: 1000, ..Limits::default() });
    let (length, chunked) = ("Content-Length: 10737418240", "Transfer-Encoding: chunked");
    let chunk = format!("400\r\n{}\r\n", "a".repeat(0x400));
    // The server waits for the rest of each body for a while.
    thread::scope(|scope| {
        for (header, sent) in
            [(length, String::new()), (length, "a".repeat(300_000)), (chunked, chunk)]
        {
            let request = format!("POST / HTTP/1.1\r\nHost: good\r\n{header}\r\n\r\n{sent}");
            scope.spawn(|| refuses(&server, request, 413));
        }
    });
}

#[test]
fn hdr_27_bodies_where_none_is_expected() {
    let server = Server::start(deaf, Limits::default());
    let smuggled = "GET /evil HTTP/1.1\r\nHost: good\r\n\r\n";
    for method in ["GET", "POST", "DELETE"] {
        let length = smuggled.len();
        let first = format!(
            "{method} /a HTTP/1.1\r\nHost: good\r\nContent-Length: {length}\r\n\r\n{smuggled}"
        );
        let text = server.send(format!("{first}{GET}"));
        assert!(text.contains("<deaf /a>") && !text.contains("evil"), "{text}");
    }
    let head =
        "HEAD /a HTTP/1.1\r\nHost: good\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc";
    let text = server.send(head);
    assert!(text.ends_with("\r\n\r\n"), "{text}");
    assert!(
        text.to_ascii_lowercase().contains(&format!("content-length: {}\r\n", "<deaf /a>".len())),
        "{text}"
    );
}

#[test]
fn hdr_27_a_body_is_asked_for() {
    let server = Server::start(echo, Limits { body: 1000, ..Limits::default() });
    let expects = |length| {
        format!(
            "POST / HTTP/1.1\r\nHost: good\r\nContent-Length: {length}\r\nExpect: 100-continue\r\n\r\n"
        )
    };
    let mut stream = server.connect();
    stream.write_all(expects(3).as_bytes()).unwrap();
    let mut go_on = [0; b"HTTP/1.1 100 Continue\r\n\r\n".len()];
    std::io::Read::read_exact(&mut stream, &mut go_on).unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"abc").unwrap();
    assert_eq!(answer(&mut stream).unwrap().1, "<POST / good abc>");
    stream.write_all(GET.as_bytes()).unwrap();
    assert!(rest(&mut stream).ends_with("<GET / good >"));
    refuses(&server, expects(1001), 413);
}
