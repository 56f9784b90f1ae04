//! Tests of the site: requests through routing, middleware where there is some, and pages, without a socket.

use kiln::http::Request;
use kiln::http::header::CONTENT_TYPE;
use kiln::testing::{block_on, call};

use crate::{SITE, routes};

/// The status, the content type and the text of what answers a path.
fn get(path: &str) -> (u16, String, String) {
    block_on(async {
        let request = Request::get(path).body(()).expect("a request");
        let response = call(&SITE, request).await;
        let content_type = response
            .headers()
            .get(CONTENT_TYPE)
            .map(|value| value.to_str());
        let content_type = content_type
            .expect("a content type")
            .expect("ASCII")
            .to_owned();
        let status = response.status().as_u16();
        let body = kiln::body::bytes(response.into_body())
            .await
            .expect("a whole body");
        (
            status,
            content_type,
            String::from_utf8_lossy(&body).into_owned(),
        )
    })
}

#[test]
fn a_post_is_there_as_json() {
    let link = routes::api::posts::slug_json("how-this-site-works");
    let (status, content_type, body) = get(&link);
    assert_eq!((status, &*content_type), (200, "application/json"));
    assert!(body.contains("\"title\":\"How this site works\""), "{body}");
}

#[test]
fn what_does_not_exist_is_the_404_page() {
    let (status, content_type, body) = get("/posts/no-such-post");
    assert_eq!((status, &*content_type), (404, "text/html; charset=utf-8"));
    assert!(body.contains("<h1>"), "{body}");
}

#[test]
fn drafts_are_not_published() {
    let (status, _, _) = get(&routes::posts::slug("glazes-to-try"));
    assert_eq!(status, 404);
}
