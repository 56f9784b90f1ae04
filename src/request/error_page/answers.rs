//! Tests of error pages: which one answers, with which status, and what is logged.

use std::sync::Mutex;

use axum::response::{Html, IntoResponse};
use bytes::Bytes;
use http::{Request, StatusCode};

use crate::config::Config;
use crate::middleware::{Middleware, Next};
use crate::page::context::Context;
use crate::page::error::error;
use crate::page::response::body;
use crate::page::route::{Endpoint, ResponseFuture, Route};
use crate::page::static_path::StaticPath;
use crate::private::{StaticPages, boxed};
use crate::request::handle::answer;
use crate::routing::params::RawParams;
use crate::site::Site;
use crate::support::{self, CONFIG, leak};
use crate::testing::block_on;

/// Shows its route and the request.
const SHOWS: Endpoint = Endpoint::OnContext(|ctx| boxed(async move { Ok(shown(ctx)) }));

fn shown(ctx: &Context) -> axum::response::Response {
    let (method, path) = (ctx.request.method(), ctx.url.path());
    let text = format!("{} {} {method} {path}", ctx.route_pattern, ctx.params);
    Html(text.replace("  ", " ")).into_response()
}

/// Fails according to the query: with a status, a panic, or a rewrite to a path.
const FAILS: Endpoint = Endpoint::OnContext(fails);

fn fails(ctx: &Context) -> ResponseFuture<'_> {
    Box::pin(async move {
        match ctx.url.query().unwrap_or_default() {
            "404" => Err(error(StatusCode::NOT_FOUND, "there is no such page")),
            "empty" => Ok(StatusCode::NOT_FOUND.into_response()),
            "panic" => panic!("the page panicked"),
            "error" => Err(anyhow::anyhow!("the disk is full")),
            to => ctx.rewrite(to).await,
        }
    })
}

/// A prerendered page for `de` and `en`.
const LISTED: Endpoint = Endpoint::OnStaticPaths(|_, sink| {
    let paths: [StaticPath; 2] = ["de", "en"].map(|lang| StaticPath::new([("lang", lang)]));
    StaticPages::<RawParams>::send(paths, sink, |ctx, _, ()| boxed(async move { Ok(shown(ctx)) }))
});

/// A route whose `static_paths` fails.
const UNLISTED: Endpoint =
    Endpoint::OnStaticPaths(|_, _| Err(anyhow::anyhow!("no connection to 10.0.0.7")));

fn route(pattern: &str, config: &'static Config, endpoint: Endpoint) -> Route {
    let prerender = matches!(endpoint, Endpoint::OnStaticPaths(_));
    let endpoints = leak(vec![("GET", endpoint)]);
    Route { config, prerender, endpoints, ..*support::route(pattern, CONFIG) }
}

fn site(config: Config, pages: &[(&str, Endpoint)]) -> Site {
    let config = leak(config);
    let routes: Vec<Route> =
        pages.iter().map(|(pattern, endpoint)| route(pattern, config, *endpoint)).collect();
    Site { config, routes: routes.leak(), ..Site::EMPTY }
}

/// The response to a request, and the log.
struct Seen {
    status: u16,
    body: String,
    log: String,
}

fn send(site: &'static Site, method: &str, path: &str) -> Seen {
    let request =
        Request::builder().method(method).uri(path).body(Bytes::new()).expect("a request");
    let log = Mutex::new(Vec::new());
    let response = block_on(answer(site, request, |line| {
        log.lock().expect("a log").push(line.to_owned());
    }));
    let status = response.status().as_u16();
    let bytes = block_on(body::bytes(response.into_body())).expect("a body");
    let body = String::from_utf8(bytes.to_vec()).expect("text");
    Seen { status, body, log: log.into_inner().expect("a log").join("\n") }
}

/// Checks requests, each with the expected status and body.
#[track_caller]
fn check(site: Site, expected: &[(&str, u16, &str)]) {
    let site = leak(site);
    for (path, status, body) in expected {
        let seen = send(site, "GET", path);
        assert_eq!((seen.status, &*seen.body), (*status, *body), "{path}");
    }
}

const FOLDERS: [(&str, Endpoint); 7] = [
    ("/404", SHOWS),
    ("/docs/a/404", SHOWS),
    ("/docs/404", SHOWS),
    ("/docs/fails", FAILS),
    ("/[lang]/404", SHOWS),
    ("/fails", FAILS),
    ("/[lang]/[slug]/fails", FAILS),
];

#[test]
fn the_nearest_404_page_answers() {
    check(
        site(CONFIG, &FOLDERS),
        &[
            ("/nope", 404, "/404 GET /nope"),
            ("/docs", 404, "/404 GET /docs"),
            ("/docs/", 404, "/docs/404 GET /docs/"),
            ("/docs/nope", 404, "/docs/404 GET /docs/nope"),
            ("/docs/nope/", 404, "/docs/404 GET /docs/nope/"),
            ("/docs/a", 404, "/docs/404 GET /docs/a"),
            ("/docs/a/b", 404, "/docs/a/404 GET /docs/a/b"),
            ("/docs/b/c/d", 404, "/docs/404 GET /docs/b/c/d"),
            ("/docscape/x", 404, "/[lang]/404 lang=docscape GET /docscape/x"),
            ("/caf%C3%A9/x", 404, "/[lang]/404 lang=caf\u{e9} GET /caf%C3%A9/x"),
            // Error pages at their own paths.
            ("/404", 404, "/404 GET /404"),
            ("/docs/404", 404, "/docs/404 GET /docs/404"),
            ("/docs/404/", 404, "/docs/404 GET /docs/404/"),
            ("/en/404", 404, "/[lang]/404 lang=en GET /en/404"),
            // An invalid path is in no folder.
            ("/docs//nope", 404, "/404 GET /docs//nope"),
        ],
    );
}

#[test]
fn a_folder_lies_below_the_base() {
    check(
        site(Config { base: "/docs", ..CONFIG }, &FOLDERS),
        &[
            ("/docs/nope", 404, "/404 GET /docs/nope"),
            ("/docs/docs/nope", 404, "/docs/404 GET /docs/docs/nope"),
            ("/nope", 404, "/404 GET /nope"),
            // Outside of the base.
            ("/en/nope", 404, "/404 GET /en/nope"),
        ],
    );
}

#[test]
fn a_page_that_fails_has_the_nearest_404_page() {
    check(
        site(CONFIG, &FOLDERS),
        &[
            ("/fails?404", 404, "/404 GET /fails"),
            ("/docs/fails?404", 404, "/docs/404 GET /docs/fails"),
            ("/en/x/fails?404", 404, "/[lang]/404 lang=en GET /en/x/fails"),
            // An error response of a page is kept.
            ("/docs/fails?empty", 404, ""),
            ("/docs/fails?error", 500, "500 Internal Server Error"),
        ],
    );
}

#[test]
fn a_404_page_answers_every_method() {
    let site = leak(site(CONFIG, &FOLDERS));
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PROPFIND"] {
        let seen = send(site, method, "/docs/nope");
        assert_eq!((seen.status, seen.body), (404, format!("/docs/404 {method} /docs/nope")));
    }
    let seen = send(site, "HEAD", "/docs/nope");
    assert_eq!((seen.status, &*seen.body), (404, ""));
    // An existing page only answers its own methods.
    assert_eq!(send(site, "POST", "/docs/fails").status, 405);
}

#[test]
fn params_that_do_not_parse_fall_back_to_the_folder_above() {
    let mut of_lang = site(CONFIG, &FOLDERS);
    let accepts: fn(&RawParams) -> bool = |params| matches!(params.get("lang"), Some("de" | "en"));
    let accepts = Some(accepts);
    let accepting = |route: &Route| match route.pattern() {
        "/[lang]/404" => Route { accepts, ..*route },
        _ => *route,
    };
    of_lang.routes = of_lang.routes.iter().map(accepting).collect::<Vec<_>>().leak();
    check(
        of_lang,
        &[
            ("/de/nope", 404, "/[lang]/404 lang=de GET /de/nope"),
            ("/fr/nope", 404, "/404 GET /fr/nope"),
            ("/fr/404", 404, "/404 GET /fr/404"),
        ],
    );
}

#[test]
fn a_prerendered_404_page_only_exists_for_listed_paths() {
    let pages = [("/404", SHOWS), ("/[lang]/404", LISTED), ("/[...rest]/x", SHOWS)];
    check(
        site(CONFIG, &pages),
        &[
            ("/de/nope", 404, "/[lang]/404 lang=de GET /de/nope"),
            ("/de/404", 404, "/[lang]/404 lang=de GET /de/404"),
            ("/fr/nope", 404, "/404 GET /fr/nope"),
        ],
    );
    let rest = [("/[lang]/404", LISTED), ("/[...rest]", SHOWS)];
    check(site(CONFIG, &rest), &[("/fr/404", 200, "/[...rest] rest=fr/404 GET /fr/404")]);
}

#[test]
fn a_rest_param_has_a_404_page_for_every_folder() {
    let pages = [("/docs/404", SHOWS), ("/[...path]/404", SHOWS)];
    check(
        site(CONFIG, &pages),
        &[
            ("/nope", 404, "/[...path]/404 GET /nope"),
            ("/a/b/nope", 404, "/[...path]/404 path=a/b GET /a/b/nope"),
            ("/docs/nope", 404, "/docs/404 GET /docs/nope"),
        ],
    );
}

#[test]
fn a_param_value_does_not_make_an_error_page() {
    check(
        site(CONFIG, &[("/docs/[code]", SHOWS), ("/[code]", SHOWS)]),
        &[
            ("/404", 200, "/[code] code=404 GET /404"),
            ("/500", 200, "/[code] code=500 GET /500"),
            ("/docs/404", 200, "/docs/[code] code=404 GET /docs/404"),
            ("/a/b", 404, "404 Not Found"),
        ],
    );
    let beside = [("/404", SHOWS), ("/docs/500", SHOWS), ("/[code]", SHOWS)];
    check(
        site(CONFIG, &beside),
        &[("/404", 404, "/404 GET /404"), ("/docs/500", 200, "/docs/500 GET /docs/500")],
    );
}

#[test]
fn a_rewrite_without_a_page_does_not_reveal_its_path() {
    let rewritten = |pages: &[(&str, Endpoint)], path: &str, status, expected: &str| {
        let seen = send(leak(site(CONFIG, pages)), "GET", path);
        assert_eq!((seen.status, &*seen.body), (status, expected), "{path}");
        seen.log
    };
    let inside = "/fails?/internal/secret";
    for path in [inside, "/fails?/internal/../secret", "/fails?//internal/secret"] {
        let log = rewritten(&[("/fails", FAILS)], path, 404, "404 Not Found");
        assert!(log.starts_with("/fails: rewrites to a path that no page answers"), "{log}");
        assert!(log.contains("secret"), "{log}");
    }
    rewritten(&FOLDERS, inside, 404, "/[lang]/404 lang=internal GET /fails");
    rewritten(&FOLDERS, "/fails?/nope", 404, "/404 GET /fails");
    rewritten(&FOLDERS, "/fails?/docs/nope", 404, "/docs/404 GET /fails");
    // To an error page itself.
    rewritten(&FOLDERS, "/fails?/404", 404, "/404 GET /404");
    rewritten(&FOLDERS, "/fails?/docs/404", 404, "/docs/404 GET /docs/404");
    // In a loop.
    let round = [("/round", Endpoint::OnContext(|ctx| Box::pin(ctx_round(ctx))))];
    let log = rewritten(&round, "/round", 508, "508 Loop Detected");
    assert!(log.contains("`/round` -> `/round?secret`"), "{log}");
}

async fn ctx_round(ctx: &Context) -> anyhow::Result<axum::response::Response> {
    ctx.rewrite("/round?secret").await
}

#[test]
fn middleware_sees_the_404_page_of_the_folder() {
    fn on_request<'a>(ctx: &'a mut Context, next: Next<'a>) -> ResponseFuture<'a> {
        Box::pin(async move {
            let seen = format!("{}{}", ctx.route_pattern, ctx.params);
            if ctx.url.path().ends_with("/empty") {
                return Ok((StatusCode::NOT_FOUND, [("x-seen", seen)]).into_response());
            }
            if let Some(path) = ctx.url.path().strip_prefix("/to").map(str::to_owned) {
                return next.rewrite(path).run(ctx).await;
            }
            let mut response = next.run(ctx).await?;
            response.headers_mut().append("x-seen", seen.parse()?);
            Ok(response)
        })
    }
    let middleware = Some(Middleware { on_request, matcher: None });
    let site = leak(Site { middleware, ..site(CONFIG, &FOLDERS) });
    for (path, seen, expected) in [
        ("/nope", "/404", "/404 GET /nope"),
        ("/docs/nope", "/docs/404", "/docs/404 GET /docs/nope"),
        ("/de/nope", "/[lang]/404lang=de", "/[lang]/404 lang=de GET /de/nope"),
        // An empty error of the middleware gets the page of the folder.
        ("/docs/empty", "/docs/404", "/docs/404 GET /docs/empty"),
        ("/to/docs/nope", "", "/docs/404 GET /to/docs/nope"),
    ] {
        let request = Request::get(path).body(Bytes::new()).expect("a request");
        let response = block_on(answer(site, request, |_| ()));
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        let headers: Vec<_> = response.headers().get_all("x-seen").iter().collect();
        let expected_headers: Vec<&str> =
            Some(seen).filter(|seen| !seen.is_empty()).into_iter().collect();
        assert_eq!(headers, expected_headers, "{path}");
        let bytes = block_on(body::bytes(response.into_body())).expect("a body");
        assert_eq!(bytes, expected, "{path}");
    }
}

#[test]
fn failing_static_paths_are_logged_with_the_request() {
    let pages = [("/500", SHOWS), ("/posts/[slug]", UNLISTED), ("/fails", FAILS)];
    let site = leak(site(CONFIG, &pages));
    let reason = "`static_paths` of src/pages/posts/[slug].rs failed: no connection to 10.0.0.7";
    for (path, expected, log, place) in [
        (
            "/posts/a%20b?x=1",
            "/500 GET /posts/a%20b",
            "/posts/a b",
            "src/pages/posts/[slug].rs, route /posts/[slug]",
        ),
        ("/fails?/posts/x", "/500 GET /fails", "/fails", "src/pages/fails.rs, route /fails"),
    ] {
        let seen = send(site, "GET", path);
        assert_eq!((seen.status, &*seen.body), (500, expected), "{path}");
        assert_eq!(seen.log, format!("{log}: {reason} ({place})"));
    }
}

#[test]
fn a_404_page_with_failing_static_paths_is_an_error() {
    let pages = [("/404", SHOWS), ("/[lang]/404", UNLISTED), ("/[lang]/fails", FAILS)];
    let site = leak(site(CONFIG, &pages));
    let seen = send(site, "GET", "/de/nope");
    assert_eq!((seen.status, &*seen.body), (500, "500 Internal Server Error"));
    assert!(seen.log.starts_with("/de/nope: `static_paths` of"), "{}", seen.log);
    let seen = send(site, "GET", "/de/fails?404");
    assert_eq!((seen.status, &*seen.body), (404, "404 Not Found"));
    assert!(seen.log.starts_with("/de/fails: `static_paths` of"), "{}", seen.log);
    assert_eq!(send(site, "GET", "/nope").body, "/404 GET /nope");
}

#[test]
fn a_failing_error_page_is_replaced_by_the_name_of_the_status() {
    let broken = Endpoint::OnContext(|_| Box::pin(async { panic!("the error page is broken") }));
    let pages = [("/500", broken), ("/404", broken), ("/fails", FAILS)];
    let site = leak(site(CONFIG, &pages));
    for (path, status, body, lines) in [
        ("/fails?panic", 500, "500 Internal Server Error", 2),
        ("/fails?error", 500, "500 Internal Server Error", 2),
        ("/fails?404", 404, "404 Not Found", 1),
        ("/nope", 500, "500 Internal Server Error", 2),
    ] {
        let seen = send(site, "GET", path);
        assert_eq!((seen.status, &*seen.body), (status, body), "{path}");
        assert_eq!(seen.log.lines().count(), lines, "{}", seen.log);
        assert!(seen.log.contains("panicked: the error page is broken"), "{}", seen.log);
    }
}
