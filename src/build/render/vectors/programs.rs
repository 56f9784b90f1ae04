//! The pages of Astro's cases, in Rust.

use axum::response::{Html, Json, Response};
use http::{StatusCode, header};
use serde_json::json;

use crate::support::case::{Case, page};

/// The program of a case.
pub(super) enum Program {
    /// It builds a site: its first page is that of the case, and the others are targets of redirects.
    Answers(Case),
    /// It only uses the path of a page.
    AsksForPath,
}

use Program::{Answers, AsksForPath};

/// A single page.
macro_rules! only {
    ($file:literal, |$ctx:pat_param| $answer:expr) => {
        Answers(Case::of(&[page!($file, GET, |$ctx| $answer)]))
    };
}

/// A page, and the target of its redirect: a redirect has to lead to an existing page.
macro_rules! redirect {
    ($file:literal to $target:literal, |$ctx:pat_param| $answer:expr) => {
        Answers(Case::of(&[
            page!($file, GET, |$ctx| $answer),
            page!($target, GET, |_| "the target of a redirect"),
        ]))
    };
}

pub(super) const PROGRAMS: &[(&str, Program)] = &[
    ("static_response-001", only!("index.ts", |_| Html("<html>Hello</html>"))),
    ("static_response-002", only!("empty.ts", |_| Html(()))),
    ("static_response-003", redirect!("old.ts" to "new.ts", |_| moved_permanently())),
    ("static_response-005", redirect!("old.ts" to "new.ts", |_| moved_permanently())),
    ("static_response-006", AsksForPath),
    ("static_response-009", only!("binary.dat.ts", |_| vec![255_u8])),
    (
        "static_response-010",
        only!("about.json.ts", |_| Json(json!({ "name": "Astro", "url": "https://astro.build/" }))),
    ),
    ("static_response-012", only!("a.txt.ts", |_| StatusCode::NOT_FOUND)),
    ("static_response-013", only!("a.txt.ts", |_| StatusCode::NOT_FOUND)),
    ("static_response-015", only!("a.txt.ts", |_| (StatusCode::INTERNAL_SERVER_ERROR, "err"))),
    ("static_response-016", only!("a.txt.ts", |_| StatusCode::INTERNAL_SERVER_ERROR)),
    ("static_response-018", only!("a.txt.ts", |_| (StatusCode::CREATED, "c"))),
    ("static_response-019", only!("a.txt.ts", |_| StatusCode::NO_CONTENT)),
    ("static_response-022", only!("a.txt.ts", |_| ())),
    ("static_response-027", only!("a.txt.ts", |_| fails()?)),
    (
        "static_response-029",
        only!("a.txt.ts", |_| {
            ([(header::CONTENT_TYPE, "text/plain; charset=iso-8859-1")], "h\u{e9}")
        }),
    ),
    ("static_response-030", only!("a.txt.ts", |_| ([("x-h", "1")], "x"))),
    ("static_response-031", only!("a.txt.ts", |_| Json(json!({ "a": 1 })))),
    ("static_response-032", redirect!("a.txt.ts" to "to.ts", |ctx| ctx.redirect("/to")?)),
    (
        "static_response-035",
        only!("a.txt.ts", |ctx| {
            ctx.redirect_with(StatusCode::TEMPORARY_REDIRECT, "https://other.org/x?y=1")?
        }),
    ),
    (
        "static_response-036",
        only!("a.txt.ts", |_| {
            let headers = [(header::LOCATION, "https://e.com/x")];
            (StatusCode::TEMPORARY_REDIRECT, headers)
        }),
    ),
    (
        "static_response-037",
        redirect!("a.txt.ts" to "x.ts", |ctx| {
            let authority = ctx.url.authority().map(ToString::to_string).unwrap_or_default();
            ctx.redirect(format!("http://{authority}/x"))?
        }),
    ),
    (
        "static_response-040",
        redirect!("a.txt.ts" to "to.ts", |_| {
            (StatusCode::NOT_MODIFIED, [(header::LOCATION, "/to")])
        }),
    ),
    ("static_response-041", redirect!("a.ts" to "to.ts", |ctx| ctx.redirect("/to")?)),
    (
        "static_response-043",
        redirect!("a.ts" to "to.ts", |ctx| {
            ctx.redirect_with(StatusCode::MOVED_PERMANENTLY, "/to")?
        }),
    ),
    (
        "static_response-045",
        redirect!("a.txt.ts" to "\u{65e5}\u{672c}.ts", |ctx| ctx.redirect("/\u{65e5}\u{672c}")?),
    ),
    (
        "static_response-060",
        only!("a.txt.ts", |ctx| {
            let headers = ctx.request.headers().iter();
            let names: Vec<&str> = headers.map(|(name, _)| name.as_str()).collect();
            Json(json!(names))
        }),
    ),
    (
        "static_response-064",
        only!("a.txt.ts", |ctx| {
            ctx.cookies.set(("a", "b"))?;
            "b"
        }),
    ),
    (
        "static_response-065",
        only!("a.txt.ts", |ctx| {
            let (site, pattern) = (ctx.site.unwrap_or("undefined"), ctx.route_pattern);
            format!("{}|{}|{site}|{pattern}", ctx.is_prerendered, ctx.generator())
        }),
    ),
];

fn moved_permanently() -> (StatusCode, [(http::HeaderName, &'static str); 1]) {
    (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, "/new")])
}

fn fails() -> anyhow::Result<Response> {
    anyhow::bail!("boom")
}
