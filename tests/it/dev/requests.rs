//! Requests: hosts, origins, paths, and what passes through.

use std::net::TcpListener;

use super::{DevServer, EditedSite};
use crate::server::client::Client;

#[test]
fn requests_are_answered_or_refused() {
    let site = EditedSite::new("requests");
    let server = DevServer::start(&site, &["--port", "0"]);
    only_pages_of_this_site_are_answered(&server);
    paths_lead_nowhere_else(&server);
    a_compressible_page_gets_the_script(&server);
    streams_and_uploads_pass_through(&server);
    the_sitemap_lists_known_pages(&server);
    a_second_server_is_another(&site, &server);
}

fn only_pages_of_this_site_are_answered(server: &DevServer) {
    for (headers, status) in [
        ("host: localhost", 200),
        ("host: 127.0.0.1:4321", 200),
        ("host: [::1]", 200),
        ("host: dev.example", 200),
        ("host: evil.example", 403),
        ("host: localhost.evil.example", 403),
        ("host: 192.0.2.1", 403),
        ("host: localhost\r\nsec-fetch-site: cross-site\r\nsec-fetch-mode: no-cors", 403),
        ("host: localhost\r\nsec-fetch-site: cross-site\r\nsec-fetch-mode: navigate", 200),
        ("host: localhost\r\norigin: http://localhost", 200),
        ("host: localhost\r\nconnection: upgrade\r\nupgrade: websocket", 403),
        ("host: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\norigin: null", 403),
        (
            "host: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\norigin: http://evil.example",
            403,
        ),
    ] {
        let answer = server.send(&format!("GET / HTTP/1.1\r\n{headers}\r\n\r\n"));
        assert_eq!(answer.status, status, "{headers}");
        assert_eq!(answer.header("access-control-allow-origin"), None);
        assert_eq!(answer.header("cross-origin-resource-policy"), Some("same-origin"));
        if status == 403 {
            assert!(!answer.text().contains("first"), "{headers}");
        }
    }
}

fn paths_lead_nowhere_else(server: &DevServer) {
    for (path, statuses) in [
        ("/../../etc/passwd", &[400][..]),
        ("/%2e%2e/%2e%2e/etc/passwd", &[400]),
        ("/a%00b", &[400]),
        ("/%zz", &[400]),
        ("/a\\b", &[400]),
        ("//etc/passwd", &[404]),
        ("/.env", &[404]),
        ("/Cargo.toml", &[404]),
        ("/src/pages/index.rs", &[404]),
        ("/STYLE.css", &[404]),
        ("/%252e%252e/x", &[404]),
        ("/_kiln/source?file=/etc/passwd", &[404]),
        ("/_kiln/open?file=/etc/passwd", &[403]),
    ] {
        assert!(statuses.contains(&server.get(path).status), "{path}: {}", server.get(path).status);
    }
}

fn a_compressible_page_gets_the_script(server: &DevServer) {
    let get = |headers: &str| {
        server.send(&format!("GET /encoded HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n\r\n"))
    };
    // A browser that opens a page accepts compressed ones, and the site does not see that.
    let page = get("accept-encoding: gzip, br\r\nsec-fetch-dest: document");
    assert!(page.text().contains("accepted: identity"), "{}", page.text());
    assert!(page.text().contains("/_kiln/dev.js"), "{}", page.text());
    // Code of a page that fetches another one gets what the site sends.
    let fetched = get("accept-encoding: gzip, br\r\nsec-fetch-dest: empty");
    assert_eq!(fetched.header("content-encoding"), Some("gzip"));
    assert_eq!(fetched.body.len(), 37);
    for answer in [page, fetched] {
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
}

fn streams_and_uploads_pass_through(server: &DevServer) {
    let mut client = Client::connect(server.address).expect("a connection");
    client.write(b"GET /events HTTP/1.1\r\nhost: localhost\r\n\r\n").expect("a request");
    let head = client.head().expect("a head");
    assert_eq!(head.header("content-type"), Some("text/event-stream"));
    assert_eq!(client.chunk().expect("a chunk").as_deref(), Some(&b"data: first\n\n"[..]));
    let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(100_000).collect();
    let head = format!(
        "POST /api.json HTTP/1.1\r\nhost: localhost\r\norigin: http://localhost\r\ncontent-length: {}\r\n\r\n",
        bytes.len()
    );
    let mut client = Client::connect(server.address).expect("a connection");
    client.write(&[head.as_bytes(), &bytes].concat()).expect("a request");
    assert!(client.answer(false).expect("an answer").body == bytes);
}

fn the_sitemap_lists_known_pages(server: &DevServer) {
    let sitemap = server.get("/sitemap.xml");
    assert_eq!(sitemap.status, 200);
    let text = sitemap.text();
    let urls: Vec<&str> =
        text.split("<loc>").skip(1).filter_map(|it| it.split('<').next()).collect();
    let expected = ["/", "/list/one", "/list/two", "/panics", "/stops"];
    assert_eq!(urls, expected.map(|path| format!("https://example.com{path}")));
}

fn a_second_server_is_another(site: &EditedSite, first: &DevServer) {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let output = DevServer::command(site, &["--port", &port]).output().expect("a server");
    assert_eq!(output.status.code(), Some(1));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains(&port) && stderr.contains("hint: "), "{stderr}");
    let output = DevServer::command(site, &["--prot", "1"]).output().expect("a server");
    assert_eq!(output.status.code(), Some(2));
    let [second, third] = [(); 2].map(|()| DevServer::start_compiled(site, &[]));
    assert_ne!(second.address, third.address);
    third.logged("is taken");
    assert!(third.get("/").text().contains("first version"));
    // A page of one server cannot use another one.
    let failed = first.get("/fails").text();
    let value = |start: &str| {
        let (_, rest) = failed.split_once(start).expect(start);
        rest.split('"').next().expect("a value").to_owned()
    };
    let (secret, entry) = (value("name=\"kiln-token\" content=\""), value("data-entry=\""));
    let open = |server: &DevServer| {
        let body = format!("{{\"entry\":{entry},\"token\":\"{secret}\"}}");
        let length = body.len();
        server.send(&format!("POST /_kiln/open HTTP/1.1\r\nhost: localhost\r\norigin: http://localhost\r\ncontent-length: {length}\r\n\r\n{body}"))
    };
    assert_eq!(open(&third).status, 403);
    let opened = open(first);
    assert_eq!(opened.status, 200);
    assert!(opened.text().contains("vscode://file/"), "{}", opened.text());
}
