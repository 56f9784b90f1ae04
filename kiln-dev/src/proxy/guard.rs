//! Refuses requests that pages of other sites send.

use http::header::{self, HeaderName};
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode};

use super::hosts::Hosts;

const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// A refused request: the status, and a text that repeats nothing of it.
pub(crate) type Refusal = (StatusCode, &'static str);

/// Checks the host and the origin of a request.
pub(crate) fn check(head: &Parts, hosts: &Hosts) -> Result<(), Refusal> {
    let host = host(head)?;
    let target = head.uri.authority().map(http::uri::Authority::as_str);
    if !hosts.has(host) || !target.is_none_or(|target| hosts.has(target)) {
        return Err((
            StatusCode::FORBIDDEN,
            "the server of `cargo dev` does not answer at this host\nhint: add the host to `allowed-hosts` in `[server]` of kiln.toml\n",
        ));
    }
    if is_cross_site(head) {
        return Err((
            StatusCode::FORBIDDEN,
            "pages of other sites cannot use the server of `cargo dev`\n",
        ));
    }
    if is_upgrade(&head.headers) && !is_own_origin(&head.headers, host) {
        return Err((StatusCode::FORBIDDEN, "only pages of this site can open a connection\n"));
    }
    Ok(())
}

/// Checks a request that makes this program do something, beside the [other checks](check).
pub(crate) fn is_of_own_page(head: &Parts) -> bool {
    let is_same = one(&head.headers, &SITE).is_none_or(|site| site == "same-origin");
    let host = host(head).unwrap_or_default();
    head.method == Method::POST && is_same && is_own_origin(&head.headers, host)
}

/// The only host of a request.
fn host(head: &Parts) -> Result<&str, Refusal> {
    one(&head.headers, &header::HOST)
        .ok_or((StatusCode::BAD_REQUEST, "the request must name one valid host\n"))
}

/// Returns true if and only if a page of another site has sent a request, other than by leading there.
fn is_cross_site(head: &Parts) -> bool {
    let is_navigation = one(&head.headers, &MODE) == Some("navigate");
    one(&head.headers, &SITE) == Some("cross-site") && !is_navigation
}

/// Returns true if and only if a request asks for another protocol, such as a websocket.
pub(crate) fn is_upgrade(headers: &HeaderMap) -> bool {
    headers.contains_key(header::UPGRADE)
}

fn is_own_origin(headers: &HeaderMap, host: &str) -> bool {
    let origin = one(headers, &header::ORIGIN);
    origin
        .and_then(|origin| origin.strip_prefix("http://"))
        .is_some_and(|of| of.eq_ignore_ascii_case(host))
}

/// The value of a header; `None` if it is repeated.
fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn status(headers: &[(&str, &str)]) -> u16 {
        let request =
            headers.iter().fold(Request::get("/"), |it, (name, value)| it.header(*name, *value));
        let (head, ()) = request.body(()).expect("a request").into_parts();
        check(&head, &Hosts::of(None)).map_or_else(|(status, _)| status.as_u16(), |()| 200)
    }

    #[test]
    fn pages_of_other_sites_are_refused() {
        let own = ("host", "localhost:4321");
        for (headers, expected) in [
            (vec![own], 200),
            (vec![], 400),
            (vec![own, own], 400),
            (vec![("host", "evil.example")], 403),
            (vec![own, ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")], 403),
            (vec![own, ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "cors")], 403),
            (vec![own, ("sec-fetch-site", "cross-site")], 403),
            (vec![own, ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")], 200),
            (vec![own, ("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "cors")], 200),
            (vec![own, ("upgrade", "websocket")], 403),
            (vec![own, ("upgrade", "websocket"), ("origin", "null")], 403),
            (vec![own, ("upgrade", "websocket"), ("origin", "https://evil.example")], 403),
            (vec![own, ("upgrade", "websocket"), ("origin", "http://localhost:1")], 403),
            (vec![own, ("upgrade", "websocket"), ("origin", "http://localhost:4321")], 200),
        ] {
            assert_eq!(status(&headers), expected, "{headers:?}");
        }
    }

    #[test]
    fn a_whole_url_must_be_of_an_accepted_host() {
        let request = Request::get("http://evil.example/").header("host", "localhost");
        let (head, ()) = request.body(()).expect("a request").into_parts();
        assert!(check(&head, &Hosts::of(None)).is_err());
    }

    #[test]
    fn only_an_own_page_can_make_the_program_do_something() {
        let own = ("origin", "http://localhost:4321");
        for (method, headers, expected) in [
            ("POST", vec![own], true),
            ("POST", vec![own, ("sec-fetch-site", "same-origin")], true),
            ("POST", vec![own, ("sec-fetch-site", "same-site")], false),
            ("GET", vec![own], false),
            ("POST", vec![], false),
            ("POST", vec![("origin", "null")], false),
            ("POST", vec![("origin", "http://localhost:4322")], false),
        ] {
            let request =
                Request::builder().method(method).uri("/").header("host", "localhost:4321");
            let request =
                headers.iter().fold(request, |it, (name, value)| it.header(*name, *value));
            let (head, ()) = request.body(()).expect("a request").into_parts();
            assert_eq!(is_of_own_page(&head), expected, "{method} {headers:?}");
        }
    }
}
