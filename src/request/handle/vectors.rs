//! Astro's cases of error pages.

use axum::response::Response;
use http::StatusCode;
use serde_json::json;

use crate::private::respond;
use crate::support::case::{Case, Page, middleware, page};
use crate::support::exchange;
use crate::support::vectors::{self, LeftOut};

#[test]
fn error_pages_are_the_same_as_in_astro() {
    vectors::check_programs("error_pages", LEFT_OUT, &[CASES], exchange::run);
}

const LEFT_OUT: &LeftOut = &[
    ("a method without an endpoint is 405", &["error_pages-002"]),
    ("a rest route never handles an error", &["error_pages-011"]),
    ("a `404.rs` in a folder is the error page of that folder", &["error_pages-005"]),
];

const NOT_FOUND: Page = page!("404.ts", ALL, |_| (StatusCode::NOT_FOUND, "nf"));

const CASES: &[(&str, Case)] = &[
    ("error_pages-001", Case::of(&[NOT_FOUND])),
    (
        "error_pages-002",
        Case::of(&[
            page!("api/route.ts", POST, |_| "{}"),
            page!("404.ts", ALL, |_| "Something went horribly wrong!"),
        ]),
    ),
    (
        "error_pages-004",
        Case::of(&[page!("[...slug].ts", ALL, |_| {
            (StatusCode::INTERNAL_SERVER_ERROR, [("X-Debug", "1234")], "oops")
        })]),
    ),
    (
        "error_pages-005",
        Case::of(&[page!("docs/404.ts", GET, |_| "Docs 404 Reference"), NOT_FOUND]),
    ),
    ("error_pages-007", Case::of(&[page!("a.ts", GET, |_| "a")])),
    (
        "error_pages-008",
        Case::of(&[
            page!("n.ts", GET, |_| StatusCode::NOT_FOUND),
            page!("404.ts", ALL, |_| "custom"),
        ]),
    ),
    (
        "error_pages-011",
        Case::of(&[
            page!("t.ts", GET, |_| fails()?),
            page!("[...rest].ts", GET, |ctx| {
                format!("rest:{}", ctx.params.parse::<String>("rest")?)
            }),
        ]),
    ),
    ("error_pages-012", Case::of(&[page!("t.ts", GET, |_| fails()?)])),
];

fn fails() -> anyhow::Result<Response> {
    anyhow::bail!("boom")
}

/// The response of an endpoint is never replaced, and that of the middleware only if it has no body.
#[test]
fn an_empty_error_of_the_middleware_gets_the_error_page() {
    let program = Case {
        on_request: middleware!(|ctx, next| match ctx.url.path() {
            "/empty" => {
                let headers = [("content-length", "999"), ("x-a", "1")];
                respond((StatusCode::NOT_FOUND, headers))
            }
            "/said" => respond((StatusCode::NOT_FOUND, "said")),
            _ => next.run(ctx).await,
        }),
        pages: &[
            page!("empty.ts", GET, |_| ""),
            page!("said.ts", GET, |_| ""),
            page!("own.ts", GET, |_| StatusCode::NOT_FOUND),
            page!("404.ts", ALL, |_| {
                (StatusCode::NOT_FOUND, [("x-a", "2"), ("set-cookie", "a=b")], "none")
            }),
        ],
    };
    let requests = json!([
        {
            "method": "GET",
            "path": "/empty",
            "expect": {
                "status": 404,
                "body": "none",
                "x-a": "1",
                "content-length": null,
                "set_cookie": ["a=b"],
            },
        },
        { "method": "GET", "path": "/said", "expect": { "status": 404, "body": "said" } },
        { "method": "GET", "path": "/own", "expect": { "status": 404, "body": "" } },
    ]);
    assert_eq!(exchange::send_all(&json!({ "requests": requests }), &program), Ok(()));
}
