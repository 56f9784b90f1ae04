//! Requests as hostile clients send them, in tables. The ids are those of the list of attacks that the rows cover.

mod headers;
mod paths;
mod redirects;
mod row;

use std::collections::BTreeSet;
use std::net::TcpListener;

use self::row::{Preview, Row};
use crate::server::client::Answer;
use crate::server::process::{Server, built};

/// Sends each row of a table, and prints how many rows of a section are covered.
#[track_caller]
fn check(section: &str, rows: &[Row], left_out: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for site in ["served", "based", "slashless"] {
        let of_site: Vec<&Row> = rows.iter().filter(|row| row.site == site).collect();
        if of_site.is_empty() {
            continue;
        }
        let out = built(site);
        let mut server = Server::start(site, "serve", &out);
        let mut preview = Server::start(site, "preview", &out);
        for row in of_site {
            wrong.extend(fault(&server, row, row.status, true));
            match row.preview {
                Preview::Same => wrong.extend(fault(&preview, row, row.status, true)),
                Preview::Status(status) => wrong.extend(fault(&preview, row, status, false)),
            }
        }
        assert!(server.is_alive() && preview.is_alive(), "{section}: it is gone");
        assert_eq!(server.get("/").status, preview.get("/").status);
    }
    let covered: BTreeSet<&str> = rows.iter().map(|row| row.id).collect();
    for (id, reason) in left_out {
        assert!(!covered.contains(id), "{id} is left out ({reason}), and is covered");
    }
    let (requests, covered) = (rows.len(), covered.len());
    println!("{section}: {covered} rows by {requests} requests, {} left out", left_out.len());
    assert!(wrong.is_empty(), "{section}:\n{}", wrong.join("\n"));
}

/// What is wrong with the answer to a row, if anything.
fn fault(server: &Server, row: &Row, status: u16, is_full: bool) -> Option<String> {
    let logged = server.log_length();
    let mut client = server.connect();
    let address = client.address();
    // A request may be refused before all of it is sent.
    let _ = client.write(&row.sent);
    let shown: String = String::from_utf8_lossy(&row.sent).chars().take(200).collect();
    let answer = match client.answer(row.sent.starts_with(b"HEAD ")) {
        Ok(answer) => answer,
        Err(_) if row.may_close => return None,
        Err(error) => return Some(format!("{} {shown:?}: {error}", row.id)),
    };
    let text = answer.shown();
    if answer.status != status {
        return Some(format!("{} {shown:?}: {text}\nand not {status}", row.id));
    }
    let lacking = row.has.iter().filter(|part| is_full && !text.contains(**part));
    let lacking: Vec<_> = lacking.collect();
    let leaking: Vec<_> = row.lacks().filter(|part| text.contains(part)).collect();
    if !lacking.is_empty() || !leaking.is_empty() {
        return Some(format!("{} {shown:?}: {text}\nlacks {lacking:?}, has {leaking:?}", row.id));
    }
    if !client.finish().is_empty() {
        return Some(format!("{} {shown:?}: more than one answer", row.id));
    }
    let is_page = is_full && row.preview != Preview::Same;
    is_page
        .then(|| unlike(&answer, &server.line_of(address, logged)))?
        .map(|difference| format!("{} {shown:?}: {difference}", row.id))
}

/// How the paths differ that the middleware, the page and the log saw, if they do.
fn unlike(answer: &Answer, line: &str) -> Option<String> {
    let (_, logged) = line.split_once(" path=")?;
    let logged = logged.split_once(" status=").map(|(path, _)| path.escape_default().to_string());
    let seen = answer.header("x-seen").map(str::to_owned);
    let body = answer.text();
    let page = body.strip_prefix("path=").and_then(|body| body.split_once(" shown="));
    let page = page.and_then(|(_, body)| body.split_once(" url="));
    let page = page.map(|(path, _)| path.escape_default().to_string());
    let is_unlike = |path: &Option<String>| path.is_some() && *path != logged;
    (is_unlike(&seen) || is_unlike(&page))
        .then(|| format!("the middleware saw {seen:?}, the page {page:?}, the log {logged:?}"))
}

#[test]
fn paths() {
    check("3.1", &paths::rows(), paths::LEFT_OUT);
}

#[test]
fn headers_and_bodies() {
    check("3.2", &headers::rows(), headers::LEFT_OUT);
}

#[test]
fn redirects_and_rewrites() {
    check("3.3", &redirects::rows(), redirects::LEFT_OUT);
}

#[test]
fn the_host_of_a_request_is_never_contacted() {
    let attacker = TcpListener::bind("127.0.0.1:0").expect("a listener");
    let host = attacker.local_addr().expect("an address");
    attacker.set_nonblocking(true).expect("a listener");
    let server = Server::start("served", "serve", &built("served"));
    for target in ["/nowhere", "/error", "/panic", "/about", "/rewrite?/about", "/round/a"] {
        let headers = format!(
            "Host: {host}\r\nX-Forwarded-Host: {host}\r\nLocation: http://{host}/\r\nReferer: http://{host}/\r\n"
        );
        let answer = server.request("GET", target, &headers, "");
        assert!(!answer.shown().contains(&host.to_string()), "{target}: {}", answer.shown());
    }
    let error = attacker.accept().expect_err("the server connected to the host of a request");
    assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock);
}
