//! The site behind HTTP: prerendered pages from the out folder, the others by calling them.
//!
//! The commands `serve` and `preview` of a site's binary are made of this. [`router`] gives the same as an
//! [`axum::Router`], for an application of your own.

mod app;
mod command;
mod connections;
mod cross_site;
mod engine;
mod files;
mod kept;
mod log;
mod origins;
mod service;
mod told;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::Request;

pub(crate) use self::command::run;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub use self::connections::fuzzing;
pub use self::kept::revalidate;

use self::app::App;
use self::files::Files;
use self::origins::Origins;
use self::told::Told;
use crate::build;
use crate::site::Site;

/// A site as a router of axum: `kiln::server::router(&SITE)`.
///
/// Prerendered pages and files of `public/` are answered with the files of the out folder of kiln.toml, as they are when
/// this is called; the other pages are called. Where nothing is built there, prerendered pages are called as well, and
/// a line of the log says so. Redirects, headers and `[server]` of kiln.toml are in force, save what has to do with
/// connections: those are yours.
///
/// The paths of the site have its `base` in them: merge the router, and do not nest it.
///
/// # Example
///
/// ```no_run
/// # use kiln::private::{Config, Format, Server, TrailingSlash};
/// # static CONFIG: Config = Config {
/// #     site: None,
/// #     base: "",
/// #     format: Format::Directory,
/// #     trailing_slash: TrailingSlash::Ignore,
/// #     out: "dist",
/// #     atomic: false,
/// #     hosts: &[],
/// #     redirects: &[],
/// #     headers: &[],
/// #     precompress: &[],
/// #     server: Server {
/// #         check_origin: true,
/// #         body_limit: 1_048_576,
/// #         allowed_hosts: &[],
/// #         trusted_proxies: &[],
/// #     },
/// # };
/// # static SITE: kiln::Site = kiln::Site {
/// #     package: "",
/// #     folder: "",
/// #     config: &CONFIG,
/// #     routes: &[],
/// #     middleware: None,
/// #     sources: &[],
/// # };
/// # async fn run() -> std::io::Result<()> {
/// use axum::Router;
/// use axum::routing::get;
///
/// let app = Router::new()
///     .route("/health", get(async || "fine"))
///     .merge(kiln::server::router(&SITE));
/// # let _: Router = app;
/// # Ok(())
/// # }
/// ```
pub fn router(site: &'static Site) -> Router {
    let out = site.out_folder();
    let files = Files::open(site, &out).and_then(|files| Ok((files, Told::read(&out)?)));
    let files = match files {
        Ok(files) => Some(files),
        Err(error) => {
            tracing::warn!("prerendered pages are rendered for each request: {error:#}");
            None
        }
    };
    let origins = Origins::of(site.config, None);
    let app = Arc::new(App::new(site, files, true, origins));
    Router::new().fallback(move |request: Request<Body>| {
        let app = Arc::clone(&app);
        async move { app.answer(request).await }
    })
}

/// Returns true if and only if a build of a site makes files that a server would answer with.
fn has_files(site: &Site) -> bool {
    let is_prerendered = |route: &crate::route::Route| route.is_prerendered();
    site.routes().iter().any(is_prerendered) || build::has_public(site)
}
