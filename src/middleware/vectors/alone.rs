//! Middleware on its own, around one endpoint.

use std::sync::{Mutex, PoisonError};

use anyhow::Result;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderValue, Method, Request, StatusCode};
use serde_json::{Map, Value, json};

use crate::middleware::{Next, sequence};
use crate::page::context::Context;
use crate::page::origin::Origin;
use crate::private::respond;
use crate::request::handle::Pages;
use crate::request::resolve::find_page;
use crate::routing::page_path::RoutePath;
use crate::support::case::{Case, Page, middleware, page};
use crate::support::vectors::same;
use crate::support::{CONFIG, exchange, leak};
use crate::testing::block_on;

/// A page that is not called, or whose response does not matter.
const PAGE: Page = page!("index.ts", GET, |_| "of the page");

pub(super) const CASES: &[(&str, Case)] = &[
    (
        "middleware-005",
        Case {
            on_request: middleware!(|_, _| respond(StatusCode::INTERNAL_SERVER_ERROR)),
            pages: &[PAGE],
        },
    ),
    (
        "middleware-009",
        Case {
            on_request: middleware!(|ctx, next| {
                let mut response = next.run(ctx).await?;
                response.headers_mut().insert("X-Custom", HeaderValue::from_static("value"));
                Ok(response)
            }),
            pages: &[PAGE],
        },
    ),
    (
        "middleware-012",
        Case {
            on_request: middleware!(|ctx, next| next.run(ctx).await),
            pages: &[page!("index.ts", GET, |_| "sync OK")],
        },
    ),
    (
        "middleware-015",
        Case {
            on_request: middleware!(|ctx, next| touches(ctx, next).await),
            pages: &[page!("index.ts", GET, |_| "single")],
        },
    ),
    (
        "middleware-016",
        Case {
            on_request: middleware!(|ctx, next| {
                let response = sequence((notes::<1>, notes::<2>, notes::<3>)).run(ctx, next).await;
                assert_eq!(order(), [">1", ">2", ">3", "<3", "<2", "<1"]);
                response
            }),
            pages: &[page!("index.ts", GET, |_| "OK")],
        },
    ),
    (
        "middleware-019",
        Case {
            on_request: middleware!(|ctx, next| {
                sequence((goes_on, sets_async)).run(ctx, next).await
            }),
            pages: &[page!("index.ts", GET, |_| "mixed")],
        },
    ),
    (
        "middleware-021",
        Case {
            on_request: middleware!(|ctx, next| {
                sequence((answers, sets_second)).run(ctx, next).await
            }),
            pages: &[PAGE],
        },
    ),
    (
        "middleware-022",
        Case {
            on_request: middleware!(|ctx, next| {
                sequence((sets_cookie::<1>, sets_cookie::<2>)).run(ctx, next).await
            }),
            pages: &[PAGE],
        },
    ),
    (
        "middleware-023",
        Case {
            on_request: middleware!(|ctx, next| {
                sequence((sets_before_redirect, logs_in, sets_third)).run(ctx, next).await
            }),
            pages: &[PAGE],
        },
    ),
    (
        "middleware-024",
        Case {
            on_request: middleware!(|ctx, next| {
                sequence((notes::<1>, notes::<2>, notes::<3>)).run(ctx, next).await
            }),
            pages: &[page!("index.ts", GET, |_| note("endpoint".to_owned()))],
        },
    ),
];

async fn goes_on(ctx: &mut Context, next: Next<'_>) -> Result<Response> {
    next.run(ctx).await
}

async fn answers(_: &mut Context, _: Next<'_>) -> Result<Response> {
    respond("short-circuit")
}

async fn logs_in(ctx: &mut Context, _: Next<'_>) -> Result<Response> {
    ctx.redirect("/login")
}

/// Middlewares that set a local and continue.
macro_rules! sets {
    ($($handler:ident: $local:literal,)+) => {
        $(async fn $handler(ctx: &mut Context, next: Next<'_>) -> Result<Response> {
            ctx.locals.insert($local, true);
            next.run(ctx).await
        })+
    };
}

sets! {
    touches: "touched",
    sets_async: "async",
    sets_second: "second",
    sets_before_redirect: "beforeRedirect",
    sets_third: "third",
}

async fn sets_cookie<const NUMBER: usize>(ctx: &mut Context, next: Next<'_>) -> Result<Response> {
    ctx.cookies.set((format!("cookie{NUMBER}"), format!("value{NUMBER}")))?;
    next.run(ctx).await
}

/// The order of calls in the current case.
static ORDER: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn note(what: String) {
    ORDER.lock().unwrap_or_else(PoisonError::into_inner).push(what);
}

fn order() -> Vec<String> {
    ORDER.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

async fn notes<const NUMBER: usize>(ctx: &mut Context, next: Next<'_>) -> Result<Response> {
    note(format!(">{NUMBER}"));
    let response = next.run(ctx).await;
    note(format!("<{NUMBER}"));
    response
}

/// Calls the middleware with a context, and compares the response and the context.
pub(super) fn run(case: &Value, program: &Case) -> Result<(), String> {
    ORDER.lock().unwrap_or_else(PoisonError::into_inner).clear();
    let mut expected = case["expect"].as_object().cloned().unwrap_or_default();
    let (response, ctx) = respond_to(program).map_err(|error| error.to_string())?;
    if let Some(locals) = expected.remove("locals") {
        let actual = ctx.locals.try_serialize().map_err(|error| error.to_string())?;
        same(&serde_json::from_str(&actual).unwrap_or(Value::Null), &locals)?;
    }
    if let Some(Value::Object(cookies)) = expected.remove("cookies") {
        let actual = cookies.keys().map(|name| (name.clone(), json!(ctx.cookies.get(name))));
        same(&actual.collect::<Map<_, _>>(), &cookies)?;
    }
    if let Some(noted) = expected.remove("order") {
        same(&json!(order()), &noted)?;
    }
    exchange::check(response, &expected.into(), false)
}

/// The response to `GET /`, and the context after it.
fn respond_to(program: &Case) -> Result<(Response, Context)> {
    let site = leak(program.site(&CONFIG, |_| false, ""));
    let engine = Pages::of(site);
    let request = Request::new(Bytes::new());
    let root = RoutePath::of_segments("").expect("a path");
    let page = block_on(find_page(&*engine, &root, &Method::GET))?.expect("a page");
    let found = (page.route, page.params);
    let (of_ctx, origin) = (engine.clone(), Origin::of(&CONFIG));
    let mut ctx = Context::for_page(of_ctx, &origin, request, "/".to_owned(), &root, found);
    let response =
        block_on(crate::request::run::respond(&*engine, Some("/"), &mut ctx, page.target))?;
    Ok((response, ctx))
}
