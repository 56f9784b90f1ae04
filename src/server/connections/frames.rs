//! The framing of responses in HTTP/1 and HTTP/2.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use http::Request;

use super::limits::Limits;
use super::support::{Answering, Server, answer, echo, rest};

/// Sends wrong headers about its framing.
fn liar(request: Request<Body>) -> Answering {
    let (parts, _) = request.into_parts();
    Box::pin(async move {
        Response::builder()
            .status(if parts.uri.path() == "/204" { 204 } else { 200 })
            .header("content-length", 999)
            .header("transfer-encoding", "chunked")
            .header("connection", "upgrade")
            .header("upgrade", "websocket")
            .body(Body::from("four"))
            .unwrap()
    })
}

#[test]
fn hdr_25_a_page_cannot_break_the_framing() {
    let server = Server::start(liar, Limits::default());
    let mut stream = server.connect();
    for _ in 0..2 {
        stream.write_all(b"GET / HTTP/1.1\r\nHost: good\r\n\r\n").unwrap();
        let (head, body) = answer(&mut stream).unwrap();
        assert_eq!(body, "four");
        for name in ["transfer-encoding", "connection", "upgrade"] {
            assert!(!head.contains(name), "{head}");
        }
    }
    stream.write_all(b"HEAD / HTTP/1.1\r\nHost: good\r\n\r\n").unwrap();
    stream.write_all(b"GET /204 HTTP/1.1\r\nHost: good\r\nConnection: close\r\n\r\n").unwrap();
    let text = rest(&mut stream);
    let (head, no_content) = text.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("content-length: 4"), "{text}");
    assert!(no_content.starts_with("HTTP/1.1 204 ") && no_content.ends_with("\r\n\r\n"), "{text}");
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
    assert_eq!(
        ask(&server, "GET", &[(":path", "/a\\b"), (":authority", "good")], b"").0,
        BAD_REQUEST
    );
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
