//! The site as its author tests it: requests through middleware, routing and pages, without a socket.

use http::header::{ALLOW, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{Method, Request, StatusCode};
use kiln::prelude::*;
use kiln::testing::{RequestBody, block_on, call};

use crate::SITE;

/// What came of a request.
struct Answer {
    status: u16,
    headers: http::HeaderMap,
    body: String,
}

impl Answer {
    fn all(&self, name: impl http::header::AsHeaderName) -> Vec<&str> {
        self.headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect()
    }
}

fn send(request: Request<impl Into<RequestBody>>) -> Answer {
    block_on(async {
        let response = call(&SITE, request).await;
        let (head, body) = response.into_parts();
        let body = kiln::body::bytes(body).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        Answer { status: head.status.as_u16(), headers: head.headers, body }
    })
}

fn get(path: &str) -> Answer {
    send(Request::get(path).body(()).unwrap())
}

#[test]
fn a_page_sees_what_the_middleware_left() {
    let home = get("/");
    assert_eq!((home.status, &*home.body), (200, "<h1>Hello, stranger</h1>\n"));
    assert_eq!(home.all("x-order"), ["greeting", "auth", "timing"]);
    let post = get("/posts/a");
    assert!(post.body.ends_with("/posts/a timing auth greeting</p>\n"), "{}", post.body);
    let plain = get("/plain");
    assert_eq!((&*plain.body, plain.all("x-order")), ("<p>false</p>\n", vec![]));
}

#[test]
fn nobody_enters_without_a_cookie() {
    let refused = get("/account");
    assert_eq!((refused.status, refused.all(LOCATION)), (302, vec!["/login"]));
    assert_eq!(refused.all(SET_COOKIE), ["back=/account; Path=/"]);
    let login = Request::post("/session")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(COOKIE, "back=/account")
        .body("name=Ada+L%C3%B3velace")
        .unwrap();
    let login = send(login);
    assert_eq!((login.status, login.all(LOCATION)), (303, vec!["/account"]));
    let cookies = login.all(SET_COOKIE);
    assert_eq!(cookies.len(), 2, "{cookies:?}");
    assert!(cookies[0].contains("HttpOnly") && cookies[0].contains("SameSite=Lax"), "{cookies:?}");
    let session = cookies[0].split(';').next().unwrap();
    let account = send(Request::get("/account").header(COOKIE, session).body(()).unwrap());
    assert_eq!((account.status, &*account.body), (200, "Hello, Ada L\u{f3}velace"));
    let logout = send(Request::delete("/session").header(COOKIE, session).body(()).unwrap());
    assert_eq!((logout.status, logout.all(SET_COOKIE).len()), (204, 1));
}

#[test]
fn a_path_is_the_same_to_all_that_see_it() {
    // Decoded once: neither the middleware nor the router takes it for something else.
    for path in ["/%61ccount", "/account", "/account/", "/%61%63%63ount?x=y"] {
        assert_eq!(get(path).status, 302, "{path}");
    }
    for (path, status) in [
        ("/%2561ccount", 404),
        ("//account", 404),
        ("/x/../account", 400),
        ("/account%2F", 400),
        ("/%zz", 400),
        ("/account%00", 400),
    ] {
        assert_eq!(get(path).status, status, "{path}");
    }
    assert!(get("/posts/%C3%A9%20%C3%A0").body.starts_with("<h1>Third</h1>"));
    assert!(get("/posts/e%CC%81%20a%CC%80").body.starts_with("<h1>Third</h1>"));
}

#[test]
fn another_page_answers() {
    let hi = get("/hi");
    assert_eq!(
        hi.body,
        "<p>Hello, stranger, at http://localhost:4321/hello?from=hi from /hi</p>\n"
    );
    assert_eq!(hi.all("x-order"), ["greeting", "auth", "timing"], "middleware has run once");
    let latest = get("/latest");
    let seen = "<p>b /posts/b /posts/[slug] /latest timing auth greeting</p>";
    assert!(latest.body.contains(seen), "{}", latest.body);
    let twice = ["greeting", "auth", "timing", "greeting", "auth", "timing"];
    assert_eq!(latest.all("x-order"), twice, "middleware has run again");
    for (path, status) in [("/faults/loop", 508), ("/faults/lost", 404)] {
        assert_eq!(get(path).status, status, "{path}");
    }
    assert_eq!(get("/faults/loop").body, "508 Loop Detected");
    assert!(get("/faults/lost").body.starts_with("<p>Nothing here."));
}

#[test]
fn middleware_answers_itself() {
    assert_eq!(get("/answered").body, "<p>The middleware answers</p>\n");
    let moved = get("/moved");
    assert_eq!((moved.status, moved.all(LOCATION)), (301, vec!["/hello"]));
    assert_eq!(get("/faults/caught").body, "caught by the middleware");
}

#[test]
fn it_runs_where_no_route_matches() {
    for path in ["/nowhere", "/posts/none", "/404", "/500", "/api/x.json", "/api/-1.json"] {
        let answer = get(path);
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.body, "<p>Nothing here. Hello, stranger</p>\n", "{path}");
        assert_eq!(answer.all("x-order").len(), 3, "{path}");
    }
}

#[test]
fn failures_tell_the_client_nothing_of_the_inside() {
    for path in
        ["/faults/error", "/faults/panic", "/faults/middleware", "/faults/middleware-panics"]
    {
        let answer = get(path);
        assert_eq!((answer.status, &*answer.body), (500, "<p>It is our fault.</p>\n"), "{path}");
        assert!(answer.all("x-order").is_empty(), "no middleware runs for an error page");
    }
    assert_eq!(get("/faults/missing").status, 404);
    let teapot = get("/faults/teapot");
    assert_eq!((teapot.status, &*teapot.body), (418, "short and stout"));
    let own = get("/faults/other");
    assert_eq!((own.status, &*own.body), (404, ""), "a page's own 404 is its own");
}

#[test]
fn methods_have_their_endpoints() {
    let send = |method: Method, path: &str| {
        send(Request::builder().method(method).uri(path).body(()).unwrap())
    };
    let head = send(Method::HEAD, "/api/7.json");
    assert_eq!((head.status, &*head.body, head.all(CONTENT_LENGTH)), (200, "", vec!["14"]));
    let refused = send(Method::POST, "/api/7.json");
    assert_eq!((refused.status, refused.all(ALLOW)), (405, vec!["GET, HEAD, OPTIONS, PUT"]));
    let options = send(Method::OPTIONS, "/session");
    assert_eq!((options.status, options.all(ALLOW)), (204, vec!["DELETE, OPTIONS, POST"]));
    assert_eq!(send(Method::POST, "/hello").status, 405);
    assert_eq!(send(Method::GET, "/api/8.json").body, "user 8 has left");
}

#[test]
fn bodies_are_read_or_refused() {
    let put = |content_type: &str, body: &'static str| {
        let request = Request::put("/api/7.json").header(CONTENT_TYPE, content_type);
        let answer = send(request.body(body).unwrap());
        (answer.status, answer.body)
    };
    let (status, body) = put("application/json; charset=utf-8", "{\"name\":\"Eve\"}");
    assert_eq!((status, &*body), (201, "7 is Eve"));
    assert_eq!(put("application/merge-patch+json", "{\"name\":\"Eve\"}").0, 201);
    let (status, body) = put("application/json", "{\"name\":");
    assert_eq!(status, 400);
    assert!(body.starts_with("the body is not the expected JSON: EOF"), "{body}");
    let (status, body) = put("text/plain", "{}");
    let expected =
        "expected JSON, but the content type is text/plain: send content-type: application/json";
    assert_eq!((status, &*body), (415, expected));
}

#[test]
fn the_address_of_the_client_is_known_on_request() {
    let mut request = Request::get("/faults/address").body(()).unwrap();
    request.extensions_mut().insert(std::net::SocketAddr::from(([192, 0, 2, 43], 80)));
    assert_eq!(send(request).body, "192.0.2.43");
    assert_eq!(get("/faults/address").status, 500);
}

#[test]
fn an_endpoint_is_called_by_itself() {
    let request = Request::get("/plain").body(Bytes::new()).unwrap();
    let mut ctx = Context::create(request);
    ctx.locals.insert("greeting", "hello");
    let response = crate::page_plain::get(&ctx).into_response();
    assert_eq!(response.status(), StatusCode::OK);
    let error = block_on(ctx.rewrite("/other")).unwrap_err().to_string();
    assert!(error.contains("outside of a site"), "{error}");
}
