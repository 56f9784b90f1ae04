//! Many clients at the same time, and a server that stops meanwhile.

use std::io::Write;
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use axum::body::Body;
use axum::response::IntoResponse;
use http::Request;

use super::limits::Limits;
use super::support::{Answering, GET, PATIENCE, Server, answer, echo, rest};

/// How many connections the process can hold both ends of, and leave as many files to the other tests.
fn most_connections() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let files = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let files = files.and_then(|line| line.split_whitespace().next()?.parse().ok());
    (files.unwrap_or(256_usize) / 4).clamp(20, 10_000)
}

#[test]
fn idle_connections_leave_room_for_others() {
    // None is closed while a busy machine opens the others.
    let server = Server::start(echo, Limits { idle: Duration::from_hours(1), ..Limits::default() });
    let count = most_connections();
    let idle: Vec<TcpStream> = (0..count)
        .map(|at| {
            let mut stream = server.connect();
            // Some are new, some have had a response.
            if at % 4 == 0 {
                stream.write_all(GET.as_bytes()).unwrap();
                assert_eq!(answer(&mut stream).unwrap().1, "<GET / good >");
            }
            stream
        })
        .collect();
    for mut stream in [server.connect(), idle[0].try_clone().unwrap(), idle[1].try_clone().unwrap()]
    {
        stream.write_all(GET.as_bytes()).unwrap();
        assert_eq!(answer(&mut stream).unwrap().1, "<GET / good >");
    }
    println!("{count} idle connections");
}

#[test]
fn beyond_the_bound_connections_wait() {
    let server = Server::start(echo, Limits { connections: 2, ..Limits::default() });
    let mut open = [server.connect(), server.connect()];
    for stream in &mut open {
        stream.write_all(GET.as_bytes()).unwrap();
        answer(stream).unwrap();
    }
    let mut waits = server.connect();
    waits.write_all(GET.as_bytes()).unwrap();
    waits.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    assert!(answer(&mut waits).is_err(), "a third connection is answered");
    drop(open);
    waits.set_read_timeout(Some(PATIENCE)).unwrap();
    assert_eq!(answer(&mut waits).unwrap().1, "<GET / good >");
}

static BEGUN: AtomicUsize = AtomicUsize::new(0);

fn slow_page(_: Request<Body>) -> Answering {
    BEGUN.fetch_add(1, Ordering::SeqCst);
    Box::pin(async {
        tokio::time::sleep(Duration::from_millis(3)).await;
        "a".repeat(100_000).into_response()
    })
}

#[test]
fn a_stop_under_load_loses_no_answer() {
    let mut server = Server::start(slow_page, Limits::default());
    let address = server.address;
    let clients: Vec<_> = (0..16)
        .map(|_| {
            thread::spawn(move || {
                let mut answers = 0;
                // A new connection every few requests, until the server is gone.
                while let Ok(mut stream) = TcpStream::connect(address) {
                    stream.set_read_timeout(Some(PATIENCE)).unwrap();
                    for _ in 0..5 {
                        if stream.write_all(GET.as_bytes()).is_err() {
                            break;
                        }
                        let Ok((head, body)) = answer(&mut stream) else { break };
                        assert_eq!(body.len(), 100_000);
                        answers += 1;
                        if head.contains("connection: close") {
                            break;
                        }
                    }
                }
                answers
            })
        })
        .collect();
    while BEGUN.load(Ordering::SeqCst) < 500 {
        thread::sleep(Duration::from_millis(1));
    }
    server.stop();
    server.wait();
    let answers: usize = clients.into_iter().map(|client| client.join().unwrap()).sum();
    assert_eq!(answers, BEGUN.load(Ordering::SeqCst));
    assert!(answers >= 500);
}

#[test]
fn a_stop_waits_for_an_answer_that_is_still_being_sent() {
    const LENGTH: usize = 16 << 20;
    static CALLED: AtomicUsize = AtomicUsize::new(0);
    let page = |request: Request<Body>| -> Answering {
        CALLED.fetch_add(1, Ordering::SeqCst);
        Box::pin(async {
            // The request may end after its response is complete, and before that is sent.
            tokio::spawn(async {
                tokio::time::sleep(Duration::from_millis(100)).await;
                axum::body::to_bytes(request.into_body(), 3).await.unwrap()
            });
            Body::from(vec![b'a'; LENGTH]).into_response()
        })
    };
    let requests = [GET, "POST / HTTP/1.1\r\nHost: good\r\nContent-Length: 3\r\n\r\nabc"];
    for (before, request) in requests.into_iter().enumerate() {
        let mut server = Server::start(page, Limits::default());
        let mut stream = server.connect();
        stream.write_all(request.as_bytes()).unwrap();
        while CALLED.load(Ordering::SeqCst) == before {
            thread::sleep(Duration::from_millis(1));
        }
        thread::sleep(Duration::from_millis(300));
        server.stop();
        thread::sleep(Duration::from_millis(100));
        assert_eq!(answer(&mut stream).unwrap().1.len(), LENGTH);
        assert_eq!(rest(&mut stream), "");
        drop(stream);
        server.wait();
    }
}

#[test]
fn a_stop_does_not_wait_for_ever() {
    let page = |_| -> Answering { Box::pin(std::future::pending()) };
    let limits = Limits { grace: Duration::from_millis(100), ..Limits::default() };
    let mut server = Server::start(page, limits);
    let mut stream = server.connect();
    stream.write_all(GET.as_bytes()).unwrap();
    thread::sleep(Duration::from_millis(100));
    server.stop();
    server.wait();
    assert_eq!(rest(&mut stream), "");
}
