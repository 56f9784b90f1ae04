//! What a site's own tests need: requests through the whole site, without a socket.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{Request, StatusCode};

use crate::answer::answer;
use crate::response::body;
use crate::site::Site;

pub use crate::build::block_on;

/// Sends a request through a site: middleware, routing, the page, error pages and redirects of kiln.toml.
///
/// Prerendered pages are rendered for the request, as a static build would render them; nothing is read from `dist/`, and
/// files of `public/` are not looked at. Where a page fails, its error is printed, and the response is what a client
/// would get. The current folder becomes that of the site, which it is in a test of the site's own package.
///
/// It is called in a `#[tokio::test]`, or in a plain `#[test]` with [`block_on`].
///
/// # Example
///
/// ```
/// # use kiln::private::{Config, Endpoint, Format, Part, Server, TrailingSlash, boxed, respond};
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
/// # static ROUTES: [kiln::Route; 1] = [kiln::Route {
/// #     config: &CONFIG,
/// #     pattern: "/about",
/// #     file: "src/pages/about.rs",
/// #     segments: &[&[Part::Text("about")]],
/// #     prerender: true,
/// #     revalidate: None,
/// #     accepts: None,
/// #     endpoints: &[("GET", Endpoint::OnContext(|_| boxed(async { respond("About us") })))],
/// # }];
/// # static SITE: kiln::Site = kiln::Site {
/// #     package: "",
/// #     folder: "",
/// #     config: &CONFIG,
/// #     routes: &ROUTES,
/// #     middleware: None,
/// #     sources: &[],
/// # };
/// use kiln::testing::{block_on, call};
///
/// // In a site with src/pages/about.rs, where `crate::SITE` is what `kiln::site!()` defines:
/// # fn main() -> kiln::Result<()> {
/// let request = http::Request::get("/about").body(())?;
/// let response = block_on(call(&SITE, request));
/// assert_eq!(response.status(), 200);
/// let bytes = block_on(kiln::body::bytes(response.into_body()))?;
/// assert_eq!(bytes, "About us");
///
/// let request = http::Request::post("/about").body(())?;
/// assert_eq!(block_on(call(&SITE, request)).status(), 405);
/// # Ok(())
/// # }
/// ```
pub async fn call(site: &'static Site, request: Request<impl Into<RequestBody>>) -> Response {
    // As for a build: pages read `content/` by its relative path. In a package of the site's own it is so already.
    let folder = site.folder();
    if std::env::current_dir().is_ok_and(|current| current != folder) {
        let _ = std::env::set_current_dir(folder);
    }
    let (head, body) = request.into_parts();
    let RequestBody(body) = body.into();
    let bytes = match body::bytes(body).await {
        Ok(bytes) => bytes,
        Err(error) => return (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    };
    let request = Request::from_parts(head, bytes);
    answer(site, request, |line| eprintln!("{line}")).await
}

/// The body of a request: made from `()`, a text, bytes, or a [`Body`].
#[derive(Debug)]
pub struct RequestBody(Body);

impl From<()> for RequestBody {
    fn from((): ()) -> Self {
        RequestBody(Body::empty())
    }
}

macro_rules! from {
    ($($given:ty),+) => {
        $(impl From<$given> for RequestBody {
            fn from(body: $given) -> Self {
                RequestBody(Body::from(body))
            }
        })+
    };
}

from!(Bytes, Vec<u8>, String, &'static str, &'static [u8]);

impl From<Body> for RequestBody {
    fn from(body: Body) -> Self {
        RequestBody(body)
    }
}
