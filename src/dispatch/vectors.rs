//! Cases of Astro and Next.js: which endpoint answers a method.

use std::fmt::Write;

use http::Request;
use serde_json::{Value, json};

use crate::support::scripted_site::Program;
use crate::support::vectors::{self, LeftOut, same, text};
use crate::support::{CONFIG, exchange};
use crate::testing::{block_on, call};

#[test]
fn methods_are_those_of_astro() {
    vectors::check("methods", ASTRO, of_astro);
}

const ASTRO: &LeftOut = &[
    (
        "a method without export is 405, and `OPTIONS` is answered",
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
        "an answer that is no response does not compile",
        &["methods-007", "methods-008", "methods-051", "methods-052", "methods-053"],
    ),
    ("a page without a method fails the build", &["methods-045", "methods-046", "methods-047"]),
    ("a redirect with a status that is none is an error", &["methods-059"]),
];

#[test]
fn methods_are_those_of_next() {
    vectors::check("next_methods", NEXT, of_next);
}

const NEXT: &LeftOut = &[(
    "the code generator refuses a `post` that could only be prerendered",
    &["[\"GET\",\"POST\"]"],
)];

fn of_astro(case: &Value) -> Result<(), String> {
    let path = case["path"].as_str().unwrap_or("/a");
    let sources = exports(case)
        .map(|name| match (case["module"][name].as_str(), case["path"].as_str()) {
            (Some(source), _) => Ok((name, source.to_owned())),
            (None, Some(_)) => answers_as_expected(&case["expect"]).map(|source| (name, source)),
            (None, None) => Ok((name, says_its_name(name))),
        })
        .collect::<Result<Vec<_>, String>>()?;
    let response = send(path, &sources, text(&case["request_method"]))?;
    let throws = sources.iter().any(|(_, source)| source.contains("throw "));
    exchange::check(response, &case["expect"], throws)
}

/// Where Next.js answers methods that do not exist with 400, kiln has one answer for all that no endpoint takes.
fn of_next(case: &Value) -> Result<(), String> {
    if let Some(error) = case["error"].as_str() {
        return Err(format!("a matter of the code generator: {error}"));
    }
    let sources: Vec<_> = exports(case).map(|name| (name, says_its_name(name))).collect();
    let responses = case["responses"].as_object().ok_or("no responses")?;
    for (method, expected) in responses {
        let status = &expected["status"];
        let answers = expected["via"].as_str().unwrap_or(method);
        let handler = (status == 200).then_some(answers);
        let mut of_response = json!({ "status": status, "x-handler": handler });
        if !expected["allow"].is_null() {
            of_response["allow"] = expected["allow"].clone();
        }
        let response = send("/a", &sources, method)?;
        exchange::check(response, &of_response, false)
            .map_err(|error| format!("{method}: {error}"))?;
    }
    same(&send("/a", &sources, "BREW")?.status().as_u16(), &405)
}

fn exports(case: &Value) -> impl Iterator<Item = &str> {
    case["exports"].as_array().into_iter().flatten().map(text)
}

fn send(
    path: &str,
    sources: &[(&str, String)],
    method: &str,
) -> Result<axum::response::Response, String> {
    let mut program = Program::default();
    let sources = sources.iter().map(|(name, source)| (*name, &**source));
    program
        .page(&format!("{}.ts", &path[1..]), false, sources, &CONFIG)
        .map_err(|error| error.to_string())?;
    let (site, program) = program.site(&CONFIG, "");
    let request = Request::builder().method(method).uri(path).body(()).expect("a request");
    let response = block_on(call(site, request));
    program.check()?;
    Ok(response)
}

/// An endpoint that says which it is, and what it was called for.
fn says_its_name(name: &str) -> String {
    format!(
        "c=>new Response('{name}:'+c.request.method,{{headers:{{'x-handler':'{name}','content-type':'text/plain;charset=UTF-8'}}}})"
    )
}

/// The endpoint of a case that shows none of it: it answers what is expected, half of the cookies by the context. What
/// is compared is what becomes of that on the way.
fn answers_as_expected(expected: &Value) -> Result<String, String> {
    let mut headers = Vec::new();
    let mut body = "'a body'".to_owned();
    let mut by_context = String::new();
    for (key, value) in expected.as_object().ok_or("nothing is expected")? {
        match (&**key, value) {
            // That HEAD has no body is kiln's to see to.
            ("status" | "handler", _) => {}
            ("body", value) if value == "" => {}
            ("body", value) => body = value.to_string(),
            ("body_json_length", _) => {
                let length = usize::try_from(value.as_u64().unwrap_or(0)).expect("a length");
                body = format!("'{}'", json!(vec![0; length]));
            }
            ("set_cookie", Value::Array(cookies)) => {
                let (first, last) = cookies.split_at(cookies.len().div_ceil(2));
                headers.extend(first.iter().map(|cookie| json!(["set-cookie", cookie])));
                for cookie in last.iter().map(text) {
                    match cookie.split_once('=') {
                        Some((name, value)) => {
                            write!(by_context, "c.cookies.set('{name}','{value}');")
                                .expect("memory");
                        }
                        None => headers.push(json!(["set-cookie", cookie])),
                    }
                }
            }
            ("test_header", _) => headers.push(json!(["test", value])),
            ("content_type", _) => headers.push(json!(["content-type", value])),
            (name, Value::String(_)) => headers.push(json!([name, value])),
            _ => {}
        }
    }
    if expected["status"] == 500 && expected["body"].is_null() {
        return Err("an endpoint that gives no response".to_owned());
    }
    let init = json!({ "status": expected["status"].as_u64().unwrap_or(200), "headers": headers });
    Ok(format!("c=>{{{by_context}return new Response({body},{init})}}"))
}
