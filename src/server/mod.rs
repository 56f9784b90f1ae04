//! Serves a site over HTTP: prerendered pages from the out folder, the others by calling them.
//!
//! The commands `serve` and `preview` of a site's binary use this module. [`router`] is the same as an [`axum::Router`], for an
//! application of your own.

mod app;
mod cache;
mod command;
mod connections;
mod dev;
mod engine;
mod files;
mod live;
mod log;
mod received;
mod request_id;
#[cfg(test)]
mod served;
mod stop;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::{HeaderValue, Request};

pub(crate) use self::command::{Options, run};
pub(crate) use self::dev::run as run_dev;
pub use self::live::revalidate;
#[cfg(all(test, feature = "hosts"))]
pub(crate) use self::served::previewed;

use self::app::App;
use self::live::{Live, Unbuilt};
use self::received::Received;
use crate::request::forwarded::Forwarded;
use crate::site::Site;

/// The `Cache-Control` of errors, and of what says nothing about a file.
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// Returns a site as an [`axum::Router`]: `kiln::server::router(&SITE)`.
///
/// The router serves prerendered pages and the files of `public/` from the out folder of kiln.toml, and calls the other pages. When a
/// build of that folder finishes, the router switches to all of its files at once. While the folder has no build, the router calls
/// prerendered pages too, and logs a warning. Redirects, headers and `[server]` of kiln.toml apply, except for limits of connections,
/// which are up to your application.
///
/// The paths of the site start with its `base`, so merge the router instead of nesting it.
///
/// # Example
///
/// ```no_run
/// # use kiln::private::Config;
/// # static CONFIG: Config = Config::DEFAULT;
/// # static SITE: kiln::Site = kiln::Site { config: &CONFIG, ..kiln::Site::EMPTY };
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
    let (live, opened) = Live::open(site, &out, Unbuilt::Pages);
    if let Err(error) = opened {
        tracing::warn!("prerendered pages are rendered for each request: {error:#}");
    }
    let origins = Forwarded::of(site.config, None);
    let app = Arc::new(App::new(site, live, true, origins));
    Router::new().fallback(move |request: Request<Body>| {
        let app = Arc::clone(&app);
        async move {
            let (mut head, body) = request.into_parts();
            app.answer(Received::new(&mut head, body)).await
        }
    })
}
