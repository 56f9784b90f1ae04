//! A server that is stopped: requests that have begun are answered.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::client::{Answer, Client, PATIENCE};
use super::process::{Server, built, request_bytes};

const SLOW: usize = 30;

/// Waits until slow pages have been called.
fn wait_for_slow(server: &Server) {
    let begun = Instant::now();
    loop {
        let answer = server.request("HEAD", "/slow", "", "");
        let count = answer.header("x-begun").and_then(|count| count.parse::<usize>().ok());
        if count == Some(SLOW) {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "{count:?} requests have begun");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Sends requests until the server is gone, and counts the whole answers.
fn request_until_gone(server: &Server, is_stopping: &AtomicBool) -> usize {
    let begun = Instant::now();
    let mut count = 0;
    while begun.elapsed() < PATIENCE {
        let answered = Client::connect(server.address).and_then(|mut client| {
            client.write(request_bytes("GET", "/echo/a", "", "").as_bytes())?;
            let head = client.head()?;
            Ok((client, head))
        });
        match answered {
            Ok((mut client, head)) => {
                let answer = client.body(head, false).expect("a whole answer");
                assert_eq!((answer.status, &*answer.text()), (200, EXPECTED));
                count += 1;
            }
            Err(error) => {
                assert!(is_stopping.load(Ordering::SeqCst), "{error}");
                return count;
            }
        }
    }
    panic!("the server is never gone");
}

const EXPECTED: &str = "path=a shown=/echo/a url=/echo/a query=(none)\n";

fn slow(server: &Server) -> Answer {
    let mut client = server.connect();
    // As a browser does: the connection would stay open.
    let sent = "GET /slow HTTP/1.1\r\nHost: good.example\r\n\r\n";
    client.write(sent.as_bytes()).expect("a request");
    let answer = client.answer(false).expect("a whole answer");
    assert!(client.rest().is_empty(), "more than an answer");
    answer
}

#[test]
fn requests_that_have_begun_are_answered_before_the_end() {
    let mut server = Server::start("served", "serve", &built("served"));
    let is_stopping = AtomicBool::new(false);
    let stopped = thread::scope(|scope| {
        let slow: Vec<_> = (0..SLOW).map(|_| scope.spawn(|| slow(&server))).collect();
        let clients: Vec<_> =
            (0..4).map(|_| scope.spawn(|| request_until_gone(&server, &is_stopping))).collect();
        wait_for_slow(&server);
        is_stopping.store(true, Ordering::SeqCst);
        server.terminate();
        let stopped = Instant::now();
        for client in slow {
            let answer = client.join().expect("an answer");
            assert_eq!((answer.status, answer.body.len()), (200, 5 * 20_000));
        }
        let answered: usize = clients.into_iter().map(|it| it.join().expect("a count")).sum();
        assert!(answered > 0, "no request was answered");
        stopped
    });
    assert_eq!(server.ended().code(), Some(0));
    assert!(stopped.elapsed() < PATIENCE, "it took {:?}", stopped.elapsed());
}

#[test]
fn an_idle_client_does_not_delay_the_end() {
    let mut server = Server::start("served", "preview", &built("served"));
    let silent = server.connect();
    let mut idle = server.connect();
    idle.write(b"GET / HTTP/1.1\r\nHost: good.example\r\n\r\n").expect("a request");
    assert_eq!(idle.answer(false).expect("an answer").status, 200);
    server.terminate();
    assert_eq!(server.ended().code(), Some(0));
    drop(silent);
}

/// Requests an answer that never ends, and reads its first chunk.
fn endless(server: &Server, target: &str) -> Client {
    let mut client = server.connect();
    client.write(request_bytes("GET", target, "", "").as_bytes()).expect("a request");
    assert_eq!(client.head().expect("a head").status, 200);
    assert!(client.chunk().expect("a chunk").is_some());
    client
}

#[test]
fn streams_are_closed_after_five_seconds() {
    let ends = |signal| {
        let mut server = Server::start("served", "serve", &built("served"));
        let mut streams = [endless(&server, "/stream"), endless(&server, "/events")];
        let stopped = Instant::now();
        server.signal(signal);
        assert_eq!(server.ended().code(), Some(0));
        assert!(stopped.elapsed() >= Duration::from_secs(5), "they had {:?}", stopped.elapsed());
        for stream in &mut streams {
            assert!(stream.chunk().is_err(), "it looks whole");
        }
    };
    thread::scope(|scope| {
        for signal in ["-TERM", "-INT"] {
            scope.spawn(move || ends(signal));
        }
    });
}

#[test]
fn a_second_signal_ends_the_server_at_once() {
    let mut server = Server::start("served", "serve", &built("served"));
    let stream = endless(&server, "/stream");
    // More pages that never return than there are threads: requests have half a minute.
    let threads = 2 * thread::available_parallelism().map_or(1, usize::from);
    let stuck: Vec<Client> = (0..threads)
        .map(|_| {
            let mut client = server.connect();
            client.write(request_bytes("GET", "/stuck", "", "").as_bytes()).expect("a request");
            client
        })
        .collect();
    let stopped = Instant::now();
    server.signal("-TERM");
    server.signal("-INT");
    assert_eq!(server.ended().code(), Some(0));
    assert!(stopped.elapsed() < Duration::from_secs(20), "it took {:?}", stopped.elapsed());
    drop((stream, stuck));
}
