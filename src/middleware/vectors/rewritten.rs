//! Requests to a site whose pages and middleware rewrite.

use anyhow::Result;
use axum::response::Response;
use http::StatusCode;
use serde_json::{Map, Value};

use crate::middleware::{Next, sequence};
use crate::page::context::Context;
use crate::support::case::{Case, OnRequest, Page, middleware, origin_pathname, page};

const INDEX: Page = page!("index.ts", GET, |_| "Index");

pub(super) const CASES: &[(&str, Case)] = &[
    (
        "middleware-052",
        Case::of(&[
            page!("reroute.ts", GET, |ctx| ctx.rewrite("/").await?),
            page!("index.ts", GET, |ctx| format!("Index {}", origin_pathname(ctx))),
        ]),
    ),
    (
        "middleware-053",
        Case::of(&[
            page!("dynamic/[id].ts", GET, |ctx| ctx.rewrite("/").await?),
            page!("spread/[...slug].ts", GET, |ctx| ctx.rewrite("/").await?),
            INDEX,
        ]),
    ),
    (
        "middleware-054",
        Case::of(&[page!("redirected/[slug].ts", GET, |ctx| ctx.rewrite("/").await?), INDEX]),
    ),
    (
        "middleware-058",
        Case::of(&[
            page!("rewrite-to-subpage.ts", GET, |ctx| ctx.rewrite("/page").await?),
            page!("page.ts", GET, |ctx| ctx.url.path().to_owned()),
        ]),
    ),
    (
        "middleware-059",
        Case::of(&[
            page!("a.ts", GET, |ctx| ctx.rewrite("/base/").await?),
            page!("index.ts", GET, |ctx| format!("Index {}", ctx.url.path())),
            page!("b.ts", GET, |ctx| ctx.rewrite("/page/").await?),
            page!("c.ts", GET, |ctx| ctx.rewrite("/base/page/").await?),
            page!("page.ts", GET, |ctx| format!("Page {}", ctx.url.path())),
        ]),
    ),
    (
        "middleware-060",
        Case::of(&[
            page!("index.ts", GET, |ctx| ctx.rewrite("/some-slug/title").await?),
            page!("[slug]/title.ts", GET, |ctx| ctx.params.parse::<String>("slug")?),
        ]),
    ),
    (
        "middleware-062",
        Case::of(&[
            page!("errors/from.ts", GET, |ctx| ctx.rewrite("/errors/to").await?),
            page!("errors/to.ts", GET, |_| fails()?),
        ]),
    ),
    (
        "middleware-063",
        Case::of(&[
            page!("test.ts", GET, |ctx| ctx.rewrite("//about").await?),
            page!("about.ts", GET, |_| "about"),
        ]),
    ),
    (
        "middleware-065",
        Case {
            on_request: middleware!(|ctx, next| next.rewrite("/").run(ctx).await),
            pages: &[
                page!("foo.ts", GET, |_| "foo"),
                INDEX,
                page!("404.ts", ALL, |_| (StatusCode::NOT_FOUND, "nf")),
            ],
        },
    ),
    ("middleware-066", AUTH),
    ("middleware-068", AUTH),
    ("middleware-069", AUTH),
    (
        "middleware-072",
        Case {
            on_request: middleware!(|ctx, next| {
                let response = next.run(ctx).await?;
                match (response.status(), ctx.url.path()) {
                    (StatusCode::NOT_FOUND, "/soft-404") => ctx.rewrite("/").await,
                    _ => Ok(response),
                }
            }),
            pages: &[INDEX, page!("soft-404.ts", GET, |_| StatusCode::NOT_FOUND)],
        },
    ),
    (
        "middleware-073",
        Case::of(&[
            page!("ssr.ts", GET, |ctx| ctx.rewrite("/prerendered").await?),
            page!("prerendered.ts", GET, |_| "Target"),
            page!("500.ts", ALL, |_| (StatusCode::INTERNAL_SERVER_ERROR, "ForbiddenRewrite")),
        ]),
    ),
    (
        "middleware-074",
        Case::of(&[
            page!("source.ts", GET, |ctx| ctx.rewrite("/target").await?),
            page!("target.ts", GET, |_| "Target"),
        ]),
    ),
    ("middleware-075", Case::of(&[page!("loop.ts", GET, |ctx| ctx.rewrite("/loop").await?)])),
    (
        "middleware-077",
        Case {
            on_request: middleware!(|ctx, next| sequence((to_b, goes_on)).run(ctx, next).await),
            pages: &[
                page!("a/[x].ts", GET, |_| "a"),
                page!("b/[y].ts", GET, |ctx| {
                    let params = ctx.params.iter().map(|(name, value)| (name.into(), value.into()));
                    let params = Value::Object(params.collect::<Map<_, _>>());
                    let (path, pattern) = (ctx.url.path(), ctx.route_pattern);
                    format!("{path} {pattern} {} {params}", origin_pathname(ctx))
                }),
            ],
        },
    ),
];

fn fails() -> Result<Response> {
    anyhow::bail!("x")
}

async fn goes_on(ctx: &mut Context, next: Next<'_>) -> Result<Response> {
    next.run(ctx).await
}

async fn to_b(ctx: &mut Context, next: Next<'_>) -> Result<Response> {
    match ctx.url.path().starts_with("/a/") {
        true => next.rewrite("/b/2").run(ctx).await,
        false => next.run(ctx).await,
    }
}

/// A site with three middlewares, the second of which rewrites.
const AUTH: Case = Case {
    on_request: ON_AUTH,
    pages: &[
        page!("index.ts", GET, |ctx| {
            let query = ctx.url.query().map(|query| format!("?{query}"));
            format!("Index|{}|{}", auth(ctx), query.unwrap_or_default())
        }),
        page!("auth/base.ts", GET, |_| ""),
        page!("auth/dashboard.ts", GET, |_| ""),
        page!("auth/params.ts", GET, |_| ""),
        page!("auth/astro-params.ts", GET, |_| ""),
        page!("auth/[id].ts", GET, |ctx| {
            format!("id={}|{}", ctx.params.parse::<String>("id")?, auth(ctx))
        }),
    ],
};

const ON_AUTH: Option<OnRequest> =
    middleware!(|ctx, next| sequence((goes_on, leads_on, notes_auth)).run(ctx, next).await);

fn auth(ctx: &Context) -> &'static str {
    ctx.locals.get::<&str>("auth").copied().unwrap_or_default()
}

async fn leads_on(ctx: &mut Context, next: Next<'_>) -> Result<Response> {
    match ctx.url.path() {
        path if path.contains("/auth/dashboard") => {
            ctx.locals.insert("rewritten", true);
            ctx.rewrite("/").await
        }
        path if path.contains("/auth/base") => next.rewrite("/").run(ctx).await,
        path if path.contains("/auth/params") => next.rewrite("/?foo=bar").run(ctx).await,
        path if path.contains("/auth/astro-params") => next.rewrite("/auth/1234").run(ctx).await,
        _ => next.run(ctx).await,
    }
}

async fn notes_auth(ctx: &mut Context, next: Next<'_>) -> Result<Response> {
    if !ctx.locals.contains("rewritten") {
        ctx.locals.insert("auth", "Third function called");
    }
    if ctx.params.get("id").is_some_and(|id| id == "1234") {
        ctx.locals.insert("auth", "Params changed");
    }
    next.run(ctx).await
}
