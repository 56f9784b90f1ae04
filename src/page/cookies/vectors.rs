//! Astro's cases of cookies.

use cookie::time::Duration;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::page::cookies::{Cookie, Cookies, HeaderMap, HeaderValue, Result, header};
use crate::support::vectors::{self, LeftOut, text};

#[test]
fn cookies_are_the_same_as_in_astro() {
    vectors::check("cookies", LEFT_OUT, run);
}

const LEFT_OUT: &LeftOut = &[
    ("a value is text, and `parse` only accepts the booleans of Rust", &["cookies-013"]),
    (
        "the `cookie` crate does not support `Priority`, which is specific to Chrome",
        &["cookies-025"],
    ),
    ("`SameSite=None` implies `Secure`, or browsers drop the cookie", &["cookies-037"]),
];

fn run(case: &Value) -> Result<(), String> {
    let cookies = match case["request_cookie"].as_str() {
        Some(cookie) => {
            let value = HeaderValue::from_str(cookie).expect("a header");
            Cookies::from_headers(&HeaderMap::from_iter([(header::COOKIE, value)]))
        }
        None => Cookies::default(),
    };
    match (&case["expect_headers"], &case["expect_error"]) {
        (Value::Array(headers), _) => sets(&cookies, text(&case["description"]), headers),
        (_, Value::String(_)) => refuses(&cookies, text(&case["description"])),
        _ => vectors::same(&read(&cookies, case), &case["expect"]),
    }
}

/// The result of an operation such as `get foo .json()`. Without a name, it reads the cookie of the request.
fn read(cookies: &Cookies, case: &Value) -> Value {
    let operation = text(&case["op"]);
    let sent = || case["request_cookie"].as_str()?.split_once('=').map(|(name, _)| name);
    let given = operation.split(' ').nth(1).filter(|name| !name.starts_with('.'));
    let name = given.or_else(sent).expect("a name");
    if name.contains('/') {
        let names = || name.split('/');
        let mut all: Vec<Value> = names().map(|name| json!(cookies.get(name))).collect();
        all.push(names().any(|name| cookies.has(name)).into());
        return all.into();
    }
    let value = cookies.get(name);
    match operation.rsplit_once('.').map(|(_, read)| read) {
        Some("json()") => json!(value.and_then(|value| serde_json::from_str::<Value>(&value).ok())),
        Some("number()") => json!(value.and_then(|value| value.parse::<i64>().ok())),
        Some("boolean()") => json!(value.and_then(|value| value.parse::<bool>().ok())),
        _ if operation.starts_with("has") => cookies.has(name).into(),
        _ => json!(value),
    }
}

/// Sets the cookies of the expected headers, because the cases do not specify what they set.
fn sets(cookies: &Cookies, description: &str, headers: &[Value]) -> Result<(), String> {
    // Contexts of one request share their cookies, while Astro merges them.
    let others = cookies.share();
    let cookies = if description.starts_with("merge") { &others } else { cookies };
    for header in headers {
        let mut cookie = Cookie::parse(text(header)).map_err(|error| error.to_string())?;
        let value = percent_decode_str(cookie.value()).decode_utf8_lossy().into_owned();
        cookie.set_value(value);
        let done: anyhow::Result<()> = match cookie.value() {
            "deleted" => {
                cookie.set_max_age(Duration::days(1));
                cookies.delete(cookie);
                Ok(())
            }
            _ => {
                let earlier = cookies.set((cookie.name(), "earlier"));
                earlier.and_then(|()| cookies.set(cookie))
            }
        };
        done.map_err(|error| error.to_string())?;
    }
    let outgoing = cookies.outgoing();
    let outgoing: Vec<Value> =
        outgoing.iter().map(|header| header.to_str().expect("ASCII").into()).collect();
    let headers: Vec<Value> = headers.iter().map(|header| with_path(text(header)).into()).collect();
    vectors::same(&outgoing[..], &headers)
}

/// Adds the path of the whole host, which Astro does not set by default.
fn with_path(header: &str) -> String {
    let mut parts: Vec<&str> = header.split("; ").collect();
    if !parts.iter().any(|part| part.starts_with("Path=")) {
        let is_before = |part: &&str| part.starts_with("Max-Age=") || part.starts_with("Domain=");
        let at = 1 + parts.iter().skip(1).take_while(|part| is_before(part)).count();
        parts.insert(at, "Path=/");
    }
    parts.join("; ")
}

/// Sets an invalid cookie, described between quotes, or a cookie after the response was sent.
fn refuses(cookies: &Cookies, description: &str) -> Result<(), String> {
    let quoted = description.split('"').nth(1);
    if quoted.is_none() {
        cookies.mark_sent();
    }
    let name = quoted.unwrap_or("foo").to_owned();
    let set = match description.split('"').next() {
        Some(what) if what.contains("path") => cookies.set(Cookie::build(("a", "1")).path(name)),
        Some(what) if what.contains("domain") => {
            cookies.set(Cookie::build(("a", "1")).domain(name))
        }
        _ => cookies.set((name, "1")),
    };
    set.err().map(drop).ok_or_else(|| "it was accepted".to_owned())
}
