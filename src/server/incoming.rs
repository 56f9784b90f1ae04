//! A request as it comes in: its head and its parsed path.

use http::request::Parts;

use crate::request::path::RequestedPath;
use crate::routing::url;

/// A request without its body, whose path is parsed.
pub(super) struct Incoming {
    pub(super) head: Parts,
    pub(super) path: RequestedPath,
}

impl Incoming {
    /// The canonical form of the URL path, however it was encoded.
    pub(super) fn url(&self) -> String {
        let mut url = String::new();
        url::push_encoded(&mut url, &self.path.whole());
        url
    }
}
