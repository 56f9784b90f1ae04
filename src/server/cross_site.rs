//! Forms that another site sends with the cookies of this one: refused before anything of the site sees them.

use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{Method, StatusCode, header};

use super::connections::Authority;

/// What browsers send to another site without asking it first.
const OF_FORMS: [&str; 3] =
    ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];

/// The answer to a request that another site's page may have made a browser send; `None` for all others.
///
/// `origin` is that of the site. A request that says of no origin that it comes from it is one of another site.
pub(super) fn refuse(head: &Parts, origin: &str) -> Option<Response> {
    if matches!(head.method, Method::GET | Method::HEAD | Method::OPTIONS) || is_own(head, origin) {
        return None;
    }
    let is_harmless = head.headers.get(header::CONTENT_TYPE).is_some_and(|content_type| {
        let said = content_type.to_str().map(str::to_ascii_lowercase);
        said.is_ok_and(|said| !is_of_form(&said))
    });
    let message = format!("Cross-site {} form submissions are forbidden", head.method);
    (!is_harmless).then(|| (StatusCode::FORBIDDEN, message).into_response())
}

/// Returns true if and only if a form can have the content type, in lower case.
fn is_of_form(content_type: &str) -> bool {
    OF_FORMS.iter().any(|form| content_type.contains(form))
}

/// Returns true if and only if a request says that it comes from the site itself, or from the host that it is sent to.
fn is_own(head: &Parts, origin: &str) -> bool {
    let mut values = head.headers.get_all(header::ORIGIN).iter();
    let (Some(said), None) = (values.next().and_then(|value| value.to_str().ok()), values.next())
    else {
        return false;
    };
    let host = said.strip_prefix("http://").or_else(|| said.strip_prefix("https://"));
    let own_host = head.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let parse = |host: &str| host.parse::<Authority>().ok();
    let is_same_host = match (host.and_then(parse), own_host.and_then(parse)) {
        (Some(said), Some(own)) => said == own,
        _ => false,
    };
    said == origin || is_same_host
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::support::vectors::{self, same, text};

    fn head(method: &str, headers: &[(&str, Option<&str>)]) -> Parts {
        let mut request = http::Request::builder().method(method).uri("/api/");
        for (name, value) in headers {
            if let Some(value) = value {
                request = request.header(*name, *value);
            }
        }
        request.body(()).expect("a request").into_parts().0
    }

    #[test]
    fn forms_are_let_in_as_in_astro() {
        vectors::check("check_origin", &[], |case| {
            let content_type = case["content_type"].as_str();
            if let Some(expected) = case["expect_form_like"].as_bool() {
                let said = content_type.unwrap_or_default().to_ascii_lowercase();
                return same(&is_of_form(&said), &expected);
            }
            let origin = text(&case["url"]).splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
            let headers = [("origin", case["origin"].as_str()), ("content-type", content_type)];
            let refused = match case["prerendered"] {
                Value::Bool(true) => None,
                _ => refuse(&head(text(&case["method"]), &headers), &origin),
            };
            same(&refused.is_none(), &case["expect"]["allowed"].as_bool().unwrap_or_default())?;
            let status = refused.map(|refused| u64::from(refused.status().as_u16()));
            same(&status, &case["expect"]["status"].as_u64())
        });
    }

    #[test]
    fn a_host_that_is_asked_is_its_own_origin() {
        for (origin, host, expected) in [
            ("http://example.com", "example.com", true),
            ("https://example.com", "example.com", true),
            ("https://site.example", "localhost:4321", true),
            ("http://evil.com", "example.com", false),
            ("http://good.evil.com", "good", false),
            ("https://example.com:444", "example.com", false),
            ("null", "null", false),
            ("ftp://example.com", "example.com", false),
            ("http://example.com/", "example.com", false),
        ] {
            let headers = [("origin", Some(origin)), ("host", Some(host))];
            let head = head("POST", &headers);
            assert_eq!(refuse(&head, "https://site.example").is_none(), expected, "{origin}");
        }
    }
}
