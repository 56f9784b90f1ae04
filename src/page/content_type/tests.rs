use axum::Json;
use axum::body::Body;
use axum::response::{AppendHeaders, Html};
use bytes::BytesMut;

use crate::Xml;
use crate::page::content_type::*;
use crate::support::{self, CONFIG};

/// A prerendered route.
fn page() -> &'static Route {
    support::route("/[...path]", CONFIG)
}

/// The content type of the response to a `GET` for a path.
#[track_caller]
fn settled(path: &str, given: impl IntoResponse) -> Option<String> {
    let mut response = given.into_response();
    let is_of_extension = settle(Some(page()), path, &Method::GET, &mut response);
    // A second call changes nothing.
    let again = settle(Some(page()), path, &Method::GET, &mut response);
    assert_eq!(again, is_of_extension, "{path}");
    let types: Vec<_> = response.headers().get_all(header::CONTENT_TYPE).iter().collect();
    assert!(types.len() < 2, "{path}: {types:?}");
    types.first().map(|kind| kind.to_str().expect("text").to_owned())
}

/// A response type of the page that wraps a bare one.
struct Css(String);

impl IntoResponse for Css {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

fn opaque() -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "no-cache")], "a")
}

#[test]
fn bare_text_and_bytes_have_the_type_of_the_extension() {
    let text = || "a".to_owned();
    for (name, given) in [
        ("String", text().into_response()),
        ("&str", "a".into_response()),
        ("Cow<str>", Cow::Borrowed("a").into_response()),
        ("owned Cow<str>", Cow::<str>::Owned(text()).into_response()),
        ("Box<str>", text().into_boxed_str().into_response()),
        ("Vec<u8>", text().into_bytes().into_response()),
        ("Box<[u8]>", text().into_bytes().into_boxed_slice().into_response()),
        ("&[u8]", (&b"a"[..]).into_response()),
        ("&[u8; 1]", b"a".into_response()),
        ("[u8; 1]", [b'a'].into_response()),
        ("Cow<[u8]>", Cow::<[u8]>::Borrowed(b"a").into_response()),
        ("Bytes", Bytes::from_static(b"a").into_response()),
        ("BytesMut", BytesMut::from("a").into_response()),
        ("Body", Body::from("a").into_response()),
        ("()", ().into_response()),
        ("Response", Response::new(Body::from("a"))),
        ("a status", (StatusCode::CREATED, text()).into_response()),
        ("a partial response", (StatusCode::PARTIAL_CONTENT, b"a").into_response()),
        ("headers", ([(header::CACHE_CONTROL, "no-cache")], vec![1]).into_response()),
        ("a type of its own", Css(text()).into_response()),
        ("impl IntoResponse", opaque().into_response()),
        ("Result", Ok::<_, StatusCode>(text()).into_response()),
        ("a copy", (text().into_response().headers().clone(), "a").into_response()),
    ] {
        assert_eq!(settled("a/b.css", given).as_deref(), Some("text/css; charset=utf-8"), "{name}");
    }
}

#[test]
fn a_type_that_the_page_chose_stays() {
    let text = "text/plain; charset=utf-8";
    let of = |kind| [(header::CONTENT_TYPE, kind)];
    for (name, given, expected) in [
        ("Html", Html("a").into_response(), "text/html; charset=utf-8"),
        ("Json", Json(1).into_response(), "application/json"),
        ("Xml", Xml("a").into_response(), "application/xml"),
        ("the default as text", (of(text), "a").into_response(), text),
        ("the default as String", ([("content-type", text.to_owned())], "a").into_response(), text),
        (
            "bytes",
            (of("application/octet-stream"), vec![1]).into_response(),
            "application/octet-stream",
        ),
        (
            "another charset",
            (of("text/css; charset=latin1"), vec![1]).into_response(),
            "text/css; charset=latin1",
        ),
        ("appended", (AppendHeaders(of("text/x")), "a").into_response(), "text/x"),
        (
            "built",
            Response::builder()
                .header("content-type", text)
                .body(Body::empty())
                .expect("a response"),
            text,
        ),
    ] {
        assert_eq!(settled("a/b.css", given).as_deref(), Some(expected), "{name}");
    }
}

#[test]
fn only_known_extensions_count() {
    for (path, expected) in [
        ("style.css", "text/css; charset=utf-8"),
        ("feed.xml", "text/xml; charset=utf-8"),
        ("app.js", "text/javascript; charset=utf-8"),
        ("page.html", "text/html; charset=utf-8"),
        ("a.txt", "text/plain; charset=utf-8"),
        ("data.json", "application/json"),
        ("site.webmanifest", "application/manifest+json"),
        ("icon.svg", "image/svg+xml"),
        ("LOGO.PNG", "image/png"),
        ("a/b.tar.gz", "application/gzip"),
        ("data.json/", "application/json"),
        ("data.bin", "application/octet-stream"),
        ("users", "text/plain; charset=utf-8"),
        ("", "text/plain; charset=utf-8"),
        ("v1.2", "text/plain; charset=utf-8"),
        ("a.css/b", "text/plain; charset=utf-8"),
        (".well-known/security", "text/plain; charset=utf-8"),
        (".well-known/a.json", "application/json"),
    ] {
        assert_eq!(settled(path, "a").as_deref(), Some(expected), "{path}");
    }
    assert_eq!(settled("data.xyzzy", vec![1]).as_deref(), Some("application/octet-stream"));
    assert_eq!(settled("users", Body::from("a")), None);
}

#[test]
fn the_requested_path_decides_after_a_rewrite() {
    let mut response = "a".into_response();
    assert!(settle(Some(page()), "docs/feed.json", &Method::GET, &mut response));
    for (path, expected) in
        [("latest", "application/json"), ("latest.txt", "text/plain; charset=utf-8")]
    {
        settle(Some(page()), path, &Method::GET, &mut response);
        assert_eq!(response.headers()[header::CONTENT_TYPE], expected, "{path}");
    }
    // A type that middleware sets is a choice.
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    assert!(!settle(Some(page()), "latest.txt", &Method::GET, &mut response));
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
}

#[test]
fn an_error_does_not_get_the_type_of_the_file() {
    for status in [StatusCode::NOT_FOUND, StatusCode::INTERNAL_SERVER_ERROR, StatusCode::SEE_OTHER]
    {
        let kind = settled("a.css", (status, "wrong"));
        assert_eq!(kind.as_deref(), Some("text/plain; charset=utf-8"), "{status}");
    }
    assert_eq!(settled("a.css", StatusCode::NO_CONTENT), None);
}

#[test]
fn a_status_alone_has_no_type() {
    for (method, expected) in [(Method::POST, false), (Method::HEAD, true), (Method::GET, true)] {
        let mut response = StatusCode::CREATED.into_response();
        assert_eq!(settle(Some(page()), "a.json", &method, &mut response), expected, "{method}");
        assert_eq!(response.headers().contains_key(header::CONTENT_TYPE), expected, "{method}");
    }
    let mut response = "{}".into_response();
    assert!(settle(Some(page()), "a.json", &Method::POST, &mut response));
}

#[test]
fn a_client_cannot_choose_an_executable_type() {
    let on_request = |pattern: &str| Route { prerender: false, ..*support::route(pattern, CONFIG) };
    let plain = "text/plain; charset=utf-8";
    for (pattern, path, expected) in [
        ("/[...path]", "a.css", "text/css; charset=utf-8"),
        ("/[...path]", "a.html", plain),
        ("/[...path]", "A.XHTML", plain),
        ("/[name].[ext]", "a.svg", plain),
        ("/[name].[ext]", "a.js", plain),
        ("/[name].[ext]", "a.xml", plain),
        ("/[name].[ext]", "a.json", "application/json"),
        ("/[name].html", "a.html", "text/html; charset=utf-8"),
        ("/[name].js", "a.js", "text/javascript; charset=utf-8"),
    ] {
        for route in [Some(on_request(pattern)), None] {
            let is_of_client = route.is_none() && expected != plain && is_active(expected);
            let mut response = "a".into_response();
            settle(route.as_ref(), path, &Method::GET, &mut response);
            let expected = if is_of_client { plain } else { expected };
            assert_eq!(response.headers()[header::CONTENT_TYPE], expected, "{pattern} {path}");
        }
    }
}
