//! Pages with `REVALIDATE`.

use std::collections::BTreeSet;
use std::thread;
use std::time::{Duration, Instant};

use crate::client::PATIENCE;
use crate::process::{Server, built};

const OWN: &str = "Origin: http://good.example\r\n";

fn served() -> Server {
    let variables = [("EDITION", "served")];
    Server::start_with("served", "serve", &built("served"), &variables)
}

/// The bodies of twenty concurrent requests.
fn twenty(server: &Server, target: &str) -> BTreeSet<String> {
    thread::scope(|scope| {
        let ask = || {
            let answer = server.get(target);
            assert_eq!(answer.status, 200);
            answer.text()
        };
        let clients: Vec<_> = (0..20).map(|_| scope.spawn(ask)).collect();
        clients.into_iter().map(|client| client.join().expect("an answer")).collect()
    })
}

fn only(text: &str) -> BTreeSet<String> {
    BTreeSet::from([text.to_owned()])
}

fn revalidate(server: &Server, path: &str) {
    let answer = server.ask("POST", &format!("/revalidate?{path}"), OWN, "");
    assert_eq!(answer.status, 204);
}

#[test]
fn a_page_is_rendered_by_one_and_for_all() {
    let server = served();
    assert_eq!(twenty(&server, "/kept"), only("made 1\n"));
    assert_eq!(twenty(&server, "/kept?another"), only("made 1\n"));
    revalidate(&server, "/kept");
    assert_eq!(twenty(&server, "/kept"), only("made 2\n"));
    revalidate(&server, "/another");
    revalidate(&server, "");
    assert_eq!(server.get("/kept").text(), "made 2\n");
    let answer = server.get("/kept");
    let shared = "s-maxage=3600, stale-while-revalidate";
    assert_eq!(answer.header("cache-control"), Some(shared));
}

#[test]
fn the_old_page_is_given_while_a_new_one_is_made() {
    let server = served();
    let first = "made 1, at most 1 at once\n";
    assert_eq!(server.get("/stale").text(), first);
    assert_eq!(server.ask("DELETE", "/gate?stale", OWN, "").status, 204);
    thread::sleep(Duration::from_millis(1100));
    // The request that renders it waits at the gate; the others do not.
    assert_eq!(twenty(&server, "/stale"), only(first));
    assert_eq!(twenty(&server, "/stale"), only(first));
    assert_eq!(server.ask("POST", "/gate?stale", OWN, "").status, 204);
    let begun = Instant::now();
    let renewed = loop {
        let text = server.get("/stale").text();
        if text != first {
            break text;
        }
        assert!(begun.elapsed() < PATIENCE, "it is never made again");
        thread::sleep(Duration::from_millis(10));
    };
    assert!(renewed.ends_with("at most 1 at once\n"), "{renewed}");
}

#[test]
fn a_prerendered_page_can_be_revalidated() {
    let server = served();
    assert_eq!(server.get("/fresh").text(), "<p>built</p>\n");
    revalidate(&server, "/fresh");
    let made = only("<p>served</p>\n");
    assert_eq!(twenty(&server, "/fresh"), made);
    assert_eq!(twenty(&server, "/fresh/"), made);
    let answer = server.get("/fresh");
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(answer.header("x-frame-options"), Some("DENY"), "a rule of kiln.toml");
    // `preview` has the file only.
    let preview = Server::start("served", "preview", &built("served"));
    assert_eq!(preview.get("/fresh").text(), "<p>built</p>\n");
}

/// Each is in a list that waits for a timer, and there are more of them than threads of the server.
#[test]
fn an_async_list_waits_without_a_thread_of_the_server() {
    let server = served();
    for id in 0..20 {
        revalidate(&server, &format!("/listed/{id}"));
    }
    let texts = thread::scope(|scope| {
        let server = &server;
        let ask = |id: usize| scope.spawn(move || server.get(&format!("/listed/{id}")).text());
        let clients: Vec<_> = (0..20).map(ask).collect();
        clients.into_iter().map(|client| client.join().expect("an answer")).collect::<Vec<_>>()
    });
    let expected: Vec<_> = (0..20).map(|id| format!("<p>{id} served</p>\n")).collect();
    assert_eq!(texts, expected);
}

#[test]
fn a_page_that_cannot_be_rendered_again_stays_as_it_was_built() {
    let server = Server::start_with("served", "serve", &built("served"), &[("EDITION", "panics")]);
    revalidate(&server, "/listed/7");
    let mut client = server.connect();
    for _ in 0..2 {
        client.write(kept_alive("/listed/7").as_bytes()).expect("a request");
        assert_eq!(client.answer(false).expect("an answer").text(), "<p>7 built</p>\n");
    }
    let line = server
        .logged(|line| line.contains("kiln::failure") && line.contains("nobody knows the list"));
    assert!(line.contains(" id="), "{line}");
    assert!(line.contains("/listed/7: ") && line.contains("src/pages/listed/[id].rs"), "{line}");
}

#[test]
fn a_page_that_sets_a_cookie_is_not_kept() {
    let server = served();
    for made in 1..4 {
        let answer = server.get("/kept-cookie");
        assert_eq!(answer.text(), format!("made {made}\n"));
        let cookie = answer.header("set-cookie").expect("a cookie");
        assert!(cookie.starts_with(&format!("visitor={made}")), "{cookie}");
    }
}

/// A page that is too large for the cache is streamed to everybody who requests it.
#[test]
fn a_page_without_an_end_is_passed_on() {
    let server = served();
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut client = server.connect();
                client.write(kept_alive("/endless").as_bytes()).expect("a request");
                assert_eq!(client.head().expect("a head").status, 200);
                let mut read = 0;
                while read < 24 << 20 {
                    read += client.chunk().expect("a chunk").expect("no end").len();
                }
            });
        }
    });
}

fn kept_alive(target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: good.example\r\n\r\n")
}
