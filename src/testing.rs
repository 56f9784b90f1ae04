//! Test helpers for sites: requests through the whole site, without a socket.

mod sitemap;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{Request, StatusCode};

use crate::page::response::body;
use crate::request::handle::answer;
use crate::request::runtime;
use crate::site::Site;

pub use crate::request::runtime::block_on;

/// Sends a request through a site: its middleware, its routes, its error pages and the redirects of kiln.toml.
///
/// Prerendered pages are rendered for the request, as in a static build. Nothing is read from `dist/`, and files of
/// `public/` are not served. If a page fails, its error is printed, and the response is the same as for a client.
///
/// With `sitemap` in kiln.toml, `/sitemap.xml` is the sitemap that a build would write. All prerendered pages are rendered for
/// it. It is one document, also where a build would split it.
///
/// The current folder of the process is not changed, since other tests share it. In tests of the site's own package, it
/// is the folder of the site. A page that is also tested from another package should read `content/` below
/// [`Site::folder`].
///
/// Call it in a `#[tokio::test]`, or in a plain `#[test]` with [`block_on`].
///
/// # Example
///
/// ```
/// # use kiln::private::{Config, Endpoint, Part, Pattern, boxed, respond};
/// # static CONFIG: Config = Config::DEFAULT;
/// # static ROUTES: [kiln::Route; 1] = [kiln::Route {
/// #     config: &CONFIG,
/// #     pattern: Pattern { text: "/about", segments: &[&[Part::Text("about")]] },
/// #     file: "src/pages/about.rs",
/// #     prerender: true,
/// #     revalidate: None,
/// #     accepts: None,
/// #     endpoints: &[("GET", Endpoint::OnContext(|_| boxed(async { respond("About us") })))],
/// # }];
/// # static SITE: kiln::Site =
/// #     kiln::Site { config: &CONFIG, routes: &ROUTES, ..kiln::Site::EMPTY };
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
    site.register_collections();
    let (head, body) = request.into_parts();
    let RequestBody(body) = body.into();
    let bytes = match body::bytes(body).await {
        Ok(bytes) => bytes,
        Err(error) => return (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    };
    let request = Request::from_parts(head, bytes);
    let log = |line: &str| eprintln!("{line}");
    match sitemap::is_asked_for(site, &request) {
        true => runtime::with_timers(sitemap::answer(site, request.method(), log)).await,
        false => runtime::with_timers(answer(site, request, log)).await,
    }
}

/// The body of a request, converted from `()`, a string, bytes, or a [`Body`].
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

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::OnceLock;
    use std::{env, fs, process};

    use super::*;
    use crate::page::context::Context;
    use crate::page::route::{Endpoint, ResponseFuture, Route};
    use crate::support::{self, CONFIG, leak};

    static SITES: [OnceLock<&Site>; 2] = [OnceLock::new(), OnceLock::new()];

    /// Returns a file in the `content/` of its site.
    fn get<const SITE: usize>(_: &Context) -> ResponseFuture<'_> {
        Box::pin(async {
            let folder = SITES[SITE].get().expect("a site").folder();
            Ok(fs::read_to_string(folder.join("content/name"))?.into_response())
        })
    }

    fn site<const SITE: usize>(folder: &Path) -> &'static Site {
        fs::create_dir_all(folder.join("content")).expect("a folder");
        let name = folder.file_name().expect("a name").to_str().expect("UTF-8");
        fs::write(folder.join("content/name"), name).expect("a file to write");
        let endpoints = &[("GET", Endpoint::OnContext(get::<SITE>))];
        let route = Route { endpoints, ..*support::route("/name", CONFIG) };
        let (folder, routes) = (folder.display().to_string().leak(), vec![route].leak());
        let site = leak(Site { package: folder, folder, routes, ..support::site(&[], CONFIG) });
        SITES[SITE].get_or_init(|| site)
    }

    #[cfg(feature = "tokio")]
    #[test]
    fn a_page_may_wait_for_a_timer_without_a_runtime() {
        fn sleeps(_: &Context) -> ResponseFuture<'_> {
            Box::pin(async {
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
                Ok("awake".into_response())
            })
        }
        let endpoints = &[("GET", Endpoint::OnContext(sleeps))];
        let routes = vec![Route { endpoints, ..*support::route("/a", CONFIG) }].leak();
        let site = leak(Site { routes, ..support::site(&[], CONFIG) });
        let request = Request::get("/a").body(()).expect("a request");
        assert_eq!(block_on(call(site, request)).status(), StatusCode::OK);
    }

    #[test]
    fn several_sites_are_called_in_one_process() {
        let before = env::current_dir().expect("a folder");
        let root = env::temp_dir().join(format!("kiln-calls-{}", process::id()));
        let sites = [site::<0>(&root.join("one")), site::<1>(&root.join("two"))];
        std::thread::scope(|scope| {
            for (site, name) in sites.into_iter().zip(["one", "two"]) {
                scope.spawn(move || {
                    for _ in 0..100 {
                        let request = Request::get("/name").body(()).expect("a request");
                        let response = block_on(call(site, request));
                        let bytes = block_on(body::bytes(response.into_body()));
                        assert_eq!(bytes.expect("a body"), name);
                    }
                });
            }
        });
        fs::remove_dir_all(root).expect("a folder to remove");
        assert_eq!(env::current_dir().expect("a folder"), before);
    }
}
