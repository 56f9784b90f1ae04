//! Answers browsers: passes requests on to the site, and adds what a page in development needs.

pub(crate) mod body;
mod forward;
mod guard;
pub(crate) mod hosts;
mod inject;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::header::{self, HeaderName};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;

use self::body::{ProxyBody, plain};
use self::forward::Upstream;
use crate::browser;
use crate::site::SiteProcess;
use crate::site::message::{HEADER, Message};
use crate::state::Shared;
use crate::terminal::Terminal;

/// The paths that this program answers itself. No page file can make them.
const OWN: &str = "/_kiln/";

/// The most bytes of a message of the site.
const MOST_BYTES: usize = 16 << 20;

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Answers requests for as long as the program runs.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>, terminal: Terminal) {
    loop {
        let Ok((stream, client)) = listener.accept().await else {
            // Most often, too many files are open.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let shared = Arc::clone(&shared);
        let answer = service_fn(move |request| {
            let shared = Arc::clone(&shared);
            async move { Ok::<_, Infallible>(answer(request, shared, client, terminal).await) }
        });
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).half_close(true);
        let connection = builder.serve_connection(TokioIo::new(stream), answer).with_upgrades();
        tokio::spawn(connection);
    }
}

async fn answer(
    request: Request<Incoming>,
    shared: Arc<Shared>,
    client: SocketAddr,
    terminal: Terminal,
) -> Response<ProxyBody> {
    let (head, body) = request.into_parts();
    let mut response = match guard::check(&head, &shared.hosts) {
        Err((status, text)) => plain(status, text),
        Ok(()) if head.uri.path().starts_with(OWN) => {
            let is_of_own_page = guard::is_of_own_page(&head);
            browser::answer(head, body, is_of_own_page, shared).await
        }
        Ok(()) => page(Request::from_parts(head, body), shared, client, terminal).await,
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    // Every site could read what is not published yet.
    if headers.get(header::ACCESS_CONTROL_ALLOW_ORIGIN).is_some_and(|value| value == "*") {
        headers.remove(header::ACCESS_CONTROL_ALLOW_ORIGIN);
    }
    response
}

/// Answers with a page of the site, or with what keeps it from being shown.
async fn page(
    mut request: Request<Incoming>,
    shared: Arc<Shared>,
    client: SocketAddr,
    terminal: Terminal,
) -> Response<ProxyBody> {
    let now = shared.settled().await;
    let build = shared.build_name(now.answered);
    let Some(site) = now.site else {
        let problem = now.problem.unwrap_or_default();
        return browser::page::unavailable(&problem, &build, &shared.editor);
    };
    let is_shown = forward::is_navigation(request.headers());
    if is_shown {
        // The script can only be inserted into a page that is not compressed.
        request.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    }
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let upstream = Upstream { port: site.ready.port, token: site.token.clone() };
    let forwarded = forward::forward(request, upstream, client, Arc::clone(&site)).await;
    let response = match forwarded {
        Ok(response) => response,
        Err(error) => {
            let reason = format!("{error:#}");
            drop(error);
            return broken(site, path, reason, build, shared, terminal).await;
        }
    };
    let mark = response.headers().get(HEADER).cloned();
    if mark.is_some_and(|mark| mark == site.token.as_str()) {
        return message(response, build, shared, terminal).await;
    }
    match is_shown && method == Method::GET && is_html(&response) {
        true => with_script(response, &build),
        false => response,
    }
}

/// The page for a process that has ended, or does not speak HTTP.
async fn broken(
    site: Arc<SiteProcess>,
    path: String,
    reason: String,
    build: String,
    shared: Arc<Shared>,
    terminal: Terminal,
) -> Response<ProxyBody> {
    let ended = tokio::time::timeout(Duration::from_secs(1), site.ended()).await;
    let reason = ended.unwrap_or(reason);
    terminal.error(&format!("{path}: the process of the site does not answer: {reason}"));
    browser::page::ended(&path, &reason, &site.last_lines(), &build, &shared.editor)
}

/// Renders a failure, or the list of routes.
async fn message(
    response: Response<ProxyBody>,
    build: String,
    shared: Arc<Shared>,
    terminal: Terminal,
) -> Response<ProxyBody> {
    let (head, body) = response.into_parts();
    let bytes = body::read(body, MOST_BYTES).await;
    let message = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    match message {
        Some(Message::Failed(failed)) => {
            terminal.error(&browser::failure::line(&failed));
            browser::page::failed(&failed, head.status, &build, &shared.editor)
        }
        Some(Message::NotFound(not_found)) => browser::routes::page(&not_found, &build),
        None => plain(StatusCode::BAD_GATEWAY, "the site has sent an unknown message\n"),
    }
}

fn is_html(response: &Response<ProxyBody>) -> bool {
    let headers = response.headers();
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let is_html = kind.is_some_and(|kind| {
        let kind = kind.split(';').next().unwrap_or_default().trim();
        kind.eq_ignore_ascii_case("text/html")
    });
    let is_whole = response.status() != StatusCode::PARTIAL_CONTENT;
    is_html && is_whole && !headers.contains_key(header::CONTENT_ENCODING)
}

fn with_script(response: Response<ProxyBody>, build: &str) -> Response<ProxyBody> {
    let (mut head, body) = response.into_parts();
    for name in [header::CONTENT_LENGTH, header::ETAG, header::LAST_MODIFIED, header::ACCEPT_RANGES]
    {
        head.headers.remove(name);
    }
    Response::from_parts(head, inject::inject(body, &browser::script(build)))
}
