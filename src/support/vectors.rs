//! Runs the cases of other site generators in `tests/vectors`.

use std::fmt::Write;
use std::path::Path;

use serde_json::Value;

use super::leak;
use crate::config::{Config, Format, TrailingSlash};
use crate::routing::params::RawParams;

/// Deliberate differences: reasons, each with the ids of the cases in which kiln differs.
pub(crate) type LeftOut = [(&'static str, &'static [&'static str])];

/// Runs each case of a group. It has to pass, or be left out and fail.
#[track_caller]
pub(crate) fn check(group: &str, left_out: &LeftOut, run: impl Fn(&Value) -> Result<(), String>) {
    let wrong = judge(group, &load(group), left_out, run);
    assert!(wrong.is_empty(), "{group}:\n{wrong}");
}

/// Runs the cases, and returns those with an unexpected result as text.
fn judge(
    group: &str,
    cases: &[Value],
    left_out: &LeftOut,
    run: impl Fn(&Value) -> Result<(), String>,
) -> String {
    let left_out: Vec<&str> = left_out.iter().flat_map(|(_, ids)| *ids).copied().collect();
    let (mut passed, mut skipped, mut wrong) = (0, 0, unknown(group, cases, &left_out));
    for case in cases {
        let id = id(group, case);
        match (run(case), left_out.contains(&&*id)) {
            (Ok(()), false) => passed += 1,
            (Err(difference), true) => {
                println!("{id} is left out: {difference}");
                skipped += 1;
            }
            (Ok(()), true) => writeln!(wrong, "{id} passes, but is left out").unwrap(),
            (Err(difference), false) => writeln!(wrong, "{id}: {difference}\n  {case}").unwrap(),
        }
    }
    println!("{group}: {passed} of {} pass, {skipped} left out", cases.len());
    wrong
}

/// Runs the cases of a group with programs in JavaScript. `tables` contain the same programs in Rust, by id.
///
/// A case without a program in Rust has to be left out. A case with a program may be left out as well, and then has to
/// fail.
#[track_caller]
pub(crate) fn check_programs<T>(
    group: &str,
    left_out: &LeftOut,
    tables: &[&[(&str, T)]],
    run: impl Fn(&Value, &T) -> Result<(), String>,
) {
    let programs = || tables.iter().copied().flatten();
    let ids: Vec<&str> = programs().map(|(id, _)| *id).collect();
    let wrong = unknown(group, &load(group), &ids);
    assert!(wrong.is_empty(), "{group}:\n{wrong}");
    check(group, left_out, |case| {
        let id = id(group, case);
        match programs().find(|(of, _)| *of == id) {
            Some((_, program)) => run(case, program),
            None => Err("no program in Rust".to_owned()),
        }
    });
}

/// Loads the cases of a file, which must not be empty.
#[track_caller]
fn load(group: &str) -> Vec<Value> {
    let file = format!("{}/tests/vectors/{group}.json", env!("CARGO_MANIFEST_DIR"));
    parse(&file, &std::fs::read_to_string(Path::new(&file)).expect(&file))
}

#[track_caller]
fn parse(file: &str, text: &str) -> Vec<Value> {
    let cases: Vec<Value> = serde_json::from_str(text).expect(file);
    assert!(!cases.is_empty(), "{file} has no cases");
    cases
}

/// A line for each id that is unknown or listed twice.
fn unknown(group: &str, cases: &[Value], ids: &[&str]) -> String {
    let known: Vec<String> = cases.iter().map(|case| id(group, case)).collect();
    let mut wrong = String::new();
    for (at, id) in ids.iter().enumerate() {
        if !known.iter().any(|known| known == id) {
            writeln!(wrong, "there is no case {id}").unwrap();
        }
        if ids[..at].contains(id) {
            writeln!(wrong, "{id} is listed twice").unwrap();
        }
    }
    wrong
}

/// The id of a case, or a text that identifies it.
fn id(group: &str, case: &Value) -> String {
    match (group, &case["id"]) {
        (_, Value::String(id)) => id.clone(),
        ("params", _) => format!("{} {}", text(&case["route"]), text(&case["path"])),
        ("netlify_headers", _) => format!("{} {}", text(&case["for"]), text(&case["path"])),
        ("next_methods", _) => case["exports"].to_string(),
        _ => text(&case["param"]).to_owned(),
    }
}

/// Returns an error that shows both values if they differ.
pub(crate) fn same<A>(actual: &A, expected: &A) -> Result<(), String>
where
    A: PartialEq + std::fmt::Debug + ?Sized,
{
    if actual == expected {
        return Ok(());
    }
    Err(format!("{actual:?} instead of {expected:?}"))
}

#[track_caller]
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// Converts settings. A setting that is missing or `any` has its default.
pub(crate) fn config(given: &Value) -> Config {
    let base = given["base"].as_str().unwrap_or("/").trim_end_matches('/');
    let format = given["format"].as_str().or(given["build_format"].as_str());
    Config {
        base: leak(base.to_owned()),
        format: match format {
            Some("file") => Format::File,
            Some("preserve") => Format::Preserve,
            _ => Format::Directory,
        },
        trailing_slash: match given["trailing_slash"].as_str() {
            Some("always") => TrailingSlash::Always,
            Some("never") => TrailingSlash::Never,
            _ => TrailingSlash::Ignore,
        },
        ..super::CONFIG
    }
}

/// Converts params. Numbers are formatted, lists are joined, and `null` is an absent param.
pub(crate) fn params(given: &Value) -> RawParams {
    let given = given.as_object().expect("an object");
    let value = |value: &Value| match value {
        Value::Null => None,
        Value::String(value) => Some(value.clone()),
        Value::Array(segments) => Some(segments.iter().map(text).collect::<Vec<_>>().join("/")),
        other => Some(other.to_string()),
    };
    given.iter().filter_map(|(name, given)| Some((name.clone(), value(given)?))).collect()
}

/// Compares params in any order.
pub(crate) fn same_params(actual: &RawParams, expected: &Value) -> Result<(), String> {
    let sorted = |params: &RawParams| {
        let mut params: Vec<(String, String)> =
            params.iter().map(|(name, value)| (name.into(), value.into())).collect();
        params.sort_unstable();
        params
    };
    same(&sorted(actual), &sorted(&params(expected)))
}

/// Encodes a path like a browser. Characters with a meaning in URLs are kept.
pub(crate) fn sent(path: &str) -> String {
    let stays = |c: char| c.is_ascii_graphic() && !"\"<>[]^`{|}".contains(c);
    path.chars().fold(String::new(), |mut sent, c| {
        let mut bytes = [0; 4];
        if stays(c) {
            sent.push(c);
        } else {
            c.encode_utf8(&mut bytes).bytes().for_each(|byte| write!(sent, "%{byte:02X}").unwrap());
        }
        sent
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    #[should_panic(expected = "empty.json has no cases")]
    fn a_file_without_cases_fails() {
        parse("empty.json", "[]");
    }

    #[test]
    #[should_panic(expected = "tests/vectors/missing.json")]
    fn a_missing_file_fails() {
        load("missing");
    }

    #[test]
    fn every_case_passes_or_is_left_out() {
        let cases = [json!({ "id": "a" }), json!({ "id": "b" }), json!({ "id": "c" })];
        let run = |case: &Value| match text(&case["id"]) {
            "a" => Ok(()),
            _ => Err("differs".to_owned()),
        };
        assert_eq!(judge("x", &cases, &[("as planned", &["b", "c"])], run), "");
        assert_eq!(
            judge("x", &cases, &[("as planned", &["a", "b", "d", "b"])], run),
            "there is no case d\nb is listed twice\na passes, but is left out\nc: differs\n  {\"id\":\"c\"}\n"
        );
    }
}
