//! Tests of how patterns are filled, and of the URLs of paths.

use super::*;
use crate::routing::request_path::RequestPath;
use crate::support::vectors;
use crate::support::{self, CONFIG};

fn path(pattern: &str, params: &[(&str, &str)]) -> Result<RoutePath> {
    let params: RawParams = params.iter().copied().collect();
    RoutePath::new(&support::pattern(pattern), &params)
}

#[track_caller]
fn fills(pattern: &str, params: &[(&str, &str)], expected: &str) {
    let path = path(pattern, params).expect(expected);
    assert_eq!(path.display(), expected);
}

#[test]
fn patterns_are_filled() {
    fills("/", &[], "/");
    fills("/about", &[], "/about");
    fills("/[a]", &[("a", "x")], "/x");
    fills("/[a]/[b]", &[("b", "y"), ("a", "x")], "/x/y");
    fills("/v[a].[b]/notes", &[("a", "1"), ("b", "2")], "/v1.2/notes");
    fills("/[a].json", &[("a", "x")], "/x.json");
    fills("/og/[...r].png", &[("r", "a/b")], "/og/a/b.png");
}

#[test]
fn a_rest_param_may_be_missing_or_empty() {
    fills("/[...r]", &[], "/");
    fills("/[...r]", &[("r", "")], "/");
    fills("/docs/[...r]", &[], "/docs");
    fills("/docs/[...r]", &[("r", "a/b")], "/docs/a/b");
    fills("/[...r]/edit", &[], "/edit");
    fills("/a/[...r]/edit", &[("r", "x/y")], "/a/x/y/edit");
    fills("/a/[...r]/edit", &[("r", "")], "/a/edit");
}

#[test]
fn other_values_are_unchanged() {
    for value in [
        "a b",
        " ",
        "%",
        "%20",
        "a%2Fb",
        "50%",
        "?",
        "#",
        "a:b",
        "C:",
        "+",
        "&",
        "...",
        ".a",
        "a.",
        "-",
        "~",
        "[x]",
        "*",
        "|",
        "<b>",
        "\"",
        "'",
        "\u{1f980}",
        "\u{6f22}",
        "index",
        "\u{2028}",
        "\u{202e}",
        "\u{2215}",
        "\u{ff0f}",
    ] {
        fills("/[a]", &[("a", value)], &format!("/{value}"));
        fills("/[...a]", &[("a", value)], &format!("/{value}"));
        fills("/x-[a].[b]", &[("a", value), ("b", value)], &format!("/x-{value}.{value}"));
    }
}

#[test]
fn paths_are_in_nfc() {
    fills("/[a]", &[("a", "cafe\u{301}")], "/caf\u{e9}");
    fills("/[...a]", &[("a", "e\u{301}/e\u{301}")], "/\u{e9}/\u{e9}");
    fills("/[a]", &[("a", "\u{301}")], "/\u{301}");
    fills("/x[a]", &[("a", "\u{301}")], "/x\u{301}");
    fills("/[a]", &[("a", "\u{212a}")], "/K");
    fills("/[a]", &[("a", "\u{958}")], "/\u{915}\u{93c}");
}

#[track_caller]
fn refuses(pattern: &str, params: &[(&str, &str)], expected: &str) {
    let path = path(pattern, params).map(|path| path.display());
    let error = path.expect_err(pattern);
    assert_eq!(format!("{error:#}"), expected);
}

#[test]
fn invalid_values_are_refused() {
    let long = "a".repeat(256);
    for (value, what) in [
        ("", "is empty"),
        (".", "would lead to another folder"),
        ("..", "would lead to another folder"),
        (&*long, "is longer than 255 bytes"),
        ("a/b", "contains a `/`, which only a rest param can"),
        ("/", "contains a `/`, which only a rest param can"),
        ("a\\b", "contains a `\\`"),
        ("a\0", "contains a control character"),
        ("a\nb", "contains a control character"),
        ("\u{1b}[2J", "contains a control character"),
        ("\x7f", "contains a control character"),
        ("\u{85}", "contains a control character"),
    ] {
        let expected = format!("the param `a` = {value:?} {what}");
        for pattern in ["/[a]", "/posts/[a]", "/[a].json", "/x-[a]", "/[b]-[a]"] {
            let params = [("a", value), ("b", "x")];
            let given = if pattern.contains("[b]") { &params[..] } else { &params[..1] };
            refuses(pattern, given, &expected);
        }
    }
}

#[test]
fn invalid_segments_of_a_rest_value_are_refused() {
    let long = "a".repeat(256);
    for (segment, what) in [
        ("", "is empty"),
        (".", "would lead to another folder"),
        ("..", "would lead to another folder"),
        (&*long, "is longer than 255 bytes"),
        ("a\\b", "contains a `\\`"),
        ("a\0", "contains a control character"),
    ] {
        let expected = format!("the param `a` = {segment:?} {what}");
        for value in [format!("{segment}/x"), format!("x/{segment}/y"), format!("x/{segment}")] {
            refuses("/[...a]", &[("a", &value)], &expected);
            refuses("/docs/[...a]/edit", &[("a", &value)], &expected);
            refuses("/[...a].json", &[("a", &value)], &expected);
        }
    }
    refuses("/[...a].json", &[], "the rest param `a` is empty, and its segment has other text");
}

#[test]
fn invalid_params_are_refused() {
    refuses("/[a]", &[("a", "x"), ("a", "y")], "the param `a` is given twice");
    refuses("/[a]", &[], "the param `a` is missing");
    refuses("/[a]/[b]", &[("a", "x")], "the param `b` is missing");
    refuses("/about", &[("a", "x")], "`/about` has no param `a`");
    refuses("/[a]", &[("a", "x"), ("b", "")], "`/[a]` has no param `b`");
    refuses("/[...a]", &[("A", "x")], "`/[...a]` has no param `A`");
}

#[test]
fn a_value_cannot_combine_with_the_text_beside_it() {
    let combines = |value: &str| {
        format!("the param `a` = {value:?} combines with the text beside it into one character")
    };
    refuses("/cafe[a]", &[("a", "\u{301}")], &combines("\u{301}"));
    refuses("/[a]\u{301}", &[("a", "e")], &combines("e"));
    // A vowel after a consonant of Hangul.
    refuses("/\u{1100}[a]", &[("a", "\u{1161}")], &combines("\u{1161}"));
    // A mark that is ordered before the existing one.
    refuses("/x\u{301}[a]", &[("a", "\u{323}")], &combines("\u{323}"));
    fills("/cafe-[a]", &[("a", "\u{301}")], "/cafe-\u{301}");
}

#[test]
fn lengths_are_limited() {
    let name = "a".repeat(255);
    fills("/[a]", &[("a", &name)], &format!("/{name}"));
    let segment = format!("the segment `{name}.json` is longer than 255 bytes");
    refuses("/[a].json", &[("a", &name)], &segment);
    // 255 bytes, and 510 in NFC.
    let longer = "\u{958}".repeat(85);
    assert!(path("/[a]", &[("a", &longer)]).is_err());

    let most = format!("{name}/{name}/{name}/{name}");
    fills("/[...a]", &[("a", &most)], &format!("/{most}"));
    let too_long = "the path is longer than 1024 bytes";
    refuses("/[...a]/b", &[("a", &most)], too_long);
    let most = format!("{name}/{name}/{name}/{}/{}", &name[1..], "a");
    refuses("/[...a]", &[("a", &most)], too_long);
}

#[track_caller]
fn url(config: &Config, pattern: &str, params: &[(&str, &str)], expected: &str) {
    let pattern = support::pattern(pattern);
    let path = RoutePath::new(&pattern, &params.iter().copied().collect()).expect(expected);
    assert_eq!(path.url(&pattern, config), expected);
    let is_slashed = path.ends_in_slash(&pattern, config);
    assert_eq!(is_slashed, expected.ends_with('/'), "{expected}");
}

#[test]
fn urls_are_percent_encoded_once() {
    for (value, expected) in [
        ("a b", "/a%20b"),
        ("a%20b", "/a%2520b"),
        ("caf\u{e9}", "/caf%C3%A9"),
        ("cafe\u{301}", "/caf%C3%A9"),
        ("?#[]", "/%3F%23%5B%5D"),
        ("\"<>^`{|}", "/%22%3C%3E%5E%60%7B%7C%7D"),
        ("-._~!$&'()*+,;=:@", "/-._~!$&'()*+,;=:@"),
        ("\u{1f980}", "/%F0%9F%A6%80"),
    ] {
        url(&CONFIG, "/[a]", &[("a", value)], expected);
    }
    url(&CONFIG, "/[...a]", &[("a", "a b/c")], "/a%20b/c");
    url(&CONFIG, "/caf\u{e9}", &[], "/caf%C3%A9");
}

#[test]
fn urls_follow_the_base_and_trailing_slash_settings() {
    use TrailingSlash::{Always, Ignore, Never};
    for (base, trailing_slash, root, page, json) in [
        ("", Always, "/", "/a/", "/a.json"),
        ("", Never, "/", "/a", "/a.json"),
        ("", Ignore, "/", "/a", "/a.json"),
        ("/x/y", Always, "/x/y/", "/x/y/a/", "/x/y/a.json"),
        ("/x/y", Never, "/x/y", "/x/y/a", "/x/y/a.json"),
        ("/x/y", Ignore, "/x/y/", "/x/y/a", "/x/y/a.json"),
    ] {
        let config = || Config { base, trailing_slash, ..CONFIG };
        url(&config(), "/", &[], root);
        url(&config(), "/[...a]", &[], root);
        url(&config(), "/[a]", &[("a", "a")], page);
        url(&config(), "/[...b]/a", &[], page);
        url(&config(), "/[a].json", &[("a", "a")], json);
        url(&config(), "/a.json", &[], json);
    }
}

#[test]
fn the_url_path_of_a_request_may_be_that_of_the_page() {
    let requests = [
        "/",
        "/docs",
        "/docs/",
        "/a",
        "/a/",
        "/docs/a",
        "/docs/a/",
        "/%61",
        "/a%20b",
        "/50%25",
        "/a%2520b",
        "/a@b:c;d",
        "/caf%C3%A9",
        "/docsa",
        "/a.json",
        "/a.json/",
    ];
    let slashes = [TrailingSlash::Always, TrailingSlash::Never, TrailingSlash::Ignore];
    for (base, trailing_slash) in
        ["", "/docs"].into_iter().flat_map(|base| slashes.map(|slash| (base, slash)))
    {
        let config = Config { base, trailing_slash, ..CONFIG };
        for pattern in ["/[...path]", "/[...path].json"].map(support::pattern) {
            for request in requests {
                let parsed = RequestPath::parse(request).expect("a path").below(base);
                let Some(path) = parsed.and_then(|path| path.route_path().cloned()) else {
                    continue;
                };
                let is_same = path.url(&pattern, &config) == request;
                let has_escape = request.contains('%');
                let is_url = path.is_url(request, &pattern, &config);
                assert_eq!(is_url, is_same && !has_escape, "{request} {config:?}");
            }
        }
    }
}

#[test]
fn only_a_known_literal_extension_removes_the_slash() {
    let always = || Config { trailing_slash: TrailingSlash::Always, ..CONFIG };
    url(&always(), "/v1.0", &[], "/v1.0/");
    url(&always(), "/[a]", &[("a", "x.json")], "/x.json/");
    url(&always(), "/x.[a]", &[("a", "json")], "/x.json/");
    url(&always(), "/a.json/b", &[], "/a.json/b/");
    url(&always(), "/a.json/[...r]", &[], "/a.json/");
    url(&always(), "/[...r].json", &[("r", "a/b")], "/a/b.json");
}

#[test]
fn paths_are_the_same_as_in_astro() {
    vectors::check("generate_path", GENERATE_PATH, |case| {
        let pattern = support::pattern(vectors::text(&case["route"]));
        let path = RoutePath::new(&pattern, &vectors::params(&case["params"]));
        match (path, case["expect"]["path"].as_str()) {
            (Ok(path), Some(expected)) => {
                // Astro escapes these two in paths that are otherwise decoded.
                let path = path
                    .pathname(&pattern, &vectors::config(case))
                    .replace('?', "%3F")
                    .replace('#', "%23");
                vectors::same(&*path, expected)
            }
            (Err(_), None) => Ok(()),
            (path, _) => Err(format!("{path:?}")),
        }
    });
}

const GENERATE_PATH: &vectors::LeftOut = &[
    ("an unknown param is an error", &["generate_path-005"]),
    ("an empty rest param beside text is an error", &["generate_path-010", "generate_path-037"]),
    ("an empty value or segment is an error", &["generate_path-023", "generate_path-031"]),
    ("file names are not percent-encoded", &["generate_path-030"]),
    ("a slash in the value of `[a]` is an error", &["generate_path-033", "generate_path-034"]),
];

#[test]
fn values_are_encoded_as_in_next_js() {
    vectors::check("param_encoding", PARAM_ENCODING, |case| {
        let pattern = support::pattern("/[a]");
        let params = RawParams::from([("a", vectors::text(&case["param"]))]);
        let path = RoutePath::new(&pattern, &params).map_err(|error| error.to_string())?;
        vectors::same(path.as_str(), vectors::text(&case["file_path_segment"]))?;
        vectors::same(&path.url(&pattern, &CONFIG)[1..], vectors::text(&case["url_segment"]))
    });
}

const PARAM_ENCODING: &vectors::LeftOut = &[
    ("a value with `/` or `\\` is an error", &["a/b", "a\\b"]),
    ("values are raw in file names", &["a#b", "a?b", "a%2Fb"]),
    ("the canonical URL only escapes characters that a path cannot contain", &["a:b"]),
];
