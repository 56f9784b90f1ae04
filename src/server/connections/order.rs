//! Several requests on one connection, cut into pieces at any byte.

use std::io::{Read, Write};
use std::time::Duration;

use super::limits::Limits;
use super::support::{Server, answer, deaf, echo, rest, status};

const FIRST: &str = "GET /1 HTTP/1.1\r\nHost: good\r\n\r\n";
const WITH_BODY: &str =
    "POST /2 HTTP/1.1\r\nHost: good\r\nContent-Length: 23\r\n\r\nGET /\\evil HTTP/1.1\r\n\r\n";
const REFUSED: &str = "GET /\\evil HTTP/1.1\r\nHost: good\r\n\r\n";
const NO_HOST: &str = "GET /4 HTTP/1.1\r\nHost: a b\r\n\r\n";
const CHUNKED: &str =
    "POST /3 HTTP/1.1\r\nHost: good\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";

/// Sends bytes at once, and one by one.
#[track_caller]
fn sends(server: &Server, bytes: &str, check: impl Fn(&str)) {
    check(&server.send(bytes));
    let mut stream = server.connect();
    for byte in bytes.bytes() {
        // The server may have closed the connection after a refusal.
        let _ = stream.write_all(&[byte]);
    }
    check(&rest(&mut stream));
}

/// Checks that a text has these parts in this order.
#[track_caller]
fn in_order(text: &str, parts: &[&str]) {
    let mut left = text;
    for part in parts {
        let (_, behind) = left.split_once(part).unwrap_or_else(|| panic!("no {part} in {text}"));
        left = behind;
    }
}

#[test]
fn a_refusal_comes_behind_the_answers_before_it() {
    let server = Server::start(echo, Limits::default());
    for refused in [REFUSED, NO_HOST] {
        let requests = [FIRST, WITH_BODY, "\r\n", FIRST, refused, FIRST].concat();
        sends(&server, &requests, |text| {
            let body = "<POST /2 good GET /\\evil HTTP/1.1\r\n\r\n>";
            in_order(
                text,
                &["200 OK", "<GET /1 good >", body, "<GET /1 good >", "400 Bad Request"],
            );
            assert_eq!(text.matches("HTTP/1.1 200").count(), 3, "{text}");
            assert_eq!(text.matches("evil").count(), 1, "{text}");
        });
    }
}

#[test]
fn the_next_request_stands_behind_the_last_chunk() {
    let server = Server::start(echo, Limits::default());
    sends(&server, &[FIRST, CHUNKED, FIRST, REFUSED].concat(), |text| {
        in_order(
            text,
            &["<GET /1 good >", "<POST /3 good abc>", "<GET /1 good >", "400 Bad Request"],
        );
        assert_eq!(text.matches("HTTP/1.1 ").count(), 4, "{text}");
    });
}

#[test]
fn a_body_that_nobody_reads_is_no_request() {
    let server = Server::start(deaf, Limits::default());
    let smuggled = "GET /evil HTTP/1.1\r\nHost: good\r\n\r\n".repeat(4000);
    let length = smuggled.len();
    let head = format!("POST /a HTTP/1.1\r\nHost: good\r\nContent-Length: {length}\r\n\r\n");
    let text = server.send([&head, &smuggled, REFUSED].concat());
    assert!(text.contains("<deaf /a>") && !text.contains("evil"), "{text}");
}

#[test]
fn a_refused_head_has_no_body_in_its_answer() {
    let server = Server::start(echo, Limits::default());
    let text = server.send("HEAD /\\evil HTTP/1.1\r\nHost: good\r\n\r\n");
    assert_eq!(status(&text), 400);
    assert!(text.ends_with("\r\n\r\n"), "{text}");
}

#[test]
fn what_is_not_http_is_refused() {
    let limits = Limits { header_time: Duration::from_millis(100), ..Limits::default() };
    let server = Server::start(echo, limits);
    let sent = [
        &b"\x16\x03\x01\x02\0"[..],
        b" GET / HTTP/1.1\r\n\r\n",
        b"\nGET",
        b"\r\r\n",
        b"\0",
        b"GET / HTTP/1.2\r\nHost: good\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n",
    ]
    .map(|bytes| {
        let mut stream = server.connect();
        let _ = stream.write_all(bytes);
        (bytes, stream)
    });
    for (bytes, mut stream) in sent {
        let text = rest(&mut stream);
        assert!(text.is_empty() || status(&text) == 400, "{bytes:?}: {text}");
    }
    let text = server.send("PRI / HTTP/1.1\r\nHost: good\r\nConnection: close\r\n\r\n");
    assert!(text.ends_with("<PRI / good >"), "{text}");
}

#[test]
fn who_closes_one_side_still_has_an_answer() {
    let server = Server::start(echo, Limits::default());
    let mut stream = server.connect();
    stream.write_all(FIRST.as_bytes()).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    assert_eq!(answer(&mut stream).unwrap().1, "<GET /1 good >");
    assert_eq!(rest(&mut stream), "");
}

#[test]
fn a_refused_client_can_say_what_it_has_to_say() {
    let server = Server::start(echo, Limits::default());
    let length = 4 << 20;
    for (host, status) in [("good", "413"), ("a b", "400")] {
        let head = format!("POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\n\r\n");
        let mut stream = server.connect();
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&vec![b'a'; length]).unwrap();
        let mut text = String::new();
        // If the server closed the connection at once, this would be an error.
        stream.read_to_string(&mut text).unwrap();
        assert!(text.contains("connection: close") && text.contains(status), "{text}");
    }
}
