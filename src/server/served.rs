//! A server without connections, for tests.

use std::path::Path;

use axum::body::Body;
use http::Request;
use http::request::Builder;
use tokio::runtime::Runtime;

use super::app::App;
use super::files::sample::Sent;
use super::forwarded::Forwarded;
use super::live::{Live, Unbuilt};
use crate::site::Site;

/// A server that is called directly.
#[derive(Debug)]
pub(super) struct Served {
    pub(super) app: App,
    pub(super) runtime: Runtime,
}

impl Served {
    /// It renders pages if it may call them while nothing is built.
    pub(super) fn start(site: &'static Site, out: &Path, unbuilt: Unbuilt) -> Self {
        let (live, _) = Live::open(site, out, unbuilt);
        let origins = Forwarded::of(site.config, None);
        let app = App::new(site, live, unbuilt == Unbuilt::Pages, origins);
        Served { app, runtime: runtime() }
    }

    pub(super) fn send(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Sent {
        let request = request(method, path, headers).body(Body::empty()).expect("a request");
        self.runtime.block_on(async { Sent::new(self.app.answer(request.into()).await).await })
    }
}

pub(super) fn runtime() -> Runtime {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime")
}

pub(super) fn request(method: &str, path: &str, headers: &[(&str, &str)]) -> Builder {
    let request = Request::builder().method(method).uri(path);
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
}
