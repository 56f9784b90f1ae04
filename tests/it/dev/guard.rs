//! Hosts, origins and ports.

use std::net::TcpListener;

use super::{DevServer, EditedSite};

#[test]
fn only_pages_of_this_site_are_answered() {
    let site = EditedSite::new("guard");
    let server = DevServer::start(&site, &["--port", "0"]);
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
        ("host: localhost\r\nconnection: upgrade\r\nupgrade: websocket", 403),
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
    ] {
        assert!(statuses.contains(&server.get(path).status), "{path}: {}", server.get(path).status);
    }
    a_second_server_uses_another_port(&site);
}

fn a_second_server_uses_another_port(site: &EditedSite) {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let output = DevServer::command(site, &["--port", &port]).output().expect("a server");
    assert_eq!(output.status.code(), Some(1));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains(&port) && stderr.contains("hint: "), "{stderr}");
    let output = DevServer::command(site, &["--prot", "1"]).output().expect("a server");
    assert_eq!(output.status.code(), Some(2));
    let [first, second] = [(); 2].map(|()| DevServer::start_compiled(site, &[]));
    assert_ne!(first.address, second.address);
    assert!(second.log().contains("is taken"), "{}", second.log());
    assert!(second.get("/").text().contains("first version"));
}
