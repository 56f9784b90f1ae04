//! Requests between plain connections on both sides of the proxy.

use std::convert::Infallible;

use hyper::server;
use hyper::service::service_fn;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;

/// A browser, the proxy and a site, as the two ends that a test writes to and reads from.
async fn connected() -> (TcpStream, TcpListener) {
    let site = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let upstream = Upstream {
        port: site.local_addr().expect("an address").port(),
        token: "secret".to_owned(),
    };
    let proxy = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let address = proxy.local_addr().expect("an address");
    tokio::spawn(async move {
        let (stream, client) = proxy.accept().await.expect("a connection");
        let answer = service_fn(move |request| {
            let upstream = upstream.clone();
            async move {
                let response = forward(request, upstream, client, Arc::new(())).await;
                Ok::<_, Infallible>(response.expect("a response"))
            }
        });
        let connection =
            server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), answer);
        let _ = connection.with_upgrades().await;
    });
    (TcpStream::connect(address).await.expect("a connection"), site)
}

/// Reads until a text has come.
async fn read(stream: &mut TcpStream, end: &str) -> String {
    let mut text = String::new();
    while !text.contains(end) {
        let mut bytes = [0; 1024];
        let count = stream.read(&mut bytes).await.expect("bytes");
        assert!(count > 0, "no {end:?} after {text:?}");
        text.push_str(&String::from_utf8_lossy(&bytes[..count]));
    }
    text
}

async fn write(stream: &mut TcpStream, text: &str) {
    stream.write_all(text.as_bytes()).await.expect("bytes to write");
}

#[tokio::test]
async fn a_websocket_passes_through() {
    let (mut browser, site) = connected().await;
    write(&mut browser, "GET /chat HTTP/1.1\r\nhost: localhost\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-key: k\r\n\r\n").await;
    let (mut site, _) = site.accept().await.expect("a connection");
    let head = read(&mut site, "\r\n\r\n").await.to_lowercase();
    for line in
        ["get /chat http/1.1", "upgrade: websocket", "connection: upgrade", "sec-websocket-key: k"]
    {
        assert!(head.contains(line), "{line}: {head}");
    }
    write(&mut site, "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\nfirst").await;
    let head = read(&mut browser, "first").await;
    assert!(head.starts_with("HTTP/1.1 101"), "{head}");
    write(&mut browser, "from the browser").await;
    read(&mut site, "from the browser").await;
    write(&mut site, "from the site").await;
    read(&mut browser, "from the site").await;
}

#[tokio::test]
async fn a_stream_passes_through_as_it_comes() {
    let (mut browser, site) = connected().await;
    write(
        &mut browser,
        "GET /events HTTP/1.1\r\nhost: localhost\r\nkiln-dev: forged 1.2.3.4:5\r\n\r\n",
    )
    .await;
    let (mut site, _) = site.accept().await.expect("a connection");
    let head = read(&mut site, "\r\n\r\n").await;
    assert!(head.contains("kiln-dev: secret 127.0.0.1:") && !head.contains("forged"), "{head}");
    write(&mut site, "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\n").await;
    read(&mut browser, "data: 1\n\n").await;
    write(&mut site, "9\r\ndata: 2\n\n\r\n").await;
    read(&mut browser, "data: 2\n\n").await;
    // The site notices that the browser is gone.
    drop(browser);
    let mut byte = [0];
    assert!(matches!(site.read(&mut byte).await, Ok(0) | Err(_)));
}

#[tokio::test]
async fn an_upload_passes_through_as_it_comes() {
    let (mut browser, site) = connected().await;
    write(&mut browser, "POST /save HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\ncontent-length: 10\r\n\r\n").await;
    let (mut site, _) = site.accept().await.expect("a connection");
    read(&mut site, "\r\n\r\n").await;
    read(&mut browser, "100 Continue").await;
    write(&mut browser, "first").await;
    read(&mut site, "first").await;
    write(&mut browser, "after").await;
    read(&mut site, "after").await;
    write(&mut site, "HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n").await;
    assert!(read(&mut browser, "\r\n\r\n").await.starts_with("HTTP/1.1 201"));
}
