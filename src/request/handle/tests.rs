//! Tests of code of the site that panics or waits during a request.

use std::sync::Mutex;

use crate::request::handle::*;

#[cfg(feature = "matcher")]
use crate::middleware::matcher::Matcher;
use crate::middleware::{Middleware, Next};
use crate::page::response::body;
use crate::page::route::{Endpoint, ResponseFuture};
use crate::page::static_path::{Sink, StaticPages, StaticPath};
use crate::routing::params::RawParams;
use crate::support::{self, CONFIG, leak};
use crate::testing::block_on;

fn page(pattern: &str, endpoint: Endpoint) -> Route {
    Route { endpoints: leak([("GET", endpoint)]), ..*support::route(pattern, CONFIG) }
}

fn site(routes: Vec<Route>, middleware: Option<Middleware>) -> &'static Site {
    leak(Site { routes: routes.leak(), middleware, ..support::site(&[], CONFIG) })
}

/// A page with a plain text.
fn text(text: &'static str) -> ResponseFuture<'static> {
    Box::pin(async move { Ok(text.into_response()) })
}

/// Rewrites to `/listed/a`.
fn rewrites(ctx: &Context) -> ResponseFuture<'_> {
    Box::pin(async move { ctx.rewrite("/listed/a").await })
}

/// Sends a request, and returns the status, the body and the log.
fn send(site: &'static Site, path: &str) -> (u16, String, Vec<String>) {
    let request = Request::get(path).body(Bytes::new()).expect("a request");
    let logged = Mutex::new(Vec::new());
    let log = |line: &str| logged.lock().expect("a log").push(line.to_owned());
    let response = block_on(answer(site, request, log));
    let status = response.status().as_u16();
    let bytes = block_on(body::bytes(response.into_body())).expect("a body");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    (status, text, logged.into_inner().expect("a log"))
}

#[track_caller]
fn fails(site: &'static Site, path: &str, line: &str) {
    let expected = (500, "sorry".to_owned(), vec![line.to_owned()]);
    assert_eq!(send(site, path), expected, "{path}");
}

/// A value that panics when it is dropped.
#[derive(Debug)]
struct Bomb;

impl serde_core::Serialize for Bomb {
    fn serialize<S: serde_core::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

#[test]
fn options_of_the_whole_server_have_no_content() {
    let site = site(vec![page("/", Endpoint::OnContext(|_| text("home")))], None);
    for (method, target, status) in
        [(Method::OPTIONS, "*", 204), (Method::OPTIONS, "/*", 404), (Method::GET, "*", 400)]
    {
        let request = Request::builder().method(&method).uri(target).body(Bytes::new());
        let response = block_on(answer(site, request.expect("a request"), |_| ()));
        assert_eq!(response.status(), status, "{method} {target}");
        assert_eq!(
            block_on(body::bytes(response.into_body())).expect("a body").is_empty(),
            status == 204
        );
    }
}

#[cfg(feature = "matcher")]
#[test]
fn a_path_outside_of_the_base_matches_no_entry() {
    fn guard<'a>(_: &'a mut Context, _: Next<'a>) -> ResponseFuture<'a> {
        Box::pin(async { Ok((StatusCode::FORBIDDEN, "guarded").into_response()) })
    }
    let config = leak(crate::config::Config { base: "/docs", ..CONFIG });
    for (entries, path, status) in [
        (Some(&["^/admin(?:/.*)?$"] as &[&str]), "/docs/admin", 403),
        (Some(&["^/admin(?:/.*)?$"]), "/docs/about", 404),
        (Some(&["^/admin(?:/.*)?$"]), "/admin", 404),
        (Some(&["^/docs/admin$"]), "/docs/admin", 404),
        (Some(&["^/.*$"]), "/", 404),
        (Some(&["^/.*$"]), "/docs", 403),
        // Without a matcher, it is for all requests.
        (None, "/admin", 403),
    ] {
        let matcher = entries.map(Matcher::new);
        let middleware = Some(Middleware { on_request: guard, matcher });
        let site = leak(Site { config, middleware, ..support::site(&[], CONFIG) });
        assert_eq!(send(site, path).0, status, "{entries:?} {path}");
    }
}

#[test]
fn a_panic_gives_the_500_page_and_a_log_line_with_the_page() {
    let listed = page("/listed/[a]", Endpoint::OnStaticPaths(|_, _| panic!("no list")));
    let plain = Endpoint::OnContext(|_| text("plain"));
    let number = page("/numbers/[n]", plain);
    let number = Route { prerender: false, accepts: Some(|_| panic!("no number")), ..number };
    let sorry = page("/500", Endpoint::OnContext(|_| text("sorry")));
    let from = page("/from", Endpoint::OnContext(rewrites));
    let files = [listed, number, from].map(|route| route.file);
    let site = site(vec![from, sorry, listed, number], None);
    let [of_list, of_number, of_from] = files;
    let list = format!("`static_paths` of {of_list} panicked: no list");
    fails(site, "/listed/x", &format!("/listed/x: {list} ({of_list}, route /listed/[a])"));
    fails(site, "/from", &format!("/from: {list} ({of_from}, route /from)"));
    fails(
        site,
        "/numbers/7",
        &format!(
            "/numbers/7: the `FromStr` of a param of {of_number} panicked: no number ({of_number}, route /numbers/[n])"
        ),
    );
}

fn with_bomb<'a>(ctx: &'a mut Context, next: Next<'a>) -> ResponseFuture<'a> {
    Box::pin(async move {
        if ctx.origin_pathname == "/armed" {
            ctx.locals.insert("bomb", Bomb);
        }
        next.run(ctx).await
    })
}

#[test]
fn a_panic_outside_of_a_page_gives_the_500_page_too() {
    let plain = || Endpoint::OnContext(|_| text("plain"));
    let sorry = page("/500", Endpoint::OnContext(|_| text("sorry")));
    let armed = page("/armed", plain());
    let middleware = Some(Middleware { on_request: with_bomb, matcher: None });
    let site = site(vec![armed, page("/plain", plain()), sorry], middleware);
    assert_eq!(send(site, "/plain"), (200, "plain".to_owned(), vec![]));
    fails(site, "/armed", &format!("/armed: panicked: dropped ({}, route /armed)", armed.file));
}

/// The only thread of the runtime drives many lists at the same time.
#[cfg(feature = "tokio")]
#[test]
fn an_async_list_may_wait_on_the_thread_of_the_runtime() {
    fn list(_: &'static Route, sink: &mut Sink<'_>) -> Result<()> {
        crate::private::block_on(tokio::time::sleep(std::time::Duration::from_millis(10)));
        let paths = [StaticPath::<RawParams>::new([("a", "a")])];
        StaticPages::<RawParams>::send(paths, sink, |_, _, ()| text("found"))
    }
    let listed = page("/listed/[a]", Endpoint::OnStaticPaths(list));
    let site = site(vec![page("/from", Endpoint::OnContext(rewrites)), listed], None);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let ask = |at: usize| {
            let path = if at.is_multiple_of(2) { "/from" } else { "/listed/a" };
            let request = Request::get(path).body(Bytes::new()).expect("a request");
            tokio::spawn(answer(site, request, |line| panic!("{line}")))
        };
        let asking: Vec<_> = (0..20).map(ask).collect();
        for answered in asking {
            assert_eq!(answered.await.expect("a response").status(), StatusCode::OK);
        }
    });
}
