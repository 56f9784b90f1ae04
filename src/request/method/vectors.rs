//! Cases of Astro and Next.js about the endpoints for methods.

use std::collections::BTreeSet;

use axum::response::{IntoResponse, Json, Response};
use http::{Request, StatusCode, header};
use serde_json::{Value, json};

use crate::page::context::Context;
use crate::support::case::{Case, Page, page};
use crate::support::vectors::{self, LeftOut, same, text};
use crate::support::{CONFIG, exchange, leak};
use crate::testing::{block_on, call};

#[test]
fn methods_are_the_same_as_in_astro() {
    vectors::check_programs("methods", ASTRO, &[PROGRAMS, SAY_THEIR_NAMES], of_astro);
}

const ASTRO: &LeftOut = &[
    (
        "a method without an endpoint is 405, except for `OPTIONS`",
        &[
            "methods-006",
            "methods-018",
            "methods-019",
            "methods-021",
            "methods-022",
            "methods-024",
            "methods-027",
            "methods-038",
            "methods-042",
        ],
    ),
    (
        "a value that is not a response does not compile",
        &["methods-007", "methods-008", "methods-051", "methods-052", "methods-053"],
    ),
    ("a page without a method fails the build", &["methods-045", "methods-046", "methods-047"]),
    ("a redirect with another status is an error", &["methods-059"]),
];

#[test]
fn methods_are_the_same_as_in_next_js() {
    vectors::check("next_methods", NEXT, of_next);
}

const NEXT: &LeftOut = &[(
    "the code generator refuses a `post` that could only be prerendered",
    &["[\"GET\",\"POST\"]"],
)];

/// The programs of the cases.
const PROGRAMS: &[(&str, Case)] = &[
    (
        "methods-001",
        Case::of(&[
            page!("food.json.ts", GET, |_| Json(["a", "b", "c"])),
            page!("food.json.ts", POST, |_| "POST"),
        ]),
    ),
    (
        "methods-009",
        Case::of(&[page!("headers.ts", GET, |_| (StatusCode::CREATED, [("test", "value")], "x"))]),
    ),
    ("methods-010", Case::of(&[page!("response-redirect.ts", GET, |ctx| redirects(ctx)?)])),
    ("methods-011", Case::of(&[page!("response.ts", GET, |ctx| redirects(ctx)?)])),
    (
        "methods-012",
        Case::of(&[page!("setCookies.ts", GET, |ctx| {
            ctx.cookies.set(("key1", "value1"))?;
            ctx.cookies.set(("key2", "value2"))?;
            set_cookies(["key3=value3", "key4=value4"])
        })]),
    ),
    (
        "methods-013",
        Case::of(&[page!("multi-headers.ts", GET, |_| {
            let headers = [("x-single", "single"), ("x-triple", "one, two, three")];
            (headers, set_cookies(["hello", "world"]))
        })]),
    ),
    (
        "methods-015",
        Case::of(&[page!("internal-error.ts", GET, |_| {
            let headers = [(header::CONTENT_TYPE, "text/plain")];
            (StatusCode::INTERNAL_SERVER_ERROR, headers, "something went wrong")
        })]),
    ),
    ("methods-054", Case::of(&[page!("a.ts", GET, |_| fails()?)])),
    ("methods-055", Case::of(&[page!("a.ts", GET, |_| StatusCode::NOT_FOUND)])),
    ("methods-056", Case::of(&[page!("a.ts", GET, |_| StatusCode::INTERNAL_SERVER_ERROR)])),
    ("methods-057", Case::of(&[page!("a.ts", GET, |ctx| ctx.redirect("/to")?)])),
    (
        "methods-059",
        Case::of(&[page!("a.ts", GET, |ctx| ctx.redirect_with(StatusCode::OK, "/to")?)]),
    ),
];

fn redirects(ctx: &Context) -> anyhow::Result<Response> {
    ctx.redirect_with(StatusCode::TEMPORARY_REDIRECT, "https://example.com/destination")
}

fn set_cookies(cookies: [&'static str; 2]) -> Response {
    axum::response::AppendHeaders(cookies.map(|cookie| (header::SET_COOKIE, cookie)))
        .into_response()
}

fn fails() -> anyhow::Result<Response> {
    anyhow::bail!("x")
}

/// Endpoints that show their own method and that of the request.
macro_rules! say_their_names {
    ($($method:ident)+) => {
        $(const $method: Page = page!("a.ts", $method, |ctx| named(stringify!($method), ctx));)+

        const ALL_METHODS: &[Page] = &[$($method),+];
    };
}

say_their_names!(GET HEAD POST PUT PATCH DELETE OPTIONS ALL);

fn named(method: &'static str, ctx: &Context) -> impl IntoResponse {
    let headers = [("x-handler", method), ("content-type", "text/plain;charset=UTF-8")];
    (headers, format!("{method}:{}", ctx.request.method()))
}

/// The programs of cases that only list the methods of a page.
const SAY_THEIR_NAMES: &[(&str, Case)] = &[
    ("methods-006", Case::of(&[POST])),
    ("methods-016", Case::of(&[GET])),
    ("methods-017", Case::of(&[GET])),
    ("methods-018", Case::of(&[GET])),
    ("methods-019", Case::of(&[GET])),
    ("methods-020", Case::of(&[GET, HEAD])),
    ("methods-021", Case::of(&[GET, HEAD])),
    ("methods-022", Case::of(&[HEAD])),
    ("methods-024", Case::of(&[POST])),
    ("methods-026", Case::of(&[POST])),
    ("methods-027", Case::of(&[POST])),
    ("methods-029", Case::of(&[ALL])),
    ("methods-030", Case::of(&[ALL])),
    ("methods-032", Case::of(&[GET, ALL])),
    ("methods-034", Case::of(&[GET, ALL])),
    ("methods-038", Case::of(&[OPTIONS])),
    ("methods-039", Case::of(&[OPTIONS])),
    ("methods-042", Case::of(&[DELETE, PUT, PATCH])),
];

fn of_astro(case: &Value, program: &Case) -> Result<(), String> {
    let methods: BTreeSet<&str> = program.pages.iter().map(|(_, method, _)| *method).collect();
    same(&methods, &exports(case).collect())?;
    let path = case["path"].as_str().unwrap_or("/a");
    same(&program.files().into_iter().collect::<Vec<_>>(), &vec![&*format!("{}.ts", &path[1..])])?;
    let response = send(path, program, text(&case["request_method"]))?;
    let throws = case["module"].to_string().contains("throw ");
    exchange::check(response, &case["expect"], throws)
}

/// Next.js answers unknown methods with 400. In kiln, all methods without an endpoint have the same status.
fn of_next(case: &Value) -> Result<(), String> {
    if let Some(error) = case["error"].as_str() {
        return Err(format!("a matter of the code generator: {error}"));
    }
    let exports: Vec<&str> = exports(case).collect();
    let pages = ALL_METHODS.iter().filter(|(_, method, _)| exports.contains(method));
    let program = Case::of(pages.copied().collect::<Vec<_>>().leak());
    let responses = case["responses"].as_object().filter(|responses| !responses.is_empty());
    for (method, expected) in responses.ok_or("no responses")? {
        let status = &expected["status"];
        let answers = expected["via"].as_str().unwrap_or(method);
        let handler = (status == 200).then_some(answers);
        let mut of_response = json!({ "status": status, "x-handler": handler });
        if !expected["allow"].is_null() {
            of_response["allow"] = expected["allow"].clone();
        }
        let response = send("/a", &program, method)?;
        exchange::check(response, &of_response, false)
            .map_err(|error| format!("{method}: {error}"))?;
    }
    same(&send("/a", &program, "BREW")?.status().as_u16(), &405)
}

fn exports(case: &Value) -> impl Iterator<Item = &str> {
    case["exports"].as_array().into_iter().flatten().map(text)
}

fn send(path: &str, program: &Case, method: &str) -> Result<Response, String> {
    let site = leak(program.site(&CONFIG, |_| false, ""));
    let request = Request::builder().method(method).uri(path).body(());
    Ok(block_on(call(site, request.map_err(|error| error.to_string())?)))
}
