//! Test vectors for file names in Astro and Next.js, and kiln's deviations from them.
//!
//! A vector either passes, or is left out by name together with the deviation.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::site::TestSite;
use crate::pattern::{Part, RoutePattern};
use crate::{scan, table};

/// The result of a vector for kiln.
enum Verdict {
    Pass,
    Fail(String),
    /// It is about a feature that kiln does not have, or that is only known at run time.
    DoesNotApply,
}

/// The names of vectors that are left out, and the deviation that each shows.
type LeftOut<'a> = &'a [(&'a str, &'a str)];

/// Judges all vectors of a group.
#[track_caller]
fn run(file: &str, group: &str, left_out: LeftOut<'_>, check: impl Fn(&Value) -> Verdict) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(file);
    let text = fs::read_to_string(path).expect("a file of vectors");
    let all: Value = serde_json::from_str(&text).expect("JSON");
    let vectors = all[group].as_array().expect("a group of vectors");
    assert!(!vectors.is_empty(), "the group {group} has no vectors");
    let departures: BTreeMap<&str, &str> = left_out.iter().copied().collect();
    let mut wrong = Vec::new();
    let passed = Cell::new(0);
    for vector in vectors {
        let id = text_of(&vector["id"]);
        match (check(vector), departures.get(id)) {
            (Verdict::Pass, None) => passed.set(passed.get() + 1),
            (Verdict::Pass, Some(_)) => wrong.push(format!("{id} is left out, and passes")),
            (Verdict::Fail(why), None) => wrong.push(format!("{id}: {why}\n  {vector}")),
            (Verdict::DoesNotApply, None) => {
                wrong.push(format!("{id} does not apply, and is not left out\n  {vector}"));
            }
            (Verdict::Fail(_) | Verdict::DoesNotApply, Some(_)) => {}
        }
    }
    let known: BTreeSet<&str> = vectors.iter().map(|vector| text_of(&vector["id"])).collect();
    wrong.extend(departures.keys().filter(|id| !known.contains(*id)).map(|id| format!("no {id}")));
    assert!(wrong.is_empty(), "{group}:\n{}", wrong.join("\n"));
    let (passed, count, departures) = (passed.get(), vectors.len(), departures.len());
    println!("{group}: {passed} of {count} pass, {departures} left out");
}

const REST_IN_TEXT: &str = "a rest param inside a mixed segment is allowed";
const BRACKETS: &str = "`[]` is a build error";
const CHARACTERS: &str = "`%`, `?`, `#`, `:` and `\\` in a file name are a build error";
const BYTES: &str = "names in the priority rules are ordered by bytes";
const ENDPOINTS: &str = "all files in src/pages are endpoints: none is before a page";
const REDIRECTS: &str = "a redirect whose source is also a file route is an error";
const ASTRO: &str = "the form of params and the order of routes are those of Astro";
const RUN: &str = "paths and files are compared when the site is built, not when it is compiled";
const ONE_FILE: &str = "a route is one file: two kinds at one path cannot exist";
const NO_GROUPS: &str = "a name in parentheses is a segment like any other";
const NO_UNDERSCORE: &str = "public/ has no reserved names";

#[test]
fn file_to_route() {
    let left_out = [
        ("file_to_route-021", REST_IN_TEXT),
        ("file_to_route-065", REST_IN_TEXT),
        ("file_to_route-074", BRACKETS),
        ("file_to_route-075", BRACKETS),
        ("file_to_route-107", CHARACTERS),
        ("file_to_route-110", CHARACTERS),
        ("file_to_route-111", CHARACTERS),
    ];
    run("astro.json", "file_to_route", &left_out, |vector| {
        let expected = &vector["expect"];
        let (route, is_right) = route_of(text_of(&vector["file"]));
        match route {
            None if expected["not_a_route"] == true || !expected["error"].is_null() => {
                // A name that excludes a file is not a mistake; an extension that cannot be a page is.
                let is_hidden = |name: &str| name.starts_with(['_', '.']) && name != ".well-known";
                let is_left_out = text_of(&vector["file"]).split('/').any(is_hidden);
                verdict(&is_right, &is_left_out)
            }
            None => Verdict::Fail("it is not a route".into()),
            Some(route) if !is_right => Verdict::Fail(format!("{route} has mistakes")),
            Some(route) => {
                let mut got = describe(&route);
                got["pattern"] = json!(regex(&route));
                let mut expected = expected.clone();
                expected["pattern"] = json!(without_end(text_of(&expected["pattern"])));
                verdict(&got, &expected)
            }
        }
    });
}

/// The end of a pattern depends on `trailing-slash`, which only matters at run time.
#[test]
fn pattern() {
    run("astro.json", "pattern", &[], |vector| {
        let route = match vector["file"].as_str() {
            Some(file) => route_of(file).0,
            None => RoutePattern::parse(&stem_of(text_of(&vector["route"]))).ok(),
        };
        let got = route.map(|route| regex(&route));
        verdict(&json!(got), &json!(without_end(text_of(&vector["pattern"]))))
    });
}

#[test]
fn priority() {
    let left_out = [
        ("priority-009", ENDPOINTS),
        ("priority-011", BYTES),
        ("priority-012", BYTES),
        ("priority-013", BYTES),
        ("priority-023", REDIRECTS),
    ];
    run("astro.json", "priority", &left_out, |vector| {
        let routes = |list: &Value| -> Vec<String> {
            let routes = list.as_array().expect("a list of routes").iter();
            routes.map(|route| text_of(&route["route"]).to_owned()).collect()
        };
        let is_redirect = |route: &Value| route["type"] == "redirect";
        if vector["unsorted"].as_array().is_some_and(|routes| routes.iter().any(is_redirect)) {
            return Verdict::DoesNotApply;
        }
        verdict(&sorted(&routes(&vector["unsorted"])), &routes(&vector["sorted"]))
    });
}

/// Only the order of routes; when paths are listed is only known at run time.
#[test]
fn build_order() {
    run("astro.json", "build_order", &[], |vector| {
        let files = vector["files"].as_array().expect("a list of files").iter();
        let patterns: Vec<String> =
            files.filter_map(|file| Some(route_of(text_of(file)).0?.to_string())).collect();
        let first = |path: &str| path.split('/').nth(1).unwrap_or_default().to_owned();
        let got: Vec<String> = sorted(&patterns).iter().map(|pattern| first(pattern)).collect();
        let calls = vector["order"].as_array().expect("a list of calls").iter();
        let mut expected: Vec<String> =
            calls.filter_map(|call| Some(first(text_of(call).strip_prefix("GET ")?))).collect();
        expected.dedup();
        verdict(&got, &expected)
    });
}

#[test]
fn file_name_build() {
    let left_out = [("file_name_build-007", BRACKETS)];
    run("astro.json", "file_name_build", &left_out, |vector| {
        let (route, is_right) = route_of(text_of(&vector["file"]));
        let outputs = vector["expect"]["outputs"].as_array();
        let got = (is_right, route.is_some());
        verdict(&got, &(outputs.is_some(), outputs.is_some_and(|outputs| !outputs.is_empty())))
    });
}

/// All pages are rendered on request: the paths of others are not known here.
#[test]
fn conflicts() {
    let left_out = [
        // A catch-all that is not the last segment, and `/[]`.
        ("conflicts-005", ASTRO),
        ("conflicts-017", BRACKETS),
        ("conflicts-018", ONE_FILE),
        ("conflicts-021", NO_GROUPS),
        ("conflicts-022", RUN),
        ("conflicts-023", NO_UNDERSCORE),
        ("conflicts-024", ONE_FILE),
        ("conflicts-025", RUN),
        ("conflicts-026", RUN),
        ("conflicts-027", RUN),
        ("conflicts-029", RUN),
        ("conflicts-030", ONE_FILE),
        ("conflicts-031", NO_GROUPS),
        ("conflicts-033", RUN),
    ];
    run("next.json", "conflicts", &left_out, |vector| {
        let stems: Option<Vec<String>> = match (&vector["routes"], &vector["files"]) {
            (Value::Array(routes), _) => {
                Some(routes.iter().map(|route| stem_of(text_of(route))).collect())
            }
            (_, Value::Array(files)) => {
                files.iter().map(|file| stem_of_file(text_of(file))).collect()
            }
            _ => None,
        };
        let Some(stems) = stems else { return Verdict::DoesNotApply };
        let names: BTreeSet<String> =
            stems.iter().map(|stem| format!("src/pages/{stem}.rs")).collect();
        if names.len() < stems.len() || stems.iter().any(|stem| stem.contains("->")) {
            return Verdict::DoesNotApply;
        }
        let files = names.iter().map(|name| (name.as_str(), PAGE));
        let site = TestSite::with(files).expect("a folder with these files");
        verdict(&!site.compile().diagnostics.is_empty(), &(vector["clashes"] == true))
    });
}

#[test]
fn sort() {
    let left_out = [("sort-003", ASTRO), ("sort-004", ASTRO), ("sort-005", ASTRO)];
    run("next.json", "sort", &left_out, |vector| {
        let routes = |list: &Value| -> Vec<String> {
            let routes = list.as_array().expect("a list of routes").iter();
            routes.map(|route| text_of(route).to_owned()).collect()
        };
        verdict(&sorted(&routes(&vector["input"])), &routes(&vector["sorted"]))
    });
}

/// A page without mistakes, whatever its name.
const PAGE: &str = "pub const PRERENDER: bool = false;\npub fn get() {}\n";

const CANNOT_LEAD: &str =
    "a target is a path with a slash at its head, or an address of http or https";
const ONE_SOURCE: &str = "a redirect from the path of a page, or of another redirect, is an error";
const FIXED: &str = "a target may fix a param of its route";

#[test]
fn redirects_config() {
    let left_out = [
        ("redirects_config-001", CANNOT_LEAD),
        ("redirects_config-033", CANNOT_LEAD),
        ("redirects_config-004", FIXED),
        ("redirects_config-010", ONE_SOURCE),
        ("redirects_config-011", ONE_SOURCE),
        ("redirects_config-012", ONE_SOURCE),
        ("redirects_config-016", ONE_SOURCE),
        ("redirects_config-019", ONE_SOURCE),
        ("redirects_config-013", "redirects in a circle are an error"),
        ("redirects_config-025", "304 is not a redirect"),
    ];
    run("astro.json", "redirects_config", &left_out, |vector| {
        let site = TestSite::new();
        let is_page = |file: &&String| !file.starts_with("src/");
        for file in vector["pages"].as_object().expect("pages").keys().filter(is_page) {
            let Some((stem, _)) = file.rsplit_once('.') else { continue };
            let page = "pub fn static_paths() -> Vec<P> { vec![] }\npub fn get() {}\n";
            site.write(&format!("src/pages/{stem}.rs"), page).expect("a page to write");
        }
        let rules = vector["redirects"].as_object().expect("redirects").iter();
        let rules: Vec<String> = rules
            .map(|(from, to)| match to.as_str() {
                Some(_) => format!("{} = {to}\n", json!(from)),
                None => format!(
                    "{} = {{ to = {}, status = {} }}\n",
                    json!(from),
                    to["destination"],
                    to["status"]
                ),
            })
            .collect();
        let settings = format!("[redirects]\n{}", rules.concat());
        site.write("kiln.toml", &settings).expect("settings to write");
        let found = site.compile().diagnostics;
        verdict(&!found.is_empty(), &!vector["expect"]["error"].is_null())
    });
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn verdict<T: PartialEq + std::fmt::Debug>(got: &T, expected: &T) -> Verdict {
    if got == expected {
        return Verdict::Pass;
    }
    Verdict::Fail(format!("expected {expected:?}, got {got:?}"))
}

/// The route of a site's only file, and whether the site has no mistakes.
fn route_of(file: &str) -> (Option<RoutePattern>, bool) {
    let extensions = [
        ".astro",
        ".md",
        ".mdx",
        ".markdown",
        ".mdown",
        ".mkdn",
        ".mkd",
        ".mdwn",
        ".html",
        ".js",
        ".ts",
    ];
    let stem = extensions.iter().find_map(|extension| file.strip_suffix(extension));
    let file = stem.map_or(file.to_owned(), |stem| format!("{stem}.rs"));
    let site = TestSite::with([(format!("src/pages/{file}").as_str(), PAGE)]);
    let site = site.expect("a folder with this file");
    let (files, _) = scan::pages(site.folder());
    let route = files.first().and_then(|file| RoutePattern::parse(file.stem()).ok());
    (route, site.compile().diagnostics.is_empty())
}

/// The file for a route: `/` is `index`.
fn stem_of(route: &str) -> String {
    match route.trim_start_matches('/') {
        "" => "index".into(),
        stem => stem.into(),
    }
}

/// The file for a page or endpoint that other frameworks keep in a folder: `app/x/route.js` is `x`.
fn stem_of_file(file: &str) -> Option<String> {
    let path = file.strip_prefix("app/").or_else(|| file.strip_prefix("src/routes/"))?;
    let (folder, _) = path.rsplit_once('/').unwrap_or(("", path));
    Some(stem_of(folder))
}

fn sorted(routes: &[String]) -> Vec<String> {
    let parse = |route: &String| RoutePattern::parse(&stem_of(route)).expect("a pattern");
    let mut patterns: Vec<RoutePattern> = routes.iter().map(parse).collect();
    patterns.sort_by(table::compare);
    patterns.iter().map(ToString::to_string).collect()
}

/// A pattern in the form of the vectors.
fn describe(route: &RoutePattern) -> Value {
    let part = |part: &Part| match part {
        Part::Text(text) => json!({ "kind": "static", "text": text }),
        Part::Param(name) => json!({ "kind": "param", "name": name }),
        Part::Rest(name) => json!({ "kind": "rest", "name": name }),
    };
    let segments: Vec<Vec<Value>> =
        route.segments.iter().map(|segment| segment.iter().map(part).collect()).collect();
    let params: Vec<String> =
        route.params().map(|param| param.to_string().trim_matches(['[', ']']).to_owned()).collect();
    json!({
        "route": route.to_string(),
        "pathname": route.is_static().then(|| route.to_string()),
        "params": params,
        "segments": segments,
    })
}

/// The regular expression of a pattern, without its end.
fn regex(route: &RoutePattern) -> String {
    let mut regex = String::from("^");
    for segment in &route.segments {
        if let [Part::Rest(_)] = segment.as_slice() {
            regex.push_str("(?:\\/(.*?))?");
            continue;
        }
        regex.push_str("\\/");
        for part in segment {
            match part {
                Part::Param(_) => regex.push_str("([^/]+?)"),
                Part::Rest(_) => regex.push_str("(.*?)"),
                Part::Text(text) => text.chars().for_each(|c| {
                    if ".*+?^${}()|[]\\".contains(c) {
                        regex.push('\\');
                    }
                    regex.push(c);
                }),
            }
        }
    }
    regex
}

fn without_end(pattern: &str) -> &str {
    let ends = ["\\/?$", "\\/$", "$"];
    ends.iter().find_map(|end| pattern.strip_suffix(end)).unwrap_or(pattern)
}
