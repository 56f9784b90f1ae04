use crate::page::cookies::*;
use crate::support::random::Random;

fn cookies(header: &'static str) -> Cookies {
    let headers = [(header::COOKIE, HeaderValue::from_static(header))];
    Cookies::from_headers(&headers.into_iter().collect())
}

#[test]
fn new_cookies_override_those_of_the_request() {
    let cookies = cookies("a=1; b=2; empty=");
    assert_eq!(cookies.get("a").as_deref(), Some("1"));
    cookies.set(("a", "two words")).unwrap();
    cookies.delete("b");
    assert_eq!(cookies.get("a").as_deref(), Some("two words"));
    assert_eq!((cookies.get("b"), cookies.has("b")), (None, false));
    assert_eq!((cookies.get("empty"), cookies.has("empty")), (None, true));
    assert_eq!((cookies.get("c"), cookies.has("c")), (None, false));
    cookies.set(("b", "")).unwrap();
    assert_eq!((cookies.get("b").as_deref(), cookies.has("b")), (Some(""), true));
}

#[test]
fn a_replaced_cookie_keeps_its_position() {
    let cookies = Cookies::default();
    for (name, value) in [("a", "1"), ("b", "2"), ("a", "3")] {
        cookies.set((name, value)).unwrap();
    }
    assert_eq!(cookies.outgoing(), ["a=3; Path=/", "b=2; Path=/"]);
    cookies.delete(Cookie::build(("a", "x")).path("/"));
    let deleted = "a=deleted; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT";
    assert_eq!(cookies.outgoing(), [deleted, "b=2; Path=/"]);
    assert_eq!(cookies.first_outgoing().as_deref(), Some("a"));
}

#[test]
fn a_cookie_without_a_path_is_for_the_whole_site() {
    let cookies = Cookies::default();
    cookies.set(("set", "1")).unwrap();
    cookies.delete("deleted");
    cookies.set(Cookie::build(("of-folder", "1")).path("/docs")).unwrap();
    cookies.delete(Cookie::build("deleted-in-folder").path("/docs"));
    cookies.set(Cookie::build(("of-page", "1")).path("")).unwrap();
    let deleted = |name: &str, path: &str| {
        format!("{name}=deleted; Path={path}; Expires=Thu, 01 Jan 1970 00:00:00 GMT")
    };
    let expected = [
        "set=1; Path=/",
        &deleted("deleted", "/"),
        "of-folder=1; Path=/docs",
        &deleted("deleted-in-folder", "/docs"),
        "of-page=1",
    ];
    assert_eq!(cookies.outgoing(), expected);
}

#[test]
fn names_need_not_be_literals() {
    let cookies = Cookies::default();
    let name = String::from("a");
    cookies.set((&*name, &*name)).unwrap();
    cookies.delete(&*name);
    cookies.set((name, "1")).unwrap();
    assert_eq!(cookies.get("a").as_deref(), Some("1"));
}

#[test]
fn a_refused_cookie_changes_nothing() {
    let cookies = cookies("a=1");
    cookies.set(Cookie::build(("a", "2")).path("/\r\nx: y")).unwrap_err();
    cookies.delete("a;");
    assert_eq!(cookies.get("a").as_deref(), Some("1"));
    assert_eq!(cookies.first_outgoing(), None);
}

#[test]
fn cookies_after_the_response_are_refused() {
    let cookies = Cookies::default();
    cookies.set(("a", "1")).unwrap();
    cookies.mark_sent();
    let late = "the cookie \"a\" was set too late: the response has already been created";
    assert_eq!(cookies.set(("a", "2")).unwrap_err().to_string(), late);
    assert_eq!(cookies.outgoing(), ["a=1; Path=/"]);
    let unused = Cookies::default();
    unused.mark_sent();
    unused.set(("a", "1")).unwrap_err();
}

#[test]
fn a_rewrite_shares_the_cookies() {
    let request = Cookies::default();
    let rewrite = request.share();
    rewrite.set(("a", "1")).unwrap();
    request.set(("b", "2")).unwrap();
    assert_eq!(request.outgoing(), ["a=1; Path=/", "b=2; Path=/"]);
    assert_eq!(rewrite.outgoing(), request.outgoing());
    request.mark_sent();
    rewrite.set(("c", "3")).unwrap_err();
}

#[test]
fn a_request_without_cookies_takes_no_memory() {
    let cookies = Cookies::from_headers(&HeaderMap::new());
    assert_eq!((cookies.get("a"), cookies.has("a")), (None, false));
    assert_eq!((cookies.outgoing().len(), cookies.first_outgoing()), (0, None));
    assert!(cookies.shared.get().is_none());
}

#[test]
fn threads_share_cookies() {
    let cookies = Cookies::default();
    std::thread::scope(|scope| {
        for at in 0..8 {
            let cookies = &cookies;
            scope.spawn(move || cookies.set((format!("name{at}"), "1")).unwrap());
        }
    });
    assert_eq!(cookies.outgoing().len(), 8);
}

#[test]
fn values_are_not_shown() {
    let cookies = cookies("session=secret");
    cookies.set(("token", "secret")).unwrap();
    let shown = "Cookies { request: [\"session\"], outgoing: [\"token\"] }";
    assert_eq!(format!("{cookies:?}"), shown);
}

/// Every value is the same after a browser has stored it and sent it back.
#[test]
fn values_survive_a_round_trip() {
    let pieces = [
        "a",
        " ",
        "%",
        "%41",
        ";",
        "=",
        ",",
        "\"",
        "\\",
        "\t",
        "\u{7f}",
        "é",
        "\u{1f980}",
        "+",
        "/",
    ];
    for seed in 0..2_000 {
        let mut random = Random::new(seed);
        let value: String = (0..=random.below(6)).map(|_| random.one_of(&pieces)).collect();
        let cookies = Cookies::default();
        cookies.set(Cookie::build(("a", &*value)).path("/").http_only(true)).unwrap();
        let header = cookies.outgoing().remove(0);
        let kept = header.to_str().unwrap().strip_suffix("; Path=/; HttpOnly").unwrap();
        let sent = HeaderValue::try_from(format!("b=1; {kept}; c=2")).unwrap();
        let cookies = Cookies::from_headers(&HeaderMap::from_iter([(header::COOKIE, sent)]));
        assert_eq!(cookies.get("a").as_deref(), Some(&*value), "{kept}");
    }
}

#[test]
fn invalid_headers_do_not_panic() {
    let bytes = b"a=;% \t\"\xc3\xbc\xff0";
    for seed in 0..2_000 {
        let mut random = Random::new(seed);
        let header: Vec<u8> = (0..random.below(40)).map(|_| random.one_of(bytes)).collect();
        let header = HeaderValue::from_bytes(&header).unwrap();
        let cookies = Cookies::from_headers(&HeaderMap::from_iter([(header::COOKIE, header)]));
        let shown = format!("{cookies:?}");
        assert!(!cookies.has("a") || shown.contains("\"a\""), "{shown}");
        assert!(cookies.has("a") || cookies.get("a").is_none(), "{shown}");
    }
}
