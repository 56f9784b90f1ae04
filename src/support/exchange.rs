//! Sends the requests of a test case, and checks the responses.

use std::collections::BTreeSet;

use axum::response::Response;
use http::{HeaderMap, Request, StatusCode, header};
use serde_json::Value;

use super::case::Case;
use super::leak;
use super::vectors::{self, same, text};
use crate::page::response::body;
use crate::testing::{block_on, call};

/// The built-in responses of Astro. kiln's are the name of the status.
const BUILT_IN: [&str; 3] = ["", "Loop Detected", "<<built-in default 404 HTML>>"];

/// Sends the requests of a case to its program in Rust, after comparing the program with the JavaScript.
pub(crate) fn run(case: &Value, program: &Case) -> Result<(), String> {
    same(&endpoints(program), &modules(case))?;
    same(&program.on_request.is_some(), &has_middleware(case))?;
    send_all(case, program)
}

/// Sends the requests of a case to a site.
pub(crate) fn send_all(case: &Value, program: &Case) -> Result<(), String> {
    let config = leak(vectors::config(&case["config"]));
    let prerendered = &case["config"]["prerendered"];
    let is_prerendered =
        |file: &str| prerendered.as_array().is_some_and(|files| files.iter().any(|it| it == file));
    let site = super::leak(program.site(config, is_prerendered, ""));
    let requests = case["requests"].as_array().filter(|requests| !requests.is_empty());
    for request in requests.ok_or("no requests")? {
        let sent = Request::builder().method(text(&request["method"])).uri(text(&request["path"]));
        let response = block_on(call(site, sent.body(()).map_err(|error| error.to_string())?));
        let throws = case["modules"].to_string().contains("throw ");
        check(response, &request["expect"], throws)
            .map_err(|error| format!("{}: {error}", request["path"]))?;
    }
    Ok(())
}

/// The endpoints of a program: page files and methods.
fn endpoints(program: &Case) -> BTreeSet<(&str, &str)> {
    program.pages.iter().map(|(file, method, _)| (*file, *method)).collect()
}

/// The endpoints of the JavaScript.
fn modules(case: &Value) -> BTreeSet<(&str, &str)> {
    let modules = case["modules"].as_object().into_iter().flatten();
    modules
        .flat_map(|(file, exports)| {
            exports.as_object().into_iter().flatten().map(move |(method, _)| (&**file, &**method))
        })
        .collect()
}

/// Returns true if and only if a case has middleware, or locals that its middleware in Rust sets.
fn has_middleware(case: &Value) -> bool {
    let mut requests = case["requests"].as_array().into_iter().flatten();
    case["middleware_js"].is_string() || requests.any(|it| !it["render_locals"].is_null())
}

/// Compares a response with the expected one. If an endpoint throws, the built-in responses may differ.
pub(crate) fn check(response: Response, expected: &Value, throws: bool) -> Result<(), String> {
    let (head, body) = response.into_parts();
    let bytes = block_on(body::bytes(body)).map_err(|error| error.to_string())?;
    let body = String::from_utf8_lossy(&bytes);
    let is_built_in = expected["body"].as_str().is_some_and(|expected| {
        (throws || !expected.is_empty())
            && BUILT_IN.contains(&expected)
            && *body == head.status.to_string()
    });
    for (key, expected) in expected.as_object().ok_or("nothing is expected")? {
        match &**key {
            "status" => same(&Value::from(head.status.as_u16()), expected)?,
            "body" | "content_type" if is_built_in => {}
            // The reason phrase of a status is not checked: HTTP/2 does not send one.
            "status_text" => {}
            "body" => same(&*body, text(expected))?,
            "body_json_length" => {
                let json: Value = serde_json::from_str(&body).map_err(|error| error.to_string())?;
                same(&json.as_array().map(Vec::len).into(), expected)?;
            }
            "header" => header_is(&head.headers, text(&expected[0]), &expected[1])?,
            "set_cookie" => {
                // Like Next.js, kiln sets the path of the whole host by default.
                let pathless = |cookie: String| cookie.trim_end_matches("; Path=/").to_owned();
                let sent: Vec<String> = cookies(&head.headers).into_iter().map(pathless).collect();
                same(&sent.into(), expected)?;
            }
            "set_cookie_has" => has_cookies(&head.headers, expected)?,
            "content_type" => header_is(&head.headers, header::CONTENT_TYPE.as_str(), expected)?,
            "test_header" => header_is(&head.headers, "test", expected)?,
            "handler" => header_is(&head.headers, "x-handler", expected)?,
            name => header_is(&head.headers, name, expected)?,
        }
    }
    let is_error = head.status == StatusCode::INTERNAL_SERVER_ERROR;
    if is_error && expected["status"] != 500 {
        return Err(format!("{body}"));
    }
    Ok(())
}

/// Checks that a response sets some cookies, with any attributes.
fn has_cookies(headers: &HeaderMap, expected: &Value) -> Result<(), String> {
    let sent = cookies(headers);
    let has = |cookie: &Value| sent.iter().any(|sent| sent.split(';').next() == cookie.as_str());
    match expected.as_array().is_some_and(|cookies| cookies.iter().all(has)) {
        true => Ok(()),
        false => Err(format!("{sent:?} instead of {expected}")),
    }
}

fn header_is(headers: &HeaderMap, name: &str, expected: &Value) -> Result<(), String> {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    same(&Value::from(value), expected).map_err(|error| format!("{name}: {error}"))
}

fn cookies(headers: &HeaderMap) -> Vec<String> {
    let cookies = headers.get_all(header::SET_COOKIE).into_iter();
    cookies.map(|cookie| String::from_utf8_lossy(cookie.as_bytes()).into_owned()).collect()
}
