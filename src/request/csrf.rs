//! Refuses cross-site requests, such as forms that another site sends with the cookies of this one.

use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{Method, StatusCode, header};

use crate::request::authority::Authority;

/// The content types that browsers send to another site without a preflight request.
const OF_FORMS: [&str; 3] =
    ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];

/// Returns the response to a cross-site request; `None` for all others.
///
/// `origin` is that of the site. Requests without a valid `Origin` are treated as cross-site. The response repeats nothing of the
/// request.
pub(crate) fn refuse(head: &Parts, origin: &str) -> Option<Response> {
    if matches!(head.method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return None;
    }
    let (reason, setting) = wrong_origin(head, origin)?;
    let is_harmless = head.headers.get(header::CONTENT_TYPE).is_some_and(|content_type| {
        let said = content_type.to_str().map(str::to_ascii_lowercase);
        said.is_ok_and(|said| !is_of_form(&said))
    });
    let message = format!(
        "cross-site requests of this kind are forbidden: {reason}\n  hint: {setting}; `check-origin = false` in `[server]` of kiln.toml allows requests from every site\n"
    );
    (!is_harmless).then(|| (StatusCode::FORBIDDEN, message).into_response())
}

/// Returns true if and only if a form can be sent with a content type, in lower case.
fn is_of_form(content_type: &str) -> bool {
    OF_FORMS.iter().any(|form| content_type.contains(form))
}

/// What is wrong with the `Origin` of a request, and what to do about it; `None` for the origin of the site, and of the host that
/// the request is sent to.
fn wrong_origin(head: &Parts, origin: &str) -> Option<(&'static str, &'static str)> {
    const SEND: &str = "send the header `Origin` with the site's own origin, or a content type that no form has, such as `application/json`";
    const SETTINGS: &str = "the site's own origins are `site` of kiln.toml, or the hosts of `allowed-hosts` in `[server]`, and the host that the request is sent to";
    let mut values = head.headers.get_all(header::ORIGIN).iter();
    let said = match (values.next(), values.next()) {
        (None, _) => return Some(("the request has no header `Origin`", SEND)),
        (Some(_), Some(_)) => return Some(("the request has more than one header `Origin`", SEND)),
        (Some(said), None) => said.to_str().unwrap_or_default(),
    };
    let host = said.strip_prefix("http://").or_else(|| said.strip_prefix("https://"));
    let own_host = head.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let parse = |host: &str| host.parse::<Authority>().ok();
    let is_same_host = match (host.and_then(parse), own_host.and_then(parse)) {
        (Some(said), Some(own)) => said == own,
        _ => false,
    };
    match said {
        said if said == origin || is_same_host => None,
        "null" => {
            Some(("the header `Origin` is `null`, which hides where the request comes from", SEND))
        }
        _ => Some(("the header `Origin` is not an origin of this site", SETTINGS)),
    }
}

#[cfg(test)]
mod tests {
    use http::Request;
    use serde_json::Value;

    use super::*;
    use crate::support::vectors::{self, same, text};

    fn head(method: &str, headers: &[(&str, Option<&str>)]) -> Parts {
        let given = |(name, value): &(_, Option<_>)| Some((*name, (*value)?));
        let request = Request::builder().method(method).uri("/api/");
        let headers = headers.iter().filter_map(given);
        let request = headers.fold(request, |request, (name, value)| request.header(name, value));
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
    fn a_refusal_names_the_reason_and_the_setting() {
        for (origins, reason, setting) in [
            (&[][..], "has no header `Origin`", "application/json"),
            (&["null"], "is `null`", "application/json"),
            (&["https://evil.example"], "is not an origin of this site", "`allowed-hosts`"),
            (&["<script>"], "is not an origin of this site", "`site` of kiln.toml"),
            (&["http://a", "http://b"], "more than one header `Origin`", "application/json"),
        ] {
            let headers: Vec<_> = origins.iter().map(|origin| ("origin", Some(*origin))).collect();
            let refused = refuse(&head("PROPFIND", &headers), "https://site.example");
            let body = refused.expect("a refusal").into_body();
            let bytes = crate::request::runtime::block_on(crate::page::response::body::bytes(body))
                .expect("a body");
            let text = String::from_utf8_lossy(&bytes).into_owned();
            assert!(text.contains(reason) && text.contains(setting), "{text}");
            assert!(text.contains("`check-origin = false` in `[server]`"), "{text}");
            assert!(!origins.iter().any(|origin| *origin != "null" && text.contains(origin)));
            assert!(!text.contains("PROPFIND"), "{text}");
        }
    }

    #[test]
    fn the_host_of_a_request_is_a_valid_origin() {
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
