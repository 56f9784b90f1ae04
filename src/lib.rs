//! Static site generator driven by compile-time code generation: one Rust file for each endpoint, with params, props
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
//! - `content` (default): Markdown and data, as [`kiln::content`](content).
//! - `html` (default): maud as `kiln::maud`, with `html!`, `Markup`, `PreEscaped`, `Render` and `DOCTYPE` in the
//!   [prelude].
//! - `site` (default): only for building a site in kiln's own repository. It adds nothing to your site.
//! - `check`: the command `check`, which finds links that lead nowhere and other mistakes in the HTML of a site.
//! - `highlight`: colors for code blocks in Markdown.
//! - `hosts`: required for `hosts` in `kiln.toml`.
//! - `images`: required for [`Image::widths`].
//! - `og`: required for [`og::Card`], the social image of a page.
//! - `precompress`: required for `gzip` and `br` of `precompress` in `kiln.toml`; `zstd` for `zstd`.
//! - `matcher`: required for `MATCHER` in `src/middleware.rs`.
//! - `server`: the commands `serve` and `preview`, and the module `kiln::server`.
//! - `tokio`: polls endpoints inside a tokio runtime, so that pages can use tokio's timers and sockets.
//!
//! `default-features = false` selects the bare core.

mod routing;

mod page;

mod request;

mod site;

mod site_files;

mod text;

mod assets;

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
pub use self::page::image::Image;
pub use self::page::locals::Locals;
pub use self::page::paginate::{Page, PageUrl, Paginate, PaginateWith};
pub use self::page::response::{Xml, body};
pub use self::page::route::Route;
pub use self::page::static_path::StaticPath;
pub use self::routing::params::RawParams;
pub use self::routing::request_path::BadPath;
pub use self::site::Site;
pub use self::site::dev::is_dev;
pub use self::site::table::RouteMatch;
#[cfg(feature = "content")]
pub use self::site_files::feed;
pub use self::site_files::{json_ld, manifest, robots, sitemap};
pub use anyhow::{Error, Result};
/// The crate with the `Cookie` that [`Cookies`] takes, so that a page need not depend on it.
pub use cookie;
/// The crate with the types of a [`Context`]: `Uri`, `Request`, `StatusCode`, header names.
pub use http;
/// The crate maud, whose types are in the [prelude], with kiln's own `html!`.
///
/// The macro has maud's syntax and writes what maud's writes. A site that calls it needs no dependency but kiln.
///
/// ```
/// use kiln::prelude::*;
///
/// let names = ["Ada", "<Grace>"];
/// let list = html! {
///     ul.names {
///         @for name in names {
///             li { (name) }
///         }
///     }
/// };
/// assert_eq!(list.into_string(), r#"<ul class="names"><li>Ada</li><li>&lt;Grace&gt;</li></ul>"#);
/// ```
#[cfg(feature = "html")]
pub mod maud {
    pub use kiln_macros::html;
    pub use maud::*;
}

// The expansion of `html!` names the crate from outside, also in tests of this one.
#[cfg(all(test, feature = "html"))]
extern crate self as kiln;

/// Typed collections of Markdown and data, which `src/content.rs` declares.
///
/// ```
/// # mod routes { pub mod posts { pub fn slug(slug: &str) -> String { format!("/posts/{slug}") } } }
/// // src/content.rs, declared by `mod content;` in src/main.rs
/// use kiln::content::{Collection, Date};
///
/// #[derive(serde::Deserialize)]
/// #[serde(deny_unknown_fields)]
/// pub struct Post {
///     pub title: String,
///     pub date: Date,
///     #[serde(default)]
///     pub draft: bool,
/// }
///
/// pub static POSTS: Collection<Post> = Collection::<Post>::markdown("content/posts")
///     .filter(|post| !post.draft || kiln::is_dev())
///     .sort_by(|a, b| b.date.cmp(&a.date))
///     .url(|post| routes::posts::slug(post.id()));
/// # fn main() {}
/// ```
#[cfg(feature = "content")]
pub mod content {
    pub use kiln_content::markdown::highlight_css;
    pub use kiln_content::{
        Asset, Attributes, Collection, Date, Entry, Heading, Markdown, Mistake, Mistakes, Ref,
        Rendered, markdown, mistake, render,
    };
}

/// Social images: the pictures that other sites show beside a link to a page.
pub mod og {
    #[cfg(feature = "og")]
    pub use crate::page::card::Card;
    #[cfg(not(feature = "og"))]
    pub use crate::page::no_card::Card;
}

/// The items that pages use: `use kiln::prelude::*;`.
pub mod prelude {
    #[cfg(feature = "content")]
    pub use crate::content::{Collection, Entry};
    #[cfg(feature = "html")]
    pub use crate::maud::{DOCTYPE, Markup, PreEscaped, Render, html};
    pub use crate::{Context, Next, Page, RawParams, Route, StaticPath, Xml, sequence};
    pub use anyhow::{Context as ErrorContext, Error, Result, anyhow, bail};
    pub use axum::body::Body;
    pub use axum::response::{Html, IntoResponse, Json, Redirect, Response};
    pub use bytes::Bytes;
    pub use http::{StatusCode, header};
    pub use serde_json::json;
}

/// Not public API: for generated code only. Compilation fails if the feature that collections need is disabled.
#[cfg(feature = "content")]
#[doc(hidden)]
#[macro_export]
macro_rules! require_content {
    () => {};
}

/// Not public API: for generated code only. Compilation fails if the feature that collections need is disabled.
#[cfg(not(feature = "content"))]
#[doc(hidden)]
#[macro_export]
macro_rules! require_content {
    () => {
        ::core::compile_error!(
            "src/content.rs has collections, which need the feature `content` of kiln, which is off\n\
             hint: add the feature where Cargo.toml names kiln, for example kiln = { version = \"0.1\", features = [\"content\"] }"
        );
    };
}

/// Not public API: for generated code only. Compilation fails if the feature that `[markdown]` needs is disabled.
#[cfg(feature = "content")]
#[doc(hidden)]
#[macro_export]
macro_rules! markdown_settings {
    ($settings:expr) => {
        $settings
    };
}

/// Not public API: for generated code only. Compilation fails if the feature that `[markdown]` needs is disabled.
#[cfg(not(feature = "content"))]
#[doc(hidden)]
#[macro_export]
macro_rules! markdown_settings {
    ($settings:expr) => {
        ::core::compile_error!(
            "`[markdown]` in kiln.toml needs the feature `content` of kiln, which is off\n\
             hint: add the feature where Cargo.toml names kiln, for example kiln = { version = \"0.1\", features = [\"content\"] }"
        )
    };
}

/// Includes the generated site and defines `main`: the whole `src/main.rs` of a site.
///
/// The build script has to call `kiln_build::generate()`. Declare the site's own modules beside the macro.
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
        // `cargo dev` links all of kiln once, into a library that makes each later binary small.
        #[cfg(kiln_dylib)]
        extern crate kiln_dylib as _;

        ::core::include!(::core::concat!(::core::env!("OUT_DIR"), "/site.rs"));
    };
}
