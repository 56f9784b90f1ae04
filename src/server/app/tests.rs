use std::cell::Cell;

use axum::response::IntoResponse;

use crate::config::header_rule::HeaderRule;
use crate::middleware::{Middleware, Next};
use crate::page::context::Context;
use crate::page::route::{Endpoint, ResponseFuture};
use crate::server::app::*;
use crate::server::live::Unbuilt;
use crate::server::served::{Sent, Served};
use crate::support::{self, CONFIG, leak};

thread_local! {
    /// How often code of the site was called.
    static CALLED: Cell<usize> = const { Cell::new(0) };
}

fn count() {
    CALLED.set(CALLED.get() + 1);
}

const PAGE: Endpoint = Endpoint::OnContext(|_| {
    count();
    Box::pin(async { Ok("a page".into_response()) })
});

const RULES: &[HeaderRule] =
    &[HeaderRule { before: "/", after: Some(""), headers: &[("x-rule", "on")], line: 1 }];

fn on_request<'a>(ctx: &'a mut Context, next: Next<'a>) -> ResponseFuture<'a> {
    count();
    Box::pin(next.run(ctx))
}

/// A site without a build, so that all pages are called.
fn site(routes: usize, middleware: Option<Middleware>) -> &'static Site {
    let site = support::site(&["/", "/form", "/any", "/users/[id]", "/[...rest]"], CONFIG);
    let endpoints: [&[(&str, Endpoint)]; 5] = [
        &[("GET", PAGE)],
        &[("GET", PAGE), ("POST", PAGE)],
        &[("ALL", PAGE)],
        &[("GET", PAGE), ("PUT", PAGE)],
        &[("PATCH", PAGE)],
    ];
    let route = |(at, endpoints): (usize, &'static [(&'static str, Endpoint)])| Route {
        prerender: at == 0,
        endpoints,
        accepts: Some(|params| {
            count();
            params.iter().all(|(_, value)| value != "nobody" && !value.is_empty())
        }),
        ..site.routes[at]
    };
    let routes: Vec<Route> = endpoints.into_iter().take(routes).enumerate().map(route).collect();
    let (folder, routes) = ("/nowhere/at/all", routes.leak());
    leak(Site { folder, routes, headers: RULES, middleware, ..site })
}

/// Not with `site.out_folder()`: that of a site without a folder is the `dist` of whatever folder the tests run in.
fn serve(site: &'static Site) -> Served {
    Served::start(site, "/nowhere/at/all/dist".as_ref(), Unbuilt::Pages)
}

const OWN: &[(&str, &str)] = &[("host", "good"), ("origin", "http://good")];
const JSON: &[(&str, &str)] = &[("content-type", "application/json")];

#[test]
fn what_a_page_does_not_answer_is_said_before_the_origin_is_asked_for() {
    let site = site(5, None);
    for (method, path, status, own) in [
        ("DELETE", "/", 405, 405),
        ("PROPFIND", "/", 405, 405),
        ("POST", "/", 405, 405),
        ("GET", "/", 200, 200),
        ("OPTIONS", "/", 204, 204),
        ("DELETE", "/form", 405, 405),
        ("PROPFIND", "/form", 405, 405),
        ("POST", "/form", 403, 200),
        ("PROPFIND", "/any", 403, 200),
        ("DELETE", "/any", 403, 200),
        ("DELETE", "/users/7", 405, 405),
        ("PUT", "/users/7", 403, 200),
        // The params are checked after the origin.
        ("PUT", "/users/nobody", 403, 405),
        ("DELETE", "/other", 405, 405),
        ("PATCH", "/other", 403, 200),
        ("GET", "/other", 405, 405),
    ] {
        let is_called = status == 200;
        for (headers, status) in [(&[][..], status), (OWN, own), (JSON, own)] {
            let before = CALLED.get();
            let response = serve(site).send(method, path, headers);
            assert_eq!(response.status, status, "{method} {path} {headers:?}");
            let allow = response.headers.contains_key(header::ALLOW);
            assert_eq!(allow, [405, 204].contains(&status), "{method} {path}");
            if status == 403 {
                assert_eq!(CALLED.get(), before, "{method} {path}: code of the site ran");
            } else if !is_called {
                assert_eq!(response.headers["x-rule"], "on", "{method} {path}");
            }
        }
    }
}

#[test]
fn a_request_about_the_server_has_no_path() {
    let site = site(4, Some(Middleware { on_request, matcher: None }));
    let before = CALLED.get();
    for (method, status) in [("OPTIONS", 204), ("GET", 400)] {
        assert_eq!(serve(site).send(method, "*", &[]).status, status, "{method}");
    }
    assert_eq!(CALLED.get(), before, "code of the site ran");
}

#[test]
fn a_page_that_is_missing_stays_missing() {
    let site = site(4, None);
    for method in ["DELETE", "POST", "PROPFIND", "GET"] {
        assert_eq!(serve(site).send(method, "/other", &[]).status, 404, "{method}");
        assert_eq!(serve(site).send(method, "/form/x", &[]).status, 404, "{method}");
    }
}

#[test]
fn middleware_never_sees_what_another_site_sends() {
    let site = site(4, Some(Middleware { on_request, matcher: None }));
    // Middleware may answer for a path without a page.
    for (method, path, status) in [
        ("DELETE", "/", 405),
        ("DELETE", "/form", 405),
        ("POST", "/form", 403),
        ("POST", "/x", 403),
    ] {
        let before = CALLED.get();
        assert_eq!(serve(site).send(method, path, &[]).status, status, "{method} {path}");
        let params_are_asked = method == "DELETE" && path == "/form";
        assert_eq!(CALLED.get() - before, usize::from(params_are_asked), "{method} {path}");
    }
}

#[test]
fn a_prerendered_page_that_is_rendered_again_encodes_where_it_leads() {
    let endpoints: &[(&str, Endpoint)] = &[(
        "GET",
        Endpoint::OnContext(|_| {
            let location = HeaderValue::from_bytes("/caf\u{e9} a".as_bytes()).expect("a header");
            let response = (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response();
            Box::pin(async { Ok(response) })
        }),
    )];
    let site = support::site(&["/a"], CONFIG);
    let routes = vec![Route { endpoints, revalidate: Some(1), ..site.routes[0] }].leak();
    let site = leak(Site { folder: "/nowhere/at/all", routes, ..site });
    let Served { app, runtime } = serve(site);
    let path = RoutePath::of_segments("a").expect("a path");
    let rendered = render::like_a_build(app.server, &site.routes[0], path)();
    let response = runtime.block_on(rendered).expect("a response");
    assert_eq!(response.headers()["location"], "/caf%C3%A9%20a");
}

#[test]
fn without_a_build_requested_files_are_served() {
    let folder = std::env::temp_dir().join(format!("kiln-unbuilt-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("assets")).expect("a folder");
    std::fs::write(folder.join("assets/a.txt"), "text").expect("a file");
    let endpoint =
        Endpoint::OnContext(|ctx| Box::pin(async { Ok(ctx.asset("a.txt")?.into_response()) }));
    let route = Route { endpoints: leak([("GET", endpoint)]), ..*support::route("/", CONFIG) };
    let (folder_text, routes) = (folder.display().to_string().leak(), vec![route].leak());
    let site = leak(Site {
        folder: folder_text,
        routes,
        headers_with_assets: RULES,
        ..support::site(&[], CONFIG)
    });
    // Each is another server, which has not rendered the page.
    let send = |method: &str, path: &str, headers: &[(&str, &str)]| {
        serve(site).send(method, path, headers)
    };
    let text = |sent: &Sent| String::from_utf8(sent.bytes.to_vec()).expect("UTF-8");
    let url = text(&send("GET", "/", &[]));
    let response = send("GET", &url, &[]);
    assert_eq!(response.status, StatusCode::OK);
    assert_eq!(response.headers["x-rule"], "on");
    assert_eq!(text(&response), "text");
    let part = send("GET", &url, &[("range", "bytes=1-2")]);
    assert_eq!(text(&part), "ex");
    assert_eq!(send("DELETE", &url, &[]).status, StatusCode::METHOD_NOT_ALLOWED);
    std::fs::write(folder.join("assets/a.txt"), "other").expect("a file");
    assert_eq!(send("GET", &url, &[]).status, StatusCode::NOT_FOUND);
    std::fs::remove_dir_all(&folder).expect("a folder to remove");
}
