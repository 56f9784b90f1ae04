//! Astro's cases of middleware: a unit of it alone, requests through a whole site, and static builds.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use bytes::Bytes;
use http::{Method, Request};
use serde_json::{Value, json};

use crate::answer::Pages;
use crate::context::Context;
use crate::path::RoutePath;
use crate::respond::respond;
use crate::support::scripted_site::Program;
use crate::support::vectors::{self, LeftOut, same, text};
use crate::support::{self, built, exchange, leak, script};
use crate::testing::block_on;

#[test]
fn middleware_does_what_that_of_astro_does() {
    vectors::check("middleware", LEFT_OUT, run);
}

const LEFT_OUT: &LeftOut = &[
    (
        "an answer that is no response does not compile",
        &[
            "middleware-002",
            "middleware-003",
            "middleware-007",
            "middleware-026",
            "middleware-028",
            "middleware-035",
            "middleware-085",
            "middleware-086",
        ],
    ),
    ("a handler that is no function does not compile", &["middleware-020"]),
    ("`next` is used up: a page answers once", &["middleware-025"]),
    ("a path is decoded once", &["middleware-043"]),
    ("nothing is collapsed", &["middleware-063"]),
    ("a rewrite may lead to a prerendered page", &["middleware-073"]),
    ("4xx and 5xx are errors of a static build", &["middleware-093"]),
    ("a rewrite changes the context, whoever asks for it", &["middleware-095"]),
    (
        "a rewrite to nowhere or in a loop is an error of a static build",
        &["middleware-099", "middleware-100", "middleware-104"],
    ),
    ("a rewrite's path may be given with or without base", &["middleware-106"]),
    ("Markdown is no page, and two pages of one path are an error", &["middleware-107"]),
];

fn run(case: &Value) -> Result<(), String> {
    let level = text(&case["level"]);
    match level {
        _ if level.starts_with("unit") => of_unit(case),
        "static build" => of_build(case),
        _ => exchange::run(case),
    }
}

/// The middleware alone, around an endpoint that answers with the text that the case expects.
fn of_unit(case: &Value) -> Result<(), String> {
    let expected = &case["expect"];
    if !expected["error"].is_null() && case["middleware_js"].is_null() {
        return Err(format!("no response: {}", case["description"]));
    }
    let source = middleware(case).ok_or("no middleware")?;
    // Where the middleware itself has the text, that of the endpoint would not be told from it.
    let body = expected["body"].as_str().filter(|body| !source.contains(body));
    let mut program = Program::default();
    program.scope.declare("b", script::Value::text(body.unwrap_or("of the endpoint")));
    program.scope.declare("i", script::Value::Undefined);
    program.scope.declare("order", script::Value::list(Vec::new()));
    let endpoint = case["endpoint_js"].as_str();
    let endpoint = endpoint.unwrap_or("()=>{order.push('endpoint');return new Response(b)}");
    let made = program
        .middleware(&source)
        .and_then(|()| program.page("index.ts", false, [("GET", endpoint)], &support::CONFIG));
    made.map_err(|error| error.to_string())?;
    let scope = Arc::clone(&program.scope);
    let (site, program) = program.site(&support::CONFIG, "");
    let engine = Pages::of(site);
    let request = Request::new(Bytes::new());
    let mut ctx =
        Context::on_request(Arc::clone(&engine), support::CONFIG.origin(), request, "/".to_owned());
    let root = RoutePath::of_segments("").expect("a path");
    let found = block_on(engine.land(&root, &Method::GET)).expect("no error").expect("a page");
    ctx.land(&root, found.route, found.params);
    let response = block_on(respond(site, "/", &mut ctx, found.landing));
    program.check()?;
    let response = response.map_err(|error| error.to_string())?;
    let mut of_response = expected.as_object().cloned().unwrap_or_default();
    if let Some(locals) = of_response.remove("locals") {
        let actual = ctx.locals.try_serialize().map_err(|error| error.to_string())?;
        same(&serde_json::from_str(&actual).unwrap_or(Value::Null), &locals)?;
    }
    if let Some(Value::Object(cookies)) = of_response.remove("cookies") {
        let actual = cookies.keys().map(|name| (name.clone(), json!(ctx.cookies.get(name))));
        same(&actual.collect(), &cookies)?;
    }
    if let Some(order) = of_response.remove("order") {
        let actual = scope.get("order").map(|order| json!(order));
        same(&actual, &Some(order))?;
    }
    exchange::check(response, &of_response.into(), false)
}

/// The source of the middleware; where the case only says what comes of it, one that does that.
fn middleware(case: &Value) -> Option<String> {
    if let Some(source) = case["middleware_js"].as_str() {
        return Some(source.to_owned());
    }
    let handlers: Vec<String> = match &case["expect"] {
        expected if expected["cookies"].is_object() => {
            let cookies = expected["cookies"].as_object()?.iter();
            let set = |(name, value): (&String, &Value)| {
                format!("(c,n)=>{{c.cookies.set('{name}',{value});return n()}}")
            };
            cookies.map(set).collect()
        }
        expected if expected["order"].is_array() => {
            let names =
                expected["order"].as_array()?.iter().filter_map(|it| text(it).strip_prefix('>'));
            let handler = |name: &str| {
                format!(
                    "async(_,n)=>{{order.push('>{name}');const r=await n();order.push('<{name}');return r}}"
                )
            };
            names.map(handler).collect()
        }
        _ => return None,
    };
    Some(format!("sequence({})", handlers.join(",")))
}

/// The whole site, and the files that it makes.
fn of_build(case: &Value) -> Result<(), String> {
    let expected = &case["expect"];
    let config = leak(vectors::config(&case["config"]));
    let made = program(case, config).map_err(|error| format!("{error:#}"))?;
    match (built::build(made, config), &expected["error"]) {
        (Ok(files), Value::Null) => {
            let files = files
                .into_iter()
                .map(|(name, bytes)| (name, String::from_utf8_lossy(&bytes).into_owned()));
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

fn program(case: &Value, config: &'static crate::config::Config) -> Result<Program> {
    let mut program = Program::default();
    program.middleware(case["middleware_js"].as_str().unwrap_or_default())?;
    for (file, source) in case["files"].as_object().context("no files")? {
        program.module(file, text(source), config)?;
    }
    Ok(program)
}
