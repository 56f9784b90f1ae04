//! Which routes conflict. The messages are in `tests/mistakes`.

use super::site::TestSite;

const ON_DEMAND: &str = "pub const PRERENDER: bool = false;\npub fn get() {}\n";
const PRERENDERED: &str = "pub fn static_paths() -> Vec<P> { vec![] }\npub fn get() {}\n";

/// The number of mistakes of a site with these pages; `None` if the file system cannot hold them.
fn count(stems: &[&str], texts: [&str; 2]) -> Option<usize> {
    let names: Vec<String> = stems.iter().map(|stem| format!("src/pages/{stem}.rs")).collect();
    let texts = texts.iter().cycle();
    let files = names.iter().zip(texts).map(|(name, text)| (name.as_str(), *text));
    Some(TestSite::with(files)?.compile().diagnostics.len())
}

#[track_caller]
fn clash(stems: &[&str]) {
    assert_eq!(count(stems, [ON_DEMAND; 2]).unwrap_or(1), 1, "{stems:?}");
    let reversed: Vec<&str> = stems.iter().rev().copied().collect();
    assert_eq!(count(&reversed, [ON_DEMAND; 2]).unwrap_or(1), 1, "{reversed:?}");
}

#[track_caller]
fn agree(stems: &[&str]) {
    assert_eq!(count(stems, [ON_DEMAND; 2]), Some(0), "{stems:?}");
}

#[test]
fn on_demand_routes_that_match_the_same_paths_clash() {
    clash(&["[a]", "[b]"]);
    clash(&["[a]", "[a]/index"]);
    clash(&["[a]/x", "[b]/x"]);
    clash(&["[...a]", "[...b]/index"]);
    clash(&["v[a].[b]", "v[c].[d]"]);
    clash(&["[...a].json", "[...b].json"]);
    clash(&["x/[...a]/[b]/[c]", "x/[a]/[...b]/[c]"]);
    clash(&["x/[a]/[b]/[...c]", "x/[a]/[...b]/[c]"]);
    clash(&["caf\u{e9}/[a]", "cafe\u{301}/[b]"]);
}

#[test]
fn on_demand_routes_that_match_other_paths_agree() {
    agree(&["[a]", "[...b]"]);
    agree(&["[a]/x", "[b]/y"]);
    agree(&["[a]", "[b]/c"]);
    agree(&["[a]", "[b].json"]);
    agree(&["[a]", "x"]);
    agree(&["x/[a]", "y/[b]"]);
    agree(&["[a]-[b]", "[c].[d]"]);
    agree(&["[...a]/x/[b]", "[a]/x/[...b]"]);
    agree(&["[a]/[...b].json", "[...b].json"]);
}

/// Their paths are only known once `static_paths` has run.
#[test]
fn prerendered_routes_of_one_shape_agree() {
    assert_eq!(count(&["[a]", "[b]"], [PRERENDERED; 2]), Some(0));
    assert_eq!(count(&["[a]", "[b]"], [PRERENDERED, ON_DEMAND]), Some(0));
    assert_eq!(count(&["[a]/x", "[b]/x"], [ON_DEMAND, PRERENDERED]), Some(0));
}

#[test]
fn a_static_route_and_a_file_name_are_there_once() {
    clash(&["a", "a/index"]);
    clash(&["a/b/index", "a/b"]);
    clash(&["About", "about"]);
    clash(&["docs/FAQ", "docs/faq/index"]);
    clash(&["\u{c4}rzte", "\u{e4}rzte"]);
    clash(&["e\u{301}", "\u{e9}"]);
    clash(&["E\u{301}/x", "\u{e9}/x"]);
    clash(&["Blog/[a]", "blog/[a]"]);
    clash(&["404", "404/index"]);
    agree(&["a", "a/b", "b/a"]);
    agree(&["index", "index/index"]);
    agree(&["strasse", "stra\u{df}e"]);
}

#[test]
fn each_of_many_is_reported_once() {
    assert_eq!(count(&["[a]", "[b]", "[c]"], [ON_DEMAND; 2]), Some(2));
    assert_eq!(count(&["x", "x/index", "y", "y/index"], [ON_DEMAND; 2]), Some(2));
}
