//! Requests of a case, and whether their responses are what it expects.

use std::sync::Arc;

use axum::response::Response;
use http::{HeaderMap, Request, StatusCode, header};
use serde_json::Value;

use super::scripted_site::Program;
use super::vectors::{self, same, text};
use super::{leak, script};
use crate::response::body;
use crate::site::Site;
use crate::testing::{block_on, call};

/// The answers of Astro that no page gives. Those of kiln are the status and its name.
const BUILT_IN: [&str; 3] = ["", "Loop Detected", "<<built-in default 404 HTML>>"];

/// A case with `modules`, `middleware_js` and `requests`: a site is made of it, and each request is sent.
pub(crate) fn run(case: &Value) -> Result<(), String> {
    for request in case["requests"].as_array().ok_or("no requests")? {
        let (site, program) = site(case, request).map_err(|error| error.to_string())?;
        let sent = Request::builder().method(text(&request["method"])).uri(text(&request["path"]));
        let response = block_on(call(site, sent.body(()).map_err(|error| error.to_string())?));
        program.check()?;
        let throws = case["modules"].to_string().contains("throw ");
        check(response, &request["expect"], throws)
            .map_err(|error| format!("{}: {error}", request["path"]))?;
    }
    Ok(())
}

fn site(case: &Value, request: &Value) -> anyhow::Result<(&'static Site, Arc<Program>)> {
    let mut program = Program::default();
    // What the texts of cases name and do not declare.
    program.scope.declare("k", script::Value::Number(0.0));
    program.scope.declare("cr", script::Value::Bool(false));
    program.middleware(case["middleware_js"].as_str().unwrap_or_default())?;
    for (name, value) in request["render_locals"].as_object().into_iter().flatten() {
        program.locals.push((name.clone(), script::Value::of_json(value)));
    }
    let given = &case["config"];
    let config = leak(vectors::config(given));
    let prerendered = given["prerendered"].as_array().map(Vec::as_slice).unwrap_or_default();
    for (file, exports) in case["modules"].as_object().into_iter().flatten() {
        let is_prerendered = prerendered.iter().any(|name| name == file);
        let exports = exports.as_object().into_iter().flatten();
        let exports = exports.map(|(name, source)| (&**name, text(source)));
        program.page(file, is_prerendered, exports, config)?;
    }
    Ok(program.site(config, ""))
}

/// Whether a response is the expected one. Where an endpoint throws, that may be an answer that no page gives.
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
            "body" => same(&*body, text(expected))?,
            "body_json_length" => {
                let json: Value = serde_json::from_str(&body).map_err(|error| error.to_string())?;
                same(&json.as_array().map(Vec::len).into(), expected)?;
            }
            "header" => header_is(&head.headers, text(&expected[0]), &expected[1])?,
            "set_cookie" => {
                // kiln gives a cookie without a path that of the whole host, as Next.js does.
                let pathless = |cookie: String| cookie.trim_end_matches("; Path=/").to_owned();
                let sent: Vec<String> = cookies(&head.headers).into_iter().map(pathless).collect();
                same(&sent.into(), expected)?;
            }
            "set_cookie_has" => {
                let sent = cookies(&head.headers);
                let has = |cookie: &Value| {
                    sent.iter().any(|sent| sent.split(';').next() == cookie.as_str())
                };
                if !expected.as_array().is_some_and(|cookies| cookies.iter().all(has)) {
                    return Err(format!("{sent:?} and not {expected}"));
                }
            }
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

fn header_is(headers: &HeaderMap, name: &str, expected: &Value) -> Result<(), String> {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    same(&Value::from(value), expected).map_err(|error| format!("{name}: {error}"))
}

fn cookies(headers: &HeaderMap) -> Vec<String> {
    let cookies = headers.get_all(header::SET_COOKIE).into_iter();
    cookies.map(|cookie| String::from_utf8_lossy(cookie.as_bytes()).into_owned()).collect()
}
