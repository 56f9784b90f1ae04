//! Responses that are sent while they are produced.

use crate::client::Client;
use crate::process::{Server, built, request};

fn served() -> Server {
    Server::start("served", "serve", &built("served"))
}

/// Requests a streamed response, and reads its head.
fn stream(server: &Server, target: &str, content_type: &str) -> Client {
    let mut client = server.connect();
    client.write(request("GET", target, "", "").as_bytes()).expect("a request");
    let head = client.head().expect("a head");
    assert_eq!((head.status, head.header("content-type")), (200, Some(content_type)));
    assert_eq!(head.header("content-length"), None);
    client
}

fn open(server: &Server, gate: &str) {
    let answer =
        server.ask("POST", &format!("/gate?{gate}"), "Origin: http://good.example\r\n", "");
    assert_eq!(answer.status, 204);
}

#[track_caller]
fn comes(client: &mut Client, text: &str) {
    let chunk = client.chunk().expect("a chunk").expect("more");
    assert_eq!(String::from_utf8_lossy(&chunk), text);
}

#[test]
fn bytes_arrive_before_the_end() {
    let server = served();
    let mut client = stream(&server, "/stream", "text/plain");
    comes(&mut client, "first\n");
    // The page waits at the gate.
    open(&server, "stream");
    comes(&mut client, "last\n");
    assert_eq!(client.chunk().expect("an end"), None);
    assert!(client.rest().is_empty());
}

#[test]
fn events_arrive_one_by_one() {
    let server = served();
    let mut client = stream(&server, "/events", "text/event-stream");
    comes(&mut client, "id: 0\ndata: event 0\n\n");
    open(&server, "events");
    comes(&mut client, "id: 1\ndata: event 1\n\n");
    comes(&mut client, "id: 2\ndata: event 2\n\n");
    assert_eq!(client.chunk().expect("an end"), None);
}

#[test]
fn a_client_that_goes_away_leaves_the_server_alone() {
    let mut server = served();
    for _ in 0..20 {
        let mut client = stream(&server, "/stream", "text/plain");
        comes(&mut client, "first\n");
    }
    open(&server, "stream");
    assert_eq!(server.get("/users/7").text(), "user 7\n");
    assert!(server.is_alive());
}

#[test]
fn a_stream_that_fails_does_not_look_whole() {
    let mut server = served();
    let mut client = server.connect();
    client.write(request("GET", "/broken-stream", "", "").as_bytes()).expect("a request");
    assert!(client.answer(false).is_err(), "it looks whole");
    assert!(!String::from_utf8_lossy(&client.rest()).contains("run dry"));
    assert_eq!(server.get("/users/7").status, 200);
    assert!(server.is_alive());
}
