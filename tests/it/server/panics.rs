//! Panics of a site's code: the client gets the 500 page, the log says what happened, and the connection stays open.

use super::client::Client;
use super::process::{Server, built};

fn served() -> Server {
    Server::start("served", "serve", &built("served"))
}

fn get(client: &mut Client, target: &str) -> (u16, String) {
    let request = format!("GET {target} HTTP/1.1\r\nHost: good.example\r\n\r\n");
    client.write(request.as_bytes()).expect("a request");
    let answer = client.answer(false).unwrap_or_else(|error| panic!("{target}: {error}"));
    (answer.status, answer.text())
}

#[test]
fn a_panic_anywhere_is_the_500_page() {
    let server = served();
    let mut client = server.connect();
    let page = "src/pages/unsound/[what].rs";
    for (what, message, place) in [
        ("parse", "the bomb was parsed", page),
        ("display", "the bomb was shown", page),
        ("error", "the bomb was shown", page),
        ("payload", "(no message)", page),
        ("middleware", "the middleware has a bomb", "src/middleware.rs"),
        ("locals", "the bomb was dropped", page),
    ] {
        let target = format!("/unsound/{what}");
        let answer = get(&mut client, &target);
        assert_eq!(answer, (500, "<p>Something is broken</p>\n".to_owned()), "{what}");
        let is_it = |line: &str| {
            line.contains("kiln::failure") && line.contains(&target) && line.contains(message)
        };
        let line = server.logged(is_it);
        assert!(line.contains(" id=\"") && !line.contains(" id=\"\""), "{line}");
        assert!(line.contains(place), "{line}");
        assert_eq!(get(&mut client, "/unsound/nothing"), (200, "nothing\n".to_owned()));
    }
}

#[test]
fn a_body_that_panics_is_cut_off_and_logged() {
    let mut server = served();
    let mut client = server.connect();
    client.write(b"GET /unsound/stream HTTP/1.1\r\nHost: good.example\r\n\r\n").expect("a request");
    assert!(client.answer(false).is_err(), "it looks whole");
    let line = server.logged(|line| line.contains("kiln::failure"));
    assert!(line.contains("/unsound/stream") && line.contains("the bomb was polled"), "{line}");
    assert!(server.is_alive());
}
