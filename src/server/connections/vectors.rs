//! Hostile requests, byte by byte. The names are those of a list of known attacks.

use std::io::Write;
use std::time::{Duration, Instant};

use super::limits::Limits;
use super::support::{Server, answer, deaf, echo, rest, status};

const GET: &str = "GET / HTTP/1.1\r\nHost: good\r\nConnection: close\r\n\r\n";

/// Sends a target, and returns the whole response.
fn target(server: &Server, target: &[u8]) -> String {
    let head = [b"GET ", target, b" HTTP/1.1\r\nHost: good\r\nConnection: close\r\n\r\n"].concat();
    server.send(head)
}

#[track_caller]
fn refuses(server: &Server, request: impl AsRef<[u8]>, expected: u16) {
    let text = server.send(&request);
    let sent = String::from_utf8_lossy(request.as_ref()).into_owned();
    assert_eq!(status(&text), expected, "{sent:?}");
    assert!(!text.contains("evil") && !text.contains("admin"), "reflected: {text}");
    assert_eq!(text.matches("HTTP/1.1 ").count(), 1, "{text}");
}

#[test]
fn url_06_21_24_raw_bytes_that_no_target_has() {
    let server = Server::start(echo, Limits::default());
    for bad in [
        &b"/users\\admin"[..],
        b"/a\0b",
        b"/a\x01b",
        b"/a\x7fb",
        b"/\xff",
        b"/caf\xc3\xa9",
        b"/a b",
        b"/a\tb",
        b"/?\\evil",
        b"admin",
        b"evil:80",
    ] {
        let text = target(&server, bad);
        assert_eq!(status(&text), 400, "{}", String::from_utf8_lossy(bad));
        assert!(!text.contains("evil") && !text.contains("admin"), "{text}");
    }
    // hyper drops the fragment before kiln sees the target.
    for (fragment, seen) in
        [("/#/../../etc/passwd", "/"), ("/a#evil", "/a"), ("/?a#evil", "/?a"), ("/#", "/")]
    {
        let text = target(&server, fragment.as_bytes());
        assert!(text.ends_with(&format!("<GET {seen} good >")), "{text}");
    }
    assert!(target(&server, b"/a?b=[c]|{d}").ends_with("<GET /a?b=[c]|{d} good >"));
}

#[test]
fn url_22_broken_escapes_reach_the_one_parser_of_paths() {
    let server = Server::start(echo, Limits::default());
    for path in ["/%", "/%zz", "/%ff", "/%ed%a0%80", "/%c0%ae%c0%ae/"] {
        let text = target(&server, path.as_bytes());
        assert!(text.ends_with(&format!("<GET {path} good >")), "{text}");
    }
}

#[test]
fn url_25_a_whole_url_must_be_of_the_site() {
    let server = Server::start(echo, Limits::default());
    refuses(&server, "GET http://evil/admin HTTP/1.1\r\nHost: good\r\n\r\n", 421);
    refuses(&server, "GET http://evil@good/admin HTTP/1.1\r\nHost: good\r\n\r\n", 400);
    refuses(&server, "GET ftp://good/admin HTTP/1.1\r\nHost: good\r\n\r\n", 400);
    refuses(&server, "CONNECT evil:80 HTTP/1.1\r\nHost: evil:80\r\n\r\n", 400);
    refuses(&server, "GET * HTTP/1.1\r\nHost: good\r\n\r\n", 400);
    let text = target(&server, b"http://good/admin?a");
    assert!(text.ends_with("<GET /admin?a good >"), "{text}");
    let text = server.send("OPTIONS * HTTP/1.1\r\nHost: good\r\nConnection: close\r\n\r\n");
    assert!(text.ends_with("<OPTIONS * good >"), "{text}");
    let text = server.send("get /a HTTP/1.1\r\nHost: good\r\nConnection: close\r\n\r\n");
    assert!(text.ends_with("<get /a good >"), "{text}");
}

#[test]
fn url_27_long_targets_and_headers() {
    let server = Server::start(echo, Limits::default());
    for (long, expected) in
        [("a".repeat(100 << 10), 431), ("/a".repeat(10_000), 414), ("%2e".repeat(350_000), 431)]
    {
        let text = target(&server, format!("/{long}").as_bytes());
        // hyper closes the connection before the client has sent all of it, so the client may not get the response.
        assert!(text.is_empty() || status(&text) == expected, "{text}");
    }
    assert_eq!(status(&target(&server, &[b"/", &[b'a'; 8191][..]].concat())), 200);
    assert_eq!(status(&target(&server, &[b"/", &[b'a'; 8192][..]].concat())), 414);
    let many = "A: b\r\n".repeat(64);
    refuses(&server, format!("GET / HTTP/1.1\r\nHost: good\r\n{many}\r\n"), 431);
    let many = "A: b\r\n".repeat(62);
    let text =
        server.send(format!("GET / HTTP/1.1\r\nHost: good\r\nConnection: close\r\n{many}\r\n"));
    assert_eq!(status(&text), 200);
    let long = "a".repeat(33 << 10);
    refuses(&server, format!("GET / HTTP/1.1\r\nHost: good\r\nA: {long}\r\n\r\n"), 431);
    let long = "a".repeat(1 << 20);
    let text = server.send(format!("GET / HTTP/1.1\r\nHost: good\r\nA: {long}\r\n\r\n"));
    assert!(text.is_empty() || status(&text) == 431, "{text}");
}

#[test]
fn hdr_06_09_hosts() {
    let server = Server::start(echo, Limits::default());
    for host in
        ["evil.com/health?x=", "a b", "..", "user@good", "good#@evil", "good:0", "good:a", ""]
    {
        refuses(&server, format!("GET /admin HTTP/1.1\r\nHost: {host}\r\n\r\n"), 400);
    }
    refuses(&server, "GET /admin HTTP/1.1\r\n\r\n", 400);
    refuses(&server, "GET /admin HTTP/1.1\r\nHost: good\r\nHost: good\r\n\r\n", 400);
    refuses(&server, "GET /admin HTTP/1.1\r\nHost: good\r\nhost: evil\r\n\r\n", 400);
    assert!(server.send("GET / HTTP/1.0\r\n\r\n").ends_with("<GET / - >"));
}

#[test]
fn hdr_18_bodies_end_at_the_limit() {
    let limits = Limits { body: 1000, ..Limits::default() };
    let server = Server::start(echo, limits);
    let long = "POST / HTTP/1.1\r\nHost: good\r\nContent-Length: 10737418240\r\n\r\n";
    refuses(&server, long, 413);
    refuses(&server, format!("{long}{}", "a".repeat(300_000)), 413);
    let fits = format!(
        "POST / HTTP/1.1\r\nHost: good\r\nContent-Length: 1000\r\n\r\n{}",
        "a".repeat(1000)
    );
    let mut stream = server.connect();
    for _ in 0..2 {
        stream.write_all(fits.as_bytes()).unwrap();
        assert_eq!(answer(&mut stream).unwrap().1.len(), 1000 + "<POST / good >".len());
    }
    let chunked = "POST / HTTP/1.1\r\nHost: good\r\nTransfer-Encoding: chunked\r\n\r\n";
    assert!(server.send(format!("{chunked}3\r\nabc\r\n0\r\n\r\n")).ends_with("<POST / good abc>"));
    let mut stream = server.connect();
    stream.write_all(chunked.as_bytes()).unwrap();
    // It never ends, until the server stops reading.
    let begun = Instant::now();
    let chunk = format!("1000\r\n{}\r\n", "a".repeat(0x1000));
    while stream.write_all(chunk.as_bytes()).is_ok() {
        assert!(begun.elapsed() < Duration::from_secs(15), "the server reads on");
    }
    // The chunks count, and hyper closes the connection after them.
    for lengths in [
        "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
    ] {
        let both =
            format!("POST / HTTP/1.1\r\nHost: good\r\n{lengths}\r\n4\r\nabcd\r\n0\r\n\r\n{GET}");
        let text = server.send(both);
        assert!(text.ends_with("<POST / good abcd>"), "{text}");
    }
    let unlike = "Content-Length: 3\r\nContent-Length: 4\r\n";
    refuses(&server, format!("POST / HTTP/1.1\r\nHost: good\r\n{unlike}\r\n"), 400);
    refuses(&server, "POST / HTTP/1.1\r\nHost: good\r\nTransfer-Encoding: gzip\r\n\r\n", 400);
    let neither = "POST / HTTP/1.1\r\nHost: good\r\nConnection: close\r\n\r\n";
    assert!(server.send(neither).ends_with("<POST / good >"));
}

#[test]
fn hdr_18_a_chunked_body_that_is_too_large_is_answered() {
    let server = Server::start(echo, Limits { body: 1000, ..Limits::default() });
    let chunk = format!("400\r\n{}\r\n", "a".repeat(0x400));
    let text = server.send(format!(
        "POST / HTTP/1.1\r\nHost: good\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}"
    ));
    assert_eq!(status(&text), 413);
}

#[test]
fn hdr_27_bodies_where_none_is_expected() {
    let server = Server::start(deaf, Limits::default());
    let smuggled = "GET /evil HTTP/1.1\r\nHost: good\r\n\r\n";
    for method in ["GET", "POST", "DELETE"] {
        let length = smuggled.len();
        let first = format!(
            "{method} /a HTTP/1.1\r\nHost: good\r\nContent-Length: {length}\r\n\r\n{smuggled}"
        );
        let text = server.send(format!("{first}{GET}"));
        assert!(text.contains("<deaf /a>") && !text.contains("evil"), "{text}");
    }
    let head =
        "HEAD /a HTTP/1.1\r\nHost: good\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc";
    let text = server.send(head);
    assert!(text.ends_with("\r\n\r\n"), "{text}");
    assert!(
        text.to_ascii_lowercase().contains(&format!("content-length: {}\r\n", "<deaf /a>".len())),
        "{text}"
    );
}

#[test]
fn hdr_27_a_body_is_asked_for() {
    let server = Server::start(echo, Limits { body: 1000, ..Limits::default() });
    let expects = |length| {
        format!(
            "POST / HTTP/1.1\r\nHost: good\r\nContent-Length: {length}\r\nExpect: 100-continue\r\n\r\n"
        )
    };
    let mut stream = server.connect();
    stream.write_all(expects(3).as_bytes()).unwrap();
    let mut go_on = [0; b"HTTP/1.1 100 Continue\r\n\r\n".len()];
    std::io::Read::read_exact(&mut stream, &mut go_on).unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"abc").unwrap();
    assert_eq!(answer(&mut stream).unwrap().1, "<POST / good abc>");
    stream.write_all(GET.as_bytes()).unwrap();
    assert!(rest(&mut stream).ends_with("<GET / good >"));
    refuses(&server, expects(1001), 413);
}

#[test]
fn hdr_28_upgrades_are_ignored() {
    let server = Server::start(echo, Limits::default());
    let mut stream = server.connect();
    let upgrade =
        "GET /a HTTP/1.1\r\nHost: good\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    for _ in 0..2 {
        stream.write_all(upgrade.as_bytes()).unwrap();
        let (head, body) = answer(&mut stream).unwrap();
        assert!(head.starts_with("http/1.1 200 ") && !head.contains("upgrade"), "{head}");
        assert_eq!(body, "<GET /a good >");
    }
}
