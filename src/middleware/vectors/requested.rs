//! Requests to a site with middleware that does not rewrite.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, StatusCode};

use crate::private::respond;
use crate::support::case::{Case, Page, middleware, page};

const INDEX: Page = page!("index.ts", GET, |_| "of the page");

const NOT_FOUND: Page = page!("404.ts", ALL, |_| (StatusCode::NOT_FOUND, "nf"));

pub(super) const CASES: &[(&str, Case)] = &[
    (
        "middleware-032",
        Case {
            on_request: middleware!(|ctx, next| match ctx.url.path() {
                "/rewrite" => respond("<span>New content!!</span>"),
                _ => next.run(ctx).await,
            }),
            pages: &[page!("rewrite.ts", GET, |_| "of the page")],
        },
    ),
    (
        "middleware-033",
        Case {
            on_request: middleware!(|ctx, next| match ctx.url.path() {
                "/broken-500" => respond(StatusCode::INTERNAL_SERVER_ERROR),
                _ => next.run(ctx).await,
            }),
            pages: &[page!("broken-500.ts", GET, |_| "of the page")],
        },
    ),
    (
        "middleware-034",
        Case {
            on_request: middleware!(|ctx, next| match ctx.url.path() {
                "/no-route-but-200" => respond("It's OK!"),
                _ => next.run(ctx).await,
            }),
            pages: &[NOT_FOUND],
        },
    ),
    (
        "middleware-036",
        Case {
            on_request: middleware!(|ctx, next| {
                if ctx.url.path() == "/throw" && ctx.route_pattern != "/500" {
                    anyhow::bail!("x");
                }
                next.run(ctx).await
            }),
            pages: &[
                page!("throw.ts", GET, |_| "of the page"),
                page!("500.ts", ALL, |_| (StatusCode::INTERNAL_SERVER_ERROR, "custom")),
            ],
        },
    ),
    (
        "middleware-038",
        Case {
            on_request: middleware!(|ctx, next| {
                ctx.cookies.set(("foo", "bar"))?;
                next.run(ctx).await
            }),
            pages: &[INDEX],
        },
    ),
    (
        "middleware-039",
        Case {
            on_request: middleware!(|ctx, next| {
                let (head, body) = next.run(ctx).await?.into_parts();
                let mut response = Response::new(Body::from(crate::body::bytes(body).await?));
                *response.headers_mut() = head.headers;
                Ok(response)
            }),
            pages: &[page!("index.ts", GET, |ctx| {
                ctx.cookies.set(("from-component", "component-value"))?;
                "x"
            })],
        },
    ),
    (
        "middleware-041",
        Case {
            on_request: middleware!(|ctx, next| {
                ctx.locals.insert("name", "bar");
                next.run(ctx).await
            }),
            pages: &[page!("404.ts", ALL, |ctx| {
                (StatusCode::NOT_FOUND, format!("nf {}", ctx.locals.get::<&str>("name")?))
            })],
        },
    ),
    (
        "middleware-043",
        Case {
            on_request: middleware!(|ctx, next| match ctx.url.path() {
                "/admin" => ctx.redirect("/"),
                _ => next.run(ctx).await,
            }),
            pages: &[page!("admin.ts", GET, |_| "of the page"), INDEX],
        },
    ),
    (
        "middleware-045",
        Case {
            on_request: middleware!(|ctx, next| {
                static RUNS: AtomicUsize = AtomicUsize::new(0);
                let is_first = RUNS.fetch_add(1, Relaxed) == 0;
                let response = next.run(ctx).await?;
                let headers = [("Content-Length", "999"), ("X-Custom", "keep-me")];
                if is_first { respond((StatusCode::NOT_FOUND, headers)) } else { Ok(response) }
            }),
            pages: &[page!("api/guarded/[...path].ts", GET, |_| "of the page"), NOT_FOUND],
        },
    ),
    (
        "middleware-046",
        Case {
            on_request: middleware!(|ctx, next| {
                let mut response = next.run(ctx).await?;
                let value = HeaderValue::from_static("custom-value");
                response.headers_mut().insert("X-Custom-Header", value);
                Ok(response)
            }),
            pages: &[INDEX],
        },
    ),
    // kiln calls a site without locals: middleware sets them.
    (
        "middleware-048",
        Case {
            on_request: middleware!(|ctx, next| {
                ctx.locals.insert("foo", "bar");
                next.run(ctx).await
            }),
            pages: &[page!("api.ts", GET, |ctx| ctx.locals.try_serialize()?)],
        },
    ),
    (
        "middleware-049",
        Case {
            on_request: middleware!(|ctx, next| {
                ctx.locals.insert("foo", "par");
                next.run(ctx).await
            }),
            pages: &[page!("404.ts", ALL, |ctx| {
                (StatusCode::NOT_FOUND, *ctx.locals.get::<&str>("foo")?)
            })],
        },
    ),
    (
        "middleware-082",
        Case {
            on_request: middleware!(|ctx, next| {
                let status = next.run(ctx).await?.status();
                respond((status, format!("mw saw {} {}", ctx.route_pattern, status.as_u16())))
            }),
            pages: &[page!("index.ts", GET, |_| "i")],
        },
    ),
];
