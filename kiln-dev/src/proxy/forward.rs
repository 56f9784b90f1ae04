//! Passes a request on to the site, and its response back.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use anyhow::{Context, Result};
use http::header::{self, HeaderName};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, Uri, Version};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::upgrade::{self, OnUpgrade};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::body::{Holding, ProxyBody};
use super::guard;
use crate::site::message::HEADER;

/// The headers that are about one connection, beside those that `Connection` names.
const OF_CONNECTION: [HeaderName; 8] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// How to reach the site.
#[derive(Debug, Clone)]
pub(super) struct Upstream {
    pub(super) port: u16,
    /// The secret that the site expects.
    pub(super) token: String,
}

/// Sends a request to the site. `held` is dropped when the response is sent.
///
/// # Errors
///
/// Fails if the process ends, or answers with something else than HTTP.
pub(super) async fn forward<T: Send + Sync + Unpin + 'static>(
    mut request: Request<Incoming>,
    upstream: Upstream,
    client: SocketAddr,
    held: Arc<T>,
) -> Result<Response<ProxyBody>> {
    let protocol = request.headers().get(header::UPGRADE).cloned();
    let browser = protocol.as_ref().map(|_| upgrade::on(&mut request));
    prepare(&mut request, &upstream, client)?;
    if let Some(protocol) = protocol {
        add_upgrade(request.headers_mut(), protocol);
    }
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, upstream.port)).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection.with_upgrades());
    let mut response = sender.send_request(request).await?;
    let protocol = response.headers().get(header::UPGRADE).cloned();
    let is_switching = response.status() == StatusCode::SWITCHING_PROTOCOLS;
    remove_connection_headers(response.headers_mut());
    if let (true, Some(browser), Some(protocol)) = (is_switching, browser, protocol) {
        add_upgrade(response.headers_mut(), protocol);
        tokio::spawn(connect(browser, upgrade::on(&mut response), Arc::clone(&held)));
    }
    Ok(response.map(|body| Holding { body: body.map_err(Into::into).boxed(), _held: held }.boxed()))
}

/// Passes bytes between a browser and the site, after both have switched to another protocol.
async fn connect<T>(browser: OnUpgrade, site: OnUpgrade, held: Arc<T>) {
    if let (Ok(browser), Ok(site)) = tokio::join!(browser, site) {
        let (mut browser, mut site) = (TokioIo::new(browser), TokioIo::new(site));
        // Either side may end the connection at any time.
        let _ = tokio::io::copy_bidirectional(&mut browser, &mut site).await;
    }
    drop(held);
}

/// Makes a request of a browser one for the site.
fn prepare(request: &mut Request<Incoming>, upstream: &Upstream, client: SocketAddr) -> Result<()> {
    if let Some(authority) = request.uri().authority() {
        let host = HeaderValue::from_str(authority.as_str()).context("an invalid host")?;
        request.headers_mut().insert(header::HOST, host);
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        *request.uri_mut() = Uri::try_from(path).context("an invalid path")?;
    }
    *request.version_mut() = Version::HTTP_11;
    let headers = request.headers_mut();
    remove_connection_headers(headers);
    // hyper has answered it by the time that the body is read.
    headers.remove(header::EXPECT);
    let value = HeaderValue::from_str(&format!("{} {client}", upstream.token))?;
    headers.insert(HEADER, value);
    Ok(())
}

fn remove_connection_headers(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .flat_map(|value| value.to_str().unwrap_or_default().split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    // A client must not be able to remove what the checks have seen.
    for name in named.into_iter().filter(|name| *name != header::HOST && *name != header::ORIGIN) {
        headers.remove(name);
    }
    for name in &OF_CONNECTION {
        headers.remove(name);
    }
}

fn add_upgrade(headers: &mut HeaderMap, protocol: HeaderValue) {
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, protocol);
}

/// Returns true if and only if a browser shows the response to a request as a page of its own.
pub(super) fn is_navigation(headers: &HeaderMap) -> bool {
    let destination = headers.get("sec-fetch-dest").and_then(|value| value.to_str().ok());
    // Old browsers and other programs do not say.
    destination.is_none_or(|it| matches!(it, "document" | "iframe" | "frame" | "embed" | "object"))
        && !guard::is_upgrade(headers)
}

#[cfg(test)]
mod tests;
