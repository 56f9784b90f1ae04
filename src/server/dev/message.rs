//! The messages between the site and `cargo dev`, as JSON.
//!
//! kiln-dev/src/site/message.rs is the other side.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Value, json};

use crate::request::handle::Failed;
use crate::request::known_pages;
use crate::routing::page_path::RoutePath;
use crate::site::Site;

/// How many pages of `static_paths` are compared with a path that has no page.
const MOST_PAGES: usize = 20_000;

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

/// The routes and pages of a site that has no page for a path, and no 404 page.
pub(super) async fn not_found(site: &'static Site, path: &str) -> Response {
    let (mut routes, mut pages) = (Vec::new(), Vec::new());
    for route in site.routes().iter().filter(|route| !route.pattern.is_error_page()) {
        // If a list fails, its own pages show the error.
        let paths = known_pages::of_route(route).await.unwrap_or_default();
        let entry = |name: &str, path: Option<&RoutePath>| {
            let url = path.map(|path| path.url(&route.pattern, route.config));
            json!({ "name": name, "file": route.file(), "url": url })
        };
        // For a route with params, an example.
        routes.push(entry(route.pattern(), paths.first()));
        if !route.pattern.is_static() {
            let paths = paths.iter().take(MOST_PAGES - pages.len());
            pages.extend(paths.map(|path| entry(&path.display(), Some(path))));
        }
    }
    let not_found = json!({
        "kind": "not-found",
        "path": path,
        "base": site.config.base,
        "routes": routes,
        "pages": pages,
    });
    (StatusCode::NOT_FOUND, Json(not_found)).into_response()
}
