//! The messages between the site and this program, as JSON.
//!
//! src/server/dev/message.rs in kiln is the other side.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::json;

/// The header of requests with the secret and the client, and of responses that are a [`Message`].
pub(crate) const HEADER: http::HeaderName = http::HeaderName::from_static("kiln-dev");

/// The line of stdin that asks a process for the site. Until then, it waits.
pub(crate) const ASK: &[u8] = b"\n";

/// The first line of the site's stdin.
pub(crate) fn start(token: &str, address: SocketAddr) -> String {
    format!("{}\n", json!({ "token": token, "address": address }))
}

/// How to reach the site, and its settings.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Ready {
    pub(crate) port: u16,
    pub(crate) base: String,
    pub(crate) out: PathBuf,
    pub(crate) allowed_hosts: Vec<String>,
}

impl Ready {
    /// Reads a line of the site's stdout; `None` if it is text of the site.
    pub(crate) fn parse(line: &str) -> Option<Self> {
        serde_json::from_str(line.strip_prefix("kiln-dev ")?).ok()
    }
}

/// A response that this program renders.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum Message {
    Failed(FailedPage),
    NotFound(NotFound),
}

/// The failure of a page or of the middleware.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct FailedPage {
    pub(crate) path: String,
    /// The error and its causes, the outermost first.
    pub(crate) chain: Vec<String>,
    pub(crate) is_panic: bool,
    /// `file:line:column` of a panic.
    pub(crate) location: Option<String>,
    pub(crate) file: Option<String>,
    pub(crate) route: Option<String>,
    pub(crate) hint: Option<String>,
}

/// A path without a page, in a site without a 404 page.
#[derive(Debug, Deserialize)]
pub(crate) struct NotFound {
    /// The path of the request, which may begin with the base.
    pub(crate) path: String,
    pub(crate) base: String,
    pub(crate) routes: Vec<Entry>,
    /// The pages of routes with params, as far as `static_paths` lists them.
    pub(crate) pages: Vec<Entry>,
}

/// A route or a page.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Entry {
    /// The pattern of the route, or the path of the page without the base.
    pub(crate) name: String,
    pub(crate) file: String,
    /// The URL of the page, or of one page of a route with params; `None` if no page of it is known.
    pub(crate) url: Option<String>,
}
