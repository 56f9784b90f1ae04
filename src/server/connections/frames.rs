//! The framing of responses in HTTP/1 and HTTP/2.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use http::Request;

use super::limits::Limits;
use super::support::{Answering, Server, answer, echo, rest};

/// Sends wrong headers about its framing, and the status that its path says.
fn liar(request: Request<Body>) -> Answering {
    let (head, _) = request.into_parts();
    let path = head.uri.path().to_owned();
    Box::pin(async move {
        let response = Response::builder().status(path[1..].parse().unwrap_or(200));
        let names = ["transfer-encoding", "connection", "upgrade", "te", "keep-alive"];
        let response = names.iter().fold(response, |response, name| response.header(*name, "x"));
        response
            .header("proxy-connection", "x")
            .header("content-length", if path == "/odd" { "+9" } else { "999" })
            .body(if path.starts_with("/e") { Body::empty() } else { Body::from("four") })
            .unwrap()
    })
}

#[test]
fn hdr_25_a_page_cannot_break_the_framing() {
    let server = Server::start(liar, Limits::default());
    let mut stream = server.connect();
    for target in ["/", "/odd"] {
        stream.write_all(request("GET", target).as_bytes()).unwrap();
        let (head, body) = answer(&mut stream).unwrap();
        assert_eq!(body, "four");
        for name in
            ["transfer-encoding", "connection", "upgrade", "te", "keep-alive", "proxy-connection"]
        {
            assert!(!head.contains(&format!("\r\n{name}: ")), "{head}");
        }
    }
}

#[test]
fn some_responses_have_no_body() {
    let server = Server::start(liar, Limits::default());
    for (method, target, status, length) in [
        ("HEAD", "/", 200, Some("4")),
        // The page says the length of the response to `GET`.
        ("HEAD", "/empty", 200, Some("999")),
        ("HEAD", "/e/odd", 200, Some("999")),
        ("GET", "/204", 204, None),
        ("GET", "/304", 304, None),
        // There are no upgrades, and a client would wait for another response.
        ("GET", "/101", 500, Some("0")),
    ] {
        let mut stream = server.connect();
        let text = [request(method, target), request("GET", "/last")].concat();
        stream.write_all(text.as_bytes()).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let text = rest(&mut stream);
        let (head, last) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{target}: {text}");
        let said = head.split("\r\n").find_map(|line| line.strip_prefix("content-length: "));
        assert_eq!(said, length, "{target}: {text}");
        assert!(last.starts_with("HTTP/1.1 200 ") && last.ends_with("four"), "{target}: {text}");
    }
}

fn request(method: &str, target: &str) -> String {
    format!("{method} {target} HTTP/1.1\r\nHost: good\r\n\r\n")
}

/// Sends an HTTP/2 frame.
fn frame(stream: &mut TcpStream, kind: u8, flags: u8, on: u8, payload: &[u8]) {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let head = [&length[1..], &[kind, flags, 0, 0, 0, on]].concat();
    stream.write_all(&[&head, payload].concat()).unwrap();
}

/// Opens an HTTP/2 connection.
fn greet(server: &Server) -> TcpStream {
    let mut stream = server.connect();
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").unwrap();
    frame(&mut stream, 4, 0, 0, &[]);
    stream
}

/// Reads a frame: its type, flags and payload.
fn next_frame(stream: &mut TcpStream) -> (u8, u8, Vec<u8>) {
    let mut head = [0; 9];
    stream.read_exact(&mut head).unwrap();
    let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
    let mut payload = vec![0; length as usize];
    stream.read_exact(&mut payload).unwrap();
    (head[3], head[4], payload)
}

/// Encodes headers as literals without a table.
fn literals(headers: &[(&str, &str)]) -> Vec<u8> {
    let text = |text: &str| [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
    headers.iter().flat_map(|(name, value)| [vec![0], text(name), text(value)].concat()).collect()
}

/// Sends a request on the first stream, and returns the first byte of the header block, and the body.
fn ask(server: &Server, method: &str, headers: &[(&str, &str)], body: &[u8]) -> (u8, String) {
    let mut stream = greet(server);
    let headers = [&[(":method", method), (":scheme", "http")], headers].concat();
    frame(&mut stream, 1, if body.is_empty() { 5 } else { 4 }, 1, &literals(&headers));
    if !body.is_empty() {
        frame(&mut stream, 0, 1, 1, body);
    }
    let (mut status, mut text) = (0, Vec::new());
    loop {
        let (kind, flags, payload) = next_frame(&mut stream);
        match kind {
            0 => text.extend(payload),
            1 => status = payload[0],
            // The server has reset the stream.
            3 => panic!("reset: {payload:?}"),
            _ => {}
        }
        if kind < 2 && flags & 1 == 1 {
            return (status, String::from_utf8(text).unwrap());
        }
    }
}

/// The two statuses in the static table of HTTP/2.
const OK: u8 = 0x88;
const BAD_REQUEST: u8 = 0x8c;

#[test]
fn http2_is_answered_without_tls() {
    let server = Server::start(echo, Limits::default());
    let answer = ask(&server, "GET", &[(":path", "/a?b"), (":authority", "Good:80")], b"");
    assert_eq!(answer, (OK, "<GET /a?b good:80 >".to_owned()));
    let answer = ask(&server, "POST", &[(":path", "/"), (":authority", "good")], b"abc");
    assert_eq!(answer, (OK, "<POST / good abc>".to_owned()));
}

#[test]
fn hdr_09_http2_names_one_host() {
    let server = Server::start(echo, Limits::default());
    let same = [(":path", "/"), (":authority", "good"), ("host", "good")];
    assert_eq!(ask(&server, "GET", &same, b"").0, OK);
    let other = [(":path", "/"), (":authority", "good"), ("host", "evil")];
    let (status, text) = ask(&server, "GET", &other, b"");
    assert_eq!((status, text.as_str()), (BAD_REQUEST, "the request must name one valid host"));
    assert_eq!(ask(&server, "GET", &[(":path", "/")], b"").0, BAD_REQUEST);
    for host in [&[(":authority", "good"), ("host", "GOOD")][..], &[("host", "good")]] {
        let headers = [&[(":path", "/a")], host].concat();
        assert_eq!(ask(&server, "GET", &headers, b""), (OK, "<GET /a good >".to_owned()));
    }
}

#[test]
fn url_06_27_http2_has_the_same_limits() {
    let server = Server::start(echo, Limits { target: 20, ..Limits::default() });
    let refused = |path: &str, more: usize| {
        let headers = [&[(":path", path), (":authority", "good")][..], &vec![("a", "b"); more]];
        ask(&server, "GET", &headers.concat(), b"").1
    };
    assert!(refused("/a\\b", 0).contains("must be percent-encoded"));
    assert!(refused("/aaaaaaaaaaaaaaaaaaaa", 0).contains("is too long"));
    assert!(refused("/", 65).contains("too many headers"));
}

#[test]
fn http2_may_take_its_time_between_requests() {
    let header_time = Duration::from_millis(50);
    let server = Server::start(echo, Limits { header_time, ..Limits::default() });
    let mut stream = greet(&server);
    std::thread::sleep(2 * header_time);
    let head = literals(&[
        (":path", "/"),
        (":authority", "good"),
        (":method", "GET"),
        (":scheme", "http"),
    ]);
    for id in [1, 3] {
        frame(&mut stream, 1, 5, id, &head);
        while next_frame(&mut stream).0 != 0 {}
        std::thread::sleep(2 * header_time);
    }
}

#[test]
fn an_idle_http2_connection_gets_a_goaway() {
    let idle = Duration::from_millis(100);
    let server = Server::start(echo, Limits { idle, ..Limits::default() });
    let mut stream = greet(&server);
    while next_frame(&mut stream).0 != 7 {}
}

#[test]
fn http2_pages_cannot_break_the_framing() {
    let server = Server::start(liar, Limits::default());
    let answer = ask(&server, "GET", &[(":path", "/"), (":authority", "good")], b"");
    assert_eq!(answer, (OK, "four".to_owned()));
}
