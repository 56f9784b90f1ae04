//! Slow clients.

use std::io::{self, Write};
use std::thread;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::response::IntoResponse;
use http::Request;

use super::limits::Limits;
use super::support::{Answering, GET, Server, answer, echo, rest, status};

const SHORT: Duration = Duration::from_millis(200);

/// How often a client pauses for an eighth of a limit: twice as long as it in all.
const PAUSES: u32 = 16;

/// Checks that a client gets its answers although its pauses together are longer than a limit. On a machine that does other work, one
/// alone may be, but not as long as the last limit.
#[track_caller]
fn gets(expected: &str, client: impl Fn(Duration) -> io::Result<String>) {
    let mut others = Vec::new();
    for limit in [200, 1000, 5000].map(Duration::from_millis) {
        match client(limit) {
            Ok(answers) if answers == expected => return,
            other => others.push(other),
        }
    }
    panic!("{others:?}");
}

#[test]
fn a_head_must_come_in_time() {
    let server = Server::start(echo, Limits { header_time: SHORT, ..Limits::default() });
    thread::scope(|scope| {
        scope.spawn(|| assert_eq!(server.send("GET / HT"), ""));
        // Sending byte by byte does not help.
        scope.spawn(|| {
            let mut stream = server.connect();
            stream.write_all(b"GET / HTTP/1.1\r\n").unwrap();
            let begun = Instant::now();
            while stream.write_all(b"a").is_ok() {
                assert!(begun.elapsed() < Duration::from_mins(1), "the server waits on");
                thread::sleep(Duration::from_millis(10));
            }
        });
        // The limit is for a head, not for a connection.
        let mut stream = server.connect();
        thread::sleep(2 * SHORT);
        stream.write_all(GET.as_bytes()).unwrap();
        assert_eq!(answer(&mut stream).unwrap().1, "<GET / good >");
        // On a busy machine, the connection may be closed by now.
        let _ = stream.write_all(&GET.as_bytes()[..10]);
        assert_eq!(rest(&mut stream), "");
    });
    gets(&"<GET / good >".repeat(16), |header_time| {
        let server = Server::start(echo, Limits { header_time, ..Limits::default() });
        let mut stream = server.connect();
        let mut answers = String::new();
        for _ in 0..PAUSES {
            stream.write_all(GET.as_bytes())?;
            answers += &answer(&mut stream)?.1;
            thread::sleep(header_time / 8);
        }
        Ok(answers)
    });
}

/// The length of a response that no buffer of the system holds.
const LENGTH: usize = 64 << 20;

fn large(_: Request<Body>) -> Answering {
    Box::pin(async { Body::from(vec![b'a'; LENGTH]).into_response() })
}

#[test]
fn the_time_of_a_head_is_not_that_of_the_response_before() {
    let server = Server::start(large, Limits { header_time: SHORT, ..Limits::default() });
    let mut stream = server.connect();
    stream.write_all(GET.as_bytes()).unwrap();
    // The server has nothing left to do but to send what it has.
    thread::sleep(3 * SHORT);
    assert_eq!(answer(&mut stream).unwrap().1.len(), LENGTH);
    assert_eq!(rest(&mut stream), "");
}

#[test]
fn an_idle_connection_is_closed_without_a_word() {
    let server = Server::start(echo, Limits { idle: SHORT, ..Limits::default() });
    assert_eq!(server.send(""), "");
    let mut stream = server.connect();
    stream.write_all(GET.as_bytes()).unwrap();
    assert_eq!(answer(&mut stream).unwrap().1, "<GET / good >");
    assert_eq!(rest(&mut stream), "");
}

#[test]
fn the_next_bytes_of_a_body_must_come_in_time() {
    let server = Server::start(echo, Limits { body_idle: SHORT, ..Limits::default() });
    let head = "POST / HTTP/1.1\r\nHost: good\r\nContent-Length: 16\r\n\r\n";
    assert_eq!(status(&server.send(format!("{head}abc"))), 408);
    // The limit is for each part of a body, not for the whole.
    gets("<POST / good aaaaaaaaaaaaaaaa>", |body_idle| {
        let server = Server::start(echo, Limits { body_idle, ..Limits::default() });
        let mut stream = server.connect();
        stream.write_all(head.as_bytes())?;
        for _ in 0..PAUSES {
            thread::sleep(body_idle / 8);
            stream.write_all(b"a")?;
        }
        Ok(answer(&mut stream)?.1)
    });
}

#[test]
fn a_whole_body_must_come_in_time() {
    let limits =
        |body_time| Limits { body_idle: Duration::from_mins(10), body_time, ..Limits::default() };
    let server = Server::start(echo, limits(SHORT));
    let mut stream = server.connect();
    let head = "POST / HTTP/1.1\r\nHost: good\r\nContent-Length: 1000\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let begun = Instant::now();
    // Each byte comes in time.
    while begun.elapsed() < 2 * SHORT {
        let _ = stream.write_all(b"a");
        thread::sleep(SHORT / 10);
    }
    assert_eq!(status(&rest(&mut stream)), 408);
    // The time is that of one request, not of its connection.
    gets(&"<POST / good a>".repeat(16), |body_time| {
        let server = Server::start(echo, limits(body_time));
        let mut stream = server.connect();
        let mut answers = String::new();
        for _ in 0..PAUSES {
            stream.write_all(head.replace("1000", "1").as_bytes())?;
            thread::sleep(body_time / 8);
            stream.write_all(b"a")?;
            answers += &answer(&mut stream)?.1;
        }
        Ok(answers)
    });
}

#[test]
fn an_answer_must_be_taken() {
    let limits = Limits { write_idle: SHORT, grace: Duration::from_mins(10), ..Limits::default() };
    let mut server = Server::start(large, limits);
    let mut stream = server.connect();
    stream.write_all(GET.as_bytes()).unwrap();
    thread::sleep(SHORT);
    // The client reads nothing, and the server stops nevertheless.
    server.stop();
    server.wait();
    drop(stream);
}
