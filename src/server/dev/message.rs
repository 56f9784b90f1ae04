//! What the site and `cargo dev` tell each other, as JSON.
//!
//! kiln-dev/src/site/message.rs is the other side.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Value, json};

use crate::request::handle::Failed;
use crate::routing::page_path::RoutePath;
use crate::site::Site;

/// The first line of stdin.
#[derive(Debug)]
pub(super) struct Start {
    /// The secret that each request has to contain.
    pub(super) token: String,
    /// The address that `cargo dev` listens on.
    pub(super) address: SocketAddr,
}

impl Start {
    /// # Errors
    ///
    /// Fails if the line is not from `cargo dev`.
    pub(super) fn parse(line: &str) -> Result<Self> {
        let fields = || {
            let line: Value = serde_json::from_str(line).ok()?;
            let token = line["token"].as_str()?.to_owned();
            let address = line["address"].as_str()?.parse().ok()?;
            Some(Start { token, address })
        };
        fields().context("this command is for `cargo dev` alone\n  hint: type `cargo dev`")
    }
}

/// The line that says how to reach the site, and the settings that `cargo dev` needs.
#[derive(Debug)]
pub(super) struct Ready {
    port: u16,
    site: &'static Site,
}

impl Ready {
    pub(super) fn of(site: &'static Site, port: u16) -> Self {
        Ready { port, site }
    }

    pub(super) fn line(&self) -> String {
        let config = self.site.config;
        let ready = json!({
            "port": self.port,
            "base": config.base,
            "out": self.site.out_folder(),
            "allowed_hosts": config.server.allowed_hosts,
        });
        format!("kiln-dev {ready}\n")
    }
}

/// A failure, in place of the page.
pub(super) fn failed(failed: &Failed, status: StatusCode) -> Response {
    let Failed { path, chain, is_panic, location, file, route, hint } = failed;
    let failed = json!({
        "kind": "failed",
        "path": path,
        "chain": chain,
        "is_panic": is_panic,
        "location": location,
        "file": file,
        "route": route,
        "hint": hint,
    });
    (status, Json(failed)).into_response()
}

/// The routes of a site that has no page for a path, and no 404 page.
pub(super) fn not_found(site: &Site, path: &str) -> Response {
    let routes = site.routes().iter().filter(|route| !route.pattern.is_error_page());
    let routes: Vec<Value> = routes
        .map(|route| {
            // Only a pattern without params is the path of a page.
            let path = RoutePath::new(&route.pattern, &crate::RawParams::new()).ok();
            let url = path.filter(|_| route.pattern.is_static());
            let url = url.map(|path| path.url(&route.pattern, route.config));
            json!({ "pattern": route.pattern(), "file": route.file(), "url": url })
        })
        .collect();
    let not_found = json!({ "kind": "not-found", "path": path, "routes": routes });
    (StatusCode::NOT_FOUND, Json(not_found)).into_response()
}
