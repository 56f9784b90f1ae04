//! The order of routes is total, and the generated file depends on nothing but the files.

use std::cmp::Ordering;

use super::site::TestSite;
use crate::pattern::RoutePattern;
use crate::table::compare;

/// Every valid pattern of up to three segments of these kinds.
fn patterns() -> Vec<RoutePattern> {
    let segments = ["a", "b.c", "é", "m-[?]", "[?].json", "[...?].json", "[?]", "[...?]"];
    let mut stems = vec![String::new()];
    let mut longest = stems.clone();
    for level in ["x", "y", "z"] {
        let segments = segments.iter().map(|segment| segment.replace('?', level));
        longest = segments
            .flat_map(|segment| longest.iter().map(move |stem| format!("{stem}{segment}/")))
            .collect();
        stems.extend(longest.iter().cloned());
    }
    let parse = |stem: &String| RoutePattern::parse(&format!("{stem}index")).ok();
    stems.iter().filter_map(parse).collect()
}

#[test]
fn the_order_of_routes_is_total() {
    let patterns = patterns();
    assert!(patterns.len() > 400, "{}", patterns.len());
    let row = |a| patterns.iter().map(|b| compare(a, b)).collect();
    let orders: Vec<Vec<Ordering>> = patterns.iter().map(row).collect();
    let mut sorted: Vec<usize> = (0..patterns.len()).collect();
    // An insertion sort, since the standard one may panic or hide an inconsistent order.
    for end in 1..sorted.len() {
        let place = sorted[..end].iter().position(|&at| orders[sorted[end]][at].is_lt());
        sorted[place.unwrap_or(end)..=end].rotate_right(1);
    }
    // Each pattern comes before all later ones: the order has no cycles.
    for (at, &first) in sorted.iter().enumerate() {
        assert_eq!(orders[first][first], Ordering::Equal);
        for &second in &sorted[at + 1..] {
            let (a, b) = (&patterns[first], &patterns[second]);
            assert_eq!(orders[first][second], Ordering::Less, "{a} {b}");
            assert_eq!(orders[second][first], Ordering::Greater, "{b} {a}");
        }
    }
}

#[test]
fn a_pattern_is_what_it_shows() {
    for pattern in patterns() {
        let stem = format!("{pattern}/index");
        let parsed = RoutePattern::parse(stem.trim_start_matches('/')).expect("a pattern");
        assert_eq!(parsed, pattern, "{pattern}");
    }
}

/// A route is tried before any more general one that matches the same paths.
#[test]
fn more_specific_routes_are_tried_first() {
    let before = |first: &str, second: &str| {
        let parse = |stem| RoutePattern::parse(stem).expect("a pattern");
        assert_eq!(compare(&parse(first), &parse(second)), Ordering::Less, "{first} {second}");
    };
    for folder in ["", "a/", "[x]/"] {
        let at = |stem: &str| format!("{folder}{stem}");
        let ranks = ["s", "s-[p]", "s-[...p]", "[p]", "[...p]"].map(at);
        for (index, first) in ranks.iter().enumerate() {
            for second in &ranks[index + 1..] {
                before(first, second);
                before(&format!("{first}/s"), &format!("{second}/s"));
            }
        }
        before(&at("[p]"), &at("index"));
        before(&at("index"), &at("[...p]"));
        before(&at("[...p].json"), &at("index"));
    }
}

const FILES: [(&str, &str); 7] = [
    ("kiln.toml", "site = \"https://example.com\"\n"),
    ("src/pages/index.rs", "pub fn get() {}\n"),
    ("src/pages/about.rs", "pub fn get() {}\n"),
    ("src/pages/a-b.rs", "pub fn get() {}\n"),
    ("src/pages/a/b.rs", "pub fn get() {}\n"),
    ("src/pages/posts/[slug].rs", "pub fn get() {}\npub fn static_paths() -> Vec<P> { vec![] }\n"),
    (
        "src/pages/[...rest].rs",
        "pub const PRERENDER: bool = false;\npub fn all() {}\npub fn get() {}\n",
    ),
];

#[test]
fn the_same_site_generates_the_same_bytes() {
    let site = TestSite::with(FILES).expect("a site");
    let first = site.compile();
    assert_eq!(first.diagnostics, [""; 0]);
    for _ in 0..9 {
        assert_eq!(site.compile(), first);
    }
}

#[test]
fn the_order_in_which_files_were_made_does_not_matter() {
    let first = TestSite::with(FILES).expect("a site").compile();
    for by in 1..FILES.len() {
        let mut files = FILES;
        files.rotate_left(by);
        assert_eq!(TestSite::with(files).expect("a site").compile(), first);
        files.reverse();
        assert_eq!(TestSite::with(files).expect("a site").compile(), first);
    }
}
