//! Astro's cases of the paths of requests: decoding, trailing slashes, and the boundary of the base.

use axum::response::IntoResponse;
use http::{Request, StatusCode, header};
use serde_json::{Value, json};

use crate::middleware::{Middleware, Next};
use crate::page::context::Context;
use crate::page::response::body;
use crate::page::route::{Endpoint, ResponseFuture, Route};
use crate::routing::request_path::{BadPath, RequestPath};
use crate::site::Site;
use crate::support::vectors::{self, LeftOut, same, text};
use crate::support::{self, leak};
use crate::testing::{block_on, call};

#[test]
fn paths_are_decoded_as_in_astro() {
    vectors::check("decode_pathname", DECODED, |case| {
        let path = RequestPath::parse(text(&case["input"]));
        match case["expect"].as_str() {
            Some(expected) => same(&path.map(|path| path.display()), &Ok(expected.to_owned())),
            None => same(&path.map_err(BadPath::status), &Err(StatusCode::BAD_REQUEST)),
        }
    });
}

const DECODED: &LeftOut = &[
    (
        "it is decoded once, and remaining escapes are text",
        &[
            "decode_pathname-006",
            "decode_pathname-007",
            "decode_pathname-009",
            "decode_pathname-015",
            "decode_pathname-017",
            "decode_pathname-024",
            "decode_pathname-029",
        ],
    ),
    (
        "every escape is decoded, including those of `?`, `#` and `&`",
        &[
            "decode_pathname-005",
            "decode_pathname-018",
            "decode_pathname-019",
            "decode_pathname-020",
        ],
    ),
];

/// The pages of the sites in the cases.
const PAGES: [&str; 6] = ["/", "/another", "/sub/path", "/dot.in.directory/path", "/x", "/d.json"];

#[test]
fn trailing_slashes_are_redirected_as_in_astro() {
    vectors::check("trailing_slash_redirect", SLASHES, |case| {
        let site = leak(support::site(&PAGES, vectors::config(&case["config"])));
        let (status, location, _) = send(site, text(&case["method"]), text(&case["path"]))?;
        let expected = &case["expect"];
        match &expected["status"] {
            Value::String(_) => same(&matches!(status, 301 | 308), &false)?,
            number => same(&Value::from(status), number)?,
        }
        same(&location.as_deref(), &expected["location"].as_str())
    });
}

const SLASHES: &LeftOut = &[(
    "nothing is collapsed: a path with an empty segment is not found",
    &["trailing_slash_redirect-002", "trailing_slash_redirect-003", "trailing_slash_redirect-042"],
)];

#[test]
fn a_base_ends_as_in_astro() {
    vectors::check("base_boundary", BASES, |case| {
        let (status, _, body) = send(guarded(case), "GET", text(&case["path"]))?;
        let expected = &case["expect"];
        same(&Value::from(status), &expected["status"])?;
        expected["body"].as_str().map_or(Ok(()), |expected| same(&*body, expected))
    });
}

const BASES: &LeftOut = &[("nothing outside of the base is a page", &["base_boundary-005"])];

/// Middleware sees the requested URL.
#[test]
fn a_path_outside_of_the_base_is_not_shown_below_it() {
    let site = guarded(&json!({ "base": "/app" }));
    for (path, expected) in [("/app/admin", 403), ("/app/administrator", 403), ("/admin", 404)] {
        let (status, ..) = send(site, "GET", path).expect("a response");
        assert_eq!(status, expected, "{path}");
    }
}

/// A site with a public page, a forbidden page, and the middleware of the cases.
fn guarded(case: &Value) -> &'static Site {
    let Site { config, .. } = support::site(&[], vectors::config(case));
    let page = |pattern, endpoint| Route {
        config,
        endpoints: leak([("GET", Endpoint::OnContext(endpoint))]),
        ..*support::route(pattern, support::CONFIG)
    };
    let routes = vec![
        page("/", |_| Box::pin(async { Ok("Public".into_response()) })),
        page("/admin", |_| Box::pin(async { Ok("Admin".into_response()) })),
    ];
    let middleware = Some(Middleware { on_request, matcher: None });
    leak(Site { routes: routes.leak(), middleware, ..support::site(&[], vectors::config(case)) })
}

fn on_request<'a>(ctx: &'a mut Context, next: Next<'a>) -> ResponseFuture<'a> {
    Box::pin(async move {
        match ctx.url.path().starts_with("/app/admin") {
            true => Ok(StatusCode::FORBIDDEN.into_response()),
            false => next.run(ctx).await,
        }
    })
}

/// Sends a request, and returns the status, the location and the body.
fn send(
    site: &'static Site,
    method: &str,
    path: &str,
) -> Result<(u16, Option<String>, String), String> {
    let request = Request::builder().method(method).uri(path).body(());
    let response = block_on(call(site, request.map_err(|error| error.to_string())?));
    let (head, body) = response.into_parts();
    let location = head.headers.get(header::LOCATION).and_then(|value| value.to_str().ok());
    let bytes = block_on(body::bytes(body)).map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Ok((head.status.as_u16(), location.map(str::to_owned), text))
}
