//! Static builds of a site with middleware.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};
use axum::response::Response;
use http::StatusCode;
use serde_json::Value;

use crate::middleware::{Next, sequence};
use crate::page::context::Context;
use crate::private::respond;
use crate::routing::redirect_rule::RedirectRule;
use crate::site::Site;
use crate::support::case::{Case, Page, middleware, origin_pathname, page};
use crate::support::vectors::{self, same, text};
use crate::support::{self, built, leak};

const A: Page = page!("a.txt.ts", GET, |ctx| format!("a:{}", ctx.locals.try_serialize()?));

const B: Page = page!("b.txt.ts", GET, |ctx| {
    let (path, pattern) = (ctx.url.path(), ctx.route_pattern);
    format!("b {path} {} {pattern} {}", origin_pathname(ctx), ctx.locals.try_serialize()?)
});

pub(super) const CASES: &[(&str, Case)] = &[
    (
        "middleware-083",
        Case {
            on_request: middleware!(|ctx, next| {
                sequence((logs::<1>, logs::<2>, logs::<3>)).run(ctx, next).await
            }),
            pages: &[A],
        },
    ),
    ("middleware-088", Case { on_request: middleware!(|_, _| bail!("mwboom")), pages: &[A, B] }),
    (
        "middleware-093",
        Case {
            on_request: middleware!(|ctx, next| match ctx.url.path() {
                "/a.txt" => respond(StatusCode::INTERNAL_SERVER_ERROR),
                _ => next.run(ctx).await,
            }),
            pages: &[A, B],
        },
    ),
    (
        "middleware-094",
        Case {
            on_request: middleware!(|ctx, next| {
                next.run(ctx).await?;
                respond("filled")
            }),
            pages: &[page!("a.txt.ts", GET, |_| ())],
        },
    ),
    (
        "middleware-095",
        Case {
            on_request: middleware!(|ctx, next| {
                ctx.locals.insert("from", ctx.url.path().to_owned());
                a_is_b(ctx, next).await
            }),
            pages: &[A, B],
        },
    ),
    (
        "middleware-096",
        Case {
            on_request: middleware!(|ctx, next| {
                sequence((a_is_b, notes_path)).run(ctx, next).await
            }),
            pages: &[A, B],
        },
    ),
    (
        "middleware-097",
        Case {
            on_request: middleware!(|ctx, next| {
                let runs = ctx.locals.get::<u32>("runs").copied().unwrap_or_default();
                ctx.locals.insert("runs", runs + 1);
                match ctx.url.path() {
                    "/a.txt" => ctx.rewrite("/b.txt").await,
                    _ => next.run(ctx).await,
                }
            }),
            pages: &[A, B],
        },
    ),
    (
        "middleware-098",
        Case::of(&[A, B, page!("r.txt.ts", GET, |ctx| ctx.rewrite("/b.txt").await?)]),
    ),
    ("middleware-099", Case::of(&[page!("r.txt.ts", GET, |ctx| ctx.rewrite("/nope").await?)])),
    ("middleware-100", Case::of(&[page!("r.txt.ts", GET, |ctx| ctx.rewrite("/r.txt").await?)])),
    (
        "middleware-104",
        Case::of(&[
            page!("r.txt.ts", GET, |ctx| ctx.rewrite("/old").await?),
            page!("n.ts", GET, |_| "n"),
        ]),
    ),
    (
        "middleware-106",
        Case::of(&[
            page!("r.txt.ts", GET, |ctx| ctx.rewrite("/q.txt").await?),
            page!("s.txt.ts", GET, |ctx| ctx.rewrite("/docs/q.txt").await?),
            page!("q.txt.ts", GET, |ctx| ctx.url.path().to_owned()),
        ]),
    ),
];

/// Appends its number to the local `log`, and to the body of the response.
async fn logs<const NUMBER: usize>(ctx: &mut Context, next: Next<'_>) -> Result<Response> {
    let mut log = ctx.locals.get::<Vec<String>>("log").cloned().unwrap_or_default();
    log.push(format!("{NUMBER}>"));
    ctx.locals.insert("log", log);
    let body = crate::body::bytes(next.run(ctx).await?.into_body()).await?;
    respond(format!("{}<{NUMBER}", str::from_utf8(&body)?))
}

async fn a_is_b(ctx: &mut Context, next: Next<'_>) -> Result<Response> {
    match ctx.url.path() {
        "/a.txt" => next.rewrite("/b.txt").run(ctx).await,
        _ => next.run(ctx).await,
    }
}

async fn notes_path(ctx: &mut Context, next: Next<'_>) -> Result<Response> {
    ctx.locals.insert("sec", ctx.url.path().to_owned());
    next.run(ctx).await
}

/// Builds the whole site, and compares its files.
pub(super) fn run(case: &Value, program: &Case) -> Result<(), String> {
    let files = case["files"].as_object().ok_or("no files")?;
    same(&program.files(), &files.keys().map(String::as_str).collect::<BTreeSet<_>>())?;
    let expected = &case["expect"];
    let config = leak(vectors::config(&case["config"]));
    let redirects = redirects(&case["config"]);
    let site = |folder| leak(Site { redirects, ..program.site(config, |_| true, folder) });
    match (built::build(site), &expected["error"]) {
        (Ok(files), Value::Null) => {
            let text_of = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
            let files = files.into_iter().map(|(name, bytes)| (name, text_of(bytes)));
            let outputs = expected["outputs"].as_object().ok_or("no outputs")?.iter();
            let outputs = outputs.map(|(name, body)| (name.clone(), text(body).to_owned()));
            same(&files.collect::<BTreeMap<_, _>>(), &outputs.collect())
        }
        (Ok(files), _) => Err(format!("makes {:?}, and should fail", files.keys())),
        (Err(failure), Value::Null) => Err(failure),
        (Err(failure), error) => match failure.contains(text(&error["message"])) {
            true => Ok(()),
            false => Err(failure),
        },
    }
}

fn redirects(given: &Value) -> &'static [RedirectRule] {
    let rules = given["redirects"].as_object().into_iter().flatten();
    let rules = rules.map(|(from, to)| support::redirect_rule(from, text(to), None));
    rules.collect::<Vec<_>>().leak()
}
