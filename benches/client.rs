//! A client that sends a fixed number of requests.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::thread;

/// The number of pipelined requests in a connection.
const AT_ONCE: u32 = 16;

/// Sends requests for numbered paths over several connections, and checks the status of all responses.
///
/// # Panics
///
/// Panics if a response is missing, or has another status.
pub fn request(
    address: &str,
    connections: u32,
    numbers: std::ops::Range<u32>,
    status: u16,
    path: impl Fn(u32) -> String + Sync,
) {
    let each = (numbers.end - numbers.start) / connections;
    thread::scope(|scope| {
        for connection in 0..connections {
            let (start, path) = (numbers.start + connection * each, &path);
            let end = if connection + 1 == connections { numbers.end } else { start + each };
            scope.spawn(move || over_one(address, start..end, status, path));
        }
    });
}

/// The body of the response to one request.
///
/// # Panics
///
/// Panics if there is no response, or its status is not 200.
pub fn fetch(address: &str, path: &str) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).expect("a connection");
    let head = format!("GET {path} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).expect("a request to send");
    let (mut line, mut body) = (String::new(), Vec::new());
    read(&mut BufReader::new(stream), 200, &mut line, &mut body);
    body
}

fn over_one(
    address: &str,
    numbers: std::ops::Range<u32>,
    status: u16,
    path: &impl Fn(u32) -> String,
) {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.set_nodelay(true).expect("a connection without delay");
    let mut answers = BufReader::new(stream.try_clone().expect("a second handle"));
    let (mut next, mut text, mut line, mut body) =
        (numbers.start, String::new(), String::new(), Vec::new());
    while next < numbers.end {
        let until = numbers.end.min(next + AT_ONCE);
        text.clear();
        for number in next..until {
            text.extend(["GET ", &path(number), " HTTP/1.1\r\nHost: bench\r\n\r\n"]);
        }
        stream.write_all(text.as_bytes()).expect("requests to send");
        for _ in next..until {
            read(&mut answers, status, &mut line, &mut body);
        }
        next = until;
    }
}

/// Reads a response.
fn read(answers: &mut impl BufRead, status: u16, line: &mut String, body: &mut Vec<u8>) {
    let mut length = 0;
    for at in 0.. {
        line.clear();
        answers.read_line(line).expect("a line of a head");
        let (name, value) = line.trim_end().split_once([' ', ':']).unwrap_or_default();
        match name {
            "HTTP/1.1" => assert!(value.starts_with(&status.to_string()), "{line}"),
            name if name.eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse().expect("a length");
            }
            _ if line == "\r\n" => break,
            _ => assert!(at > 0 && !line.is_empty(), "the connection has ended"),
        }
    }
    body.resize(length, 0);
    answers.read_exact(body).expect("a body");
}
