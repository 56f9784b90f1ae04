//! Static site generator driven by compile-time codegen: one Rust file an endpoint, with params, props
//! and links that the compiler checks.
//!
//! A site's `build.rs` calls `kiln_build::generate()`, which reads `src/pages` and writes a route table;
//! its `src/main.rs` is [`kiln::site!();`](site!), which includes that table and defines `main`. Running
//! the binary calls every endpoint in parallel and writes `dist/`.
//!
//! # A page
//!
//! ```
//! // src/pages/api/[id].json.rs
//! use kiln::prelude::*;
//!
//! const USERS: [&str; 4] = ["Sarah", "Chris", "Yan", "Elian"];
//!
//! pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
//!     (0..USERS.len()).map(|id| StaticPath::new([("id", id)]))
//! }
//!
//! pub fn get(ctx: &Context) -> Result<impl IntoResponse> {
//!     let id: usize = ctx.params.parse("id")?;
//!     Ok(Json(json!({ "name": USERS[id] })))
//! }
//! ```
//!
//! # Features
//!
//! - `html` (default): maud as `kiln::maud`, with `html!`, `Markup`, `PreEscaped`, `Render` and `DOCTYPE` in the
//!   [prelude]. What `html!` expands to names the crate `maud`, so a site that calls it depends on maud as well.
//! - `site` (default): what kiln's own repository needs to build a site. Nothing of it is part of yours.
//! - `hosts`: what `hosts` in `kiln.toml` needs.
//! - `precompress`: what `precompress` in `kiln.toml` needs for `gzip` and `br`; `zstd`: for `zstd`, too.
//! - `matcher`: what `MATCHER` in `src/middleware.rs` needs.
//! - `server`: answers requests: the commands `serve` and `preview`, and `kiln::server`.
//! - `tokio`: polls endpoints inside a tokio runtime, so that tokio's timers and sockets work in pages.
//!
//! `default-features = false` is the bare core.

mod routing;

mod page;

mod request;

mod site;

mod text;

mod config;

mod hosts;

mod middleware;

mod build;

mod cli;

#[cfg(feature = "server")]
pub mod server;

#[doc(hidden)]
pub mod private;

pub mod testing;

#[cfg(test)]
mod support;

pub use self::cli::run;
pub use self::middleware::{Handler, Handlers, Next, Sequence, sequence};
pub use self::page::context::Context;
pub use self::page::cookies::Cookies;
pub use self::page::error::error;
pub use self::page::locals::Locals;
pub use self::page::paginate::{Page, PageUrl, Paginate, PaginateWith};
pub use self::page::response::{Xml, body};
pub use self::page::route::Route;
pub use self::page::static_path::StaticPath;
pub use self::routing::params::RawParams;
pub use self::routing::request_path::BadPath;
pub use self::site::Site;
pub use self::site::table::RouteMatch;
pub use anyhow::{Error, Result};
/// The crate whose `Cookie` [`Cookies`] takes, so that a page need not depend on it.
pub use cookie;
/// The crate whose types a [`Context`] has: `Uri`, `Request`, `StatusCode`, header names.
pub use http;
/// The crate whose `html!` is in the [prelude].
#[cfg(feature = "html")]
pub use maud;

/// What a page uses: `use kiln::prelude::*;`.
pub mod prelude {
    pub use crate::{Context, Next, Page, RawParams, Route, StaticPath, Xml, sequence};
    pub use anyhow::{Context as ErrorContext, Error, Result, anyhow, bail};
    pub use axum::body::Body;
    pub use axum::response::{Html, IntoResponse, Json, Redirect, Response};
    pub use bytes::Bytes;
    pub use http::{StatusCode, header};
    #[cfg(feature = "html")]
    pub use maud::{DOCTYPE, Markup, PreEscaped, Render, html};
    pub use serde_json::json;
}

/// Includes the generated site and defines `main`: the whole of a site's `src/main.rs`.
///
/// The build script must have called `kiln_build::generate()`. Modules of the site's own are declared
/// beside it.
///
/// ```ignore
/// // src/main.rs: `site.rs` is there once build.rs has generated it
/// mod layout;
///
/// kiln::site!();
/// ```
#[macro_export]
macro_rules! site {
    () => {
        ::core::include!(::core::concat!(::core::env!("OUT_DIR"), "/site.rs"));
    };
}
