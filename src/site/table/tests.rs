//! Tests of finding routes, and cases of Astro and Next.js.

use super::*;
use crate::config::Config;
use crate::support::{self, CONFIG};
use crate::support::{random, vectors};

/// Formats a result: `/[slug] slug=x`, `-> /x/`, `nothing`, `400`.
fn shown(found: &RouteMatch) -> String {
    match found {
        RouteMatch::Route { route, params } => format!("{} {params}", route.pattern).trim().into(),
        RouteMatch::Redirect { to } => format!("-> {to}"),
        RouteMatch::NotFound => "nothing".into(),
        RouteMatch::BadPath(reason) => reason.status().as_u16().to_string(),
    }
}

#[track_caller]
fn check(config: Config, patterns: &[&str], expected: &[(&str, &str)]) {
    let site = support::site(patterns, config);
    for (path, expected) in expected {
        assert_eq!(shown(&site.find(path)), *expected, "{path}");
    }
}

#[test]
fn the_first_matching_route_answers() {
    check(
        CONFIG,
        &["/", "/posts/new", "/posts/[slug].json", "/posts/[slug]", "/posts/[...rest]"],
        &[
            ("/", "/"),
            ("/posts/new", "/posts/new"),
            ("/posts/a.json", "/posts/[slug].json slug=a"),
            ("/posts/a", "/posts/[slug] slug=a"),
            ("/posts/a/b", "/posts/[...rest] rest=a/b"),
            ("/posts", "/posts/[...rest]"),
            ("/Posts/new", "nothing"),
            ("/posts/New", "/posts/[slug] slug=New"),
            ("/about", "nothing"),
        ],
    );
}

#[test]
fn invalid_paths_are_refused_with_any_base() {
    let expected = [
        ("/posts/%zz", "400"),
        ("/posts/..", "400"),
        ("/posts/a%2Fb", "400"),
        ("posts", "400"),
        ("/posts?page=2", "400"),
        ("//posts", "404"),
        ("/posts//", "404"),
    ];
    check(CONFIG, &["/[...rest]"], &expected);
    check(Config { base: "/docs", ..CONFIG }, &["/[...rest]"], &expected);
}

#[test]
fn a_site_answers_below_its_base() {
    check(
        Config { base: "/docs", ..CONFIG },
        &["/", "/[slug]"],
        &[
            ("/docs", "/"),
            ("/docs/", "/"),
            ("/docs/a", "/[slug] slug=a"),
            ("/docs/docs", "/[slug] slug=docs"),
            ("/docsX", "nothing"),
            ("/a", "nothing"),
            ("/", "nothing"),
        ],
    );
}

const FORMS: [&str; 5] = ["/", "/a", "/data.json", "/v1.0", "/[id].json"];

#[test]
fn with_ignore_both_forms_match() {
    check(
        CONFIG,
        &FORMS,
        &[("/a", "/a"), ("/a/", "/a"), ("/data.json", "/data.json"), ("/data.json/", "/data.json")],
    );
}

#[test]
fn with_always_the_form_without_a_slash_is_redirected() {
    check(
        Config { trailing_slash: TrailingSlash::Always, ..CONFIG },
        &FORMS,
        &[
            ("/", "/"),
            ("/a/", "/a"),
            ("/a", "-> /a/"),
            ("/%61", "-> /a/"),
            ("/v1.0", "-> /v1.0/"),
            ("/data.json", "/data.json"),
            ("/data.json/", "-> /data.json"),
            ("/7.json/", "-> /7.json"),
            ("/b", "nothing"),
            ("/a//", "404"),
        ],
    );
}

#[test]
fn with_never_the_form_with_a_slash_is_redirected() {
    check(
        Config { trailing_slash: TrailingSlash::Never, ..CONFIG },
        &FORMS,
        &[
            ("/", "/"),
            ("/a", "/a"),
            ("/a/", "-> /a"),
            ("/data.json/", "-> /data.json"),
            ("/b/", "nothing"),
        ],
    );
}

#[test]
fn the_root_of_a_base_has_one_form_too() {
    let config = |trailing_slash| Config { base: "/docs", trailing_slash, ..CONFIG };
    check(
        config(TrailingSlash::Always),
        &["/"],
        &[("/docs/", "/"), ("/docs", "-> /docs/"), ("/docs//", "404")],
    );
    check(config(TrailingSlash::Never), &["/"], &[("/docs", "/"), ("/docs/", "-> /docs")]);
    check(config(TrailingSlash::Ignore), &["/"], &[("/docs", "/"), ("/docs/", "/")]);
}

/// A client must not interpret the first segment of a target as a host.
#[test]
fn a_redirect_never_leads_to_another_host() {
    let config = Config { trailing_slash: TrailingSlash::Always, ..CONFIG };
    check(
        config,
        &["/[...rest]"],
        &[
            ("//evil.example", "404"),
            ("/%2Fevil.example", "400"),
            ("/%5Cevil.example", "400"),
            ("/@evil.example", "-> /@evil.example/"),
            ("/a%0D%0Ab", "400"),
        ],
    );
}

#[test]
fn error_pages_are_not_found() {
    let all = ["/404", "/500", "/docs/404", "/[...rest]"];
    check(
        CONFIG,
        &all,
        &[
            ("/404", "nothing"),
            ("/404/", "nothing"),
            ("/500", "nothing"),
            ("/docs/404", "nothing"),
            ("/docs/500", "/[...rest] rest=docs/500"),
            ("/403", "/[...rest] rest=403"),
        ],
    );
    check(CONFIG, &["/[slug]"], &[("/404", "/[slug] slug=404")]);
    check(CONFIG, &["/[lang]/404"], &[("/de/404", "nothing"), ("/404", "nothing")]);
}

#[test]
fn paths_that_are_too_long_are_not_found() {
    let long = format!("/{}", "a".repeat(256));
    let deep = "/a".repeat(513);
    let hostile = format!("/{}", "-/".repeat(4096));
    let expected = [(&*long, "nothing"), (&*deep, "nothing"), (&*hostile, "nothing")];
    check(CONFIG, &["/[a]-[b]-[c]-[...d]!", "/[...rest]"], &expected);
    assert!(matches!(
        support::site(&["/[...rest]"], CONFIG).find(&"/a".repeat(512)),
        RouteMatch::Route { .. }
    ));
}

/// Compares a result with that of another router: a match, a redirect, or none.
fn as_expected(found: &RouteMatch, expected: &serde_json::Value) -> Result<(), String> {
    match (found, vectors::text(&expected["type"])) {
        (RouteMatch::Route { route, params }, "match") => {
            vectors::same(route.pattern(), vectors::text(&expected["route"]))?;
            vectors::same_params(params, &expected["params"])
        }
        (RouteMatch::Redirect { to }, "redirect") => {
            vectors::same(&**to, vectors::text(&expected["location"]))
        }
        (RouteMatch::NotFound | RouteMatch::BadPath(_), "none") => Ok(()),
        _ => Err(shown(found)),
    }
}

#[test]
fn routes_match_as_in_astro() {
    vectors::check("match", MATCH, |case| {
        let routes = case["routes"].as_array().expect("routes").iter();
        let mut patterns: Vec<&str> = routes.map(|route| vectors::text(&route["route"])).collect();
        support::sort_patterns(&mut patterns);
        let site = support::site(&patterns, vectors::config(&case["config"]));
        let path = vectors::sent(vectors::text(&case["path"]));
        as_expected(&site.find(&path), &case["expect"])
    });
}

const MATCH: &vectors::LeftOut = &[
    ("the other form of a route that exists is redirected", &["match-006", "match-009"]),
    ("`.html` is not removed from a path", &["match-016", "match-017", "match-021", "match-041"]),
    ("an empty segment is a 404", &["match-023", "match-024", "match-093", "match-103"]),
    ("paths and values are in NFC", &["match-088", "match-096"]),
];

/// The params of a path; `None` if the route does not match.
fn params_of(pattern: &str, path: &str) -> Option<RawParams> {
    match support::site(&[pattern], CONFIG).find(&vectors::sent(path)) {
        RouteMatch::Route { params, .. } => Some(params),
        _ => None,
    }
}

#[test]
fn params_are_the_same_as_in_astro() {
    vectors::check("get_params", GET_PARAMS, |case| {
        let params = params_of(vectors::text(&case["route"]), vectors::text(&case["path"]));
        vectors::same_params(&params.unwrap_or_default(), &case["expect"])
    });
}

const GET_PARAMS: &vectors::LeftOut = &[
    ("values are decoded once", &["get_params-008"]),
    ("`.html` is not removed from a path", &["get_params-011", "get_params-013"]),
];

#[test]
fn params_are_the_same_as_in_next_js() {
    vectors::check("params", PARAMS, |case| {
        // `[[...s]]` in Next.js is a rest param in kiln.
        let pattern = vectors::text(&case["route"]).replace("[[", "[").replace("]]", "]");
        match (params_of(&pattern, vectors::text(&case["path"])), &case["params"]) {
            (None, serde_json::Value::Bool(false)) => Ok(()),
            (Some(params), expected @ serde_json::Value::Object(_)) => {
                vectors::same_params(&params, expected)
            }
            (params, _) => Err(format!("{params:?}")),
        }
    });
}

const PARAMS: &vectors::LeftOut = &[
    ("a decoded slash is a 400", &["/b/[slug] /b/a%2Fb"]),
    ("a rest param may match nothing", &["/b/[...s] /b", "/b/[...s] /b/"]),
    ("an empty segment is a 404", &["/b/[...s] /b//a"]),
    (
        "text beside a param is part of the pattern, as in Astro",
        &["/b/[id].json /b/1", "/b/pre-[id] /b/pre-1", "/b/pre-[id] /b/1"],
    ),
];

#[test]
fn the_url_of_a_page_finds_its_route() {
    random::check(|case, path| {
        let url = path.url(&case.route.pattern, case.route.config);
        let values: Vec<&dyn std::fmt::Display> =
            case.values.iter().map(|value| value as _).collect();
        assert_eq!(case.route.link(&values), url, "the link is not the URL");
        let uri: http::Uri = url.parse().expect("a URL");
        assert_eq!(uri.path(), url, "the URL is not only a path");

        let request = RequestPath::parse(&url).expect("a path that is not refused");
        let request = request.below(case.route.config.base).expect("a path below the base");
        assert_eq!(request.route_path(), Some(path), "the URL is of another path");

        let (config, routes) = (case.route.config, std::slice::from_ref(case.route));
        let site = Site { config, routes, ..Site::EMPTY };
        let RouteMatch::Route { route, params } = site.find(&url) else {
            panic!("{url} is not found")
        };
        let again = RoutePath::new(&route.pattern, &params).expect("params that a build takes");
        assert_eq!(again, *path, "the params {params} are of another path");
    });
}
