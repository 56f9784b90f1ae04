//! Test vectors for Next.js's matcher, and kiln's deviations from it.

use std::fmt::Write;
use std::path::Path;

use fancy_regex::Regex;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use crate::matcher;

/// Reasons, each with the cases in which kiln deviates on purpose.
type LeftOut = [(&'static str, fn(&Value) -> bool)];

/// Runs each case of a group: it has to pass, unless it is left out, and then it must not pass.
#[track_caller]
fn check(group: &str, left_out: &LeftOut, run: impl Fn(&Value) -> Result<(), String>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors").join(group);
    let text = std::fs::read_to_string(path.with_extension("json")).expect("a file of vectors");
    let cases: Vec<Value> = serde_json::from_str(&text).expect("JSON");
    assert!(!cases.is_empty(), "the group {group} has no cases");
    let (mut passed, mut skipped, mut wrong) = (0, 0, String::new());
    for case in &cases {
        let reason = left_out.iter().find(|(_, is_left_out)| is_left_out(case));
        match (run(case), reason) {
            (Ok(()), None) => passed += 1,
            (Err(_), Some(_)) => skipped += 1,
            (Ok(()), Some((reason, _))) => {
                writeln!(wrong, "passes, though {reason}\n  {case}").unwrap();
            }
            (Err(difference), None) => writeln!(wrong, "{difference}\n  {case}").unwrap(),
        }
    }
    println!("{group}: {passed} of {} pass, {skipped} left out", cases.len());
    assert!(wrong.is_empty(), "{group}:\n{wrong}");
}

/// An `Err` that shows both values if they differ.
fn same(actual: bool, expected: Option<bool>) -> Result<(), String> {
    let expected = expected.expect("a verdict");
    if actual == expected { Ok(()) } else { Err(format!("{actual} and not {expected}")) }
}

/// The entries of a `MATCHER` with the same meaning: a string is a list of one.
fn entries(value: &Value) -> Result<Vec<&str>, String> {
    match value {
        Value::Array(entries) => entries.iter().map(entry).collect(),
        text => Ok(vec![entry(text)?]),
    }
}

fn entry(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| format!("{value} is not a string"))
}

/// Whether an entry has conditions or a `locale`.
fn has_objects(case: &Value) -> bool {
    case["matcher"].is_object()
        || case["matcher"].as_array().is_some_and(|entries| entries.iter().any(Value::is_object))
}

/// The path that kiln matches, relative to the base and decoded; `None` if kiln responds with an error before that.
fn decoded(case: &Value) -> Option<String> {
    let path = case["path"].as_str().expect("a path");
    let base = case["basePath"].as_str().unwrap_or_default();
    let below = match path.strip_prefix(base)? {
        "" => "/",
        below => below,
    };
    if !below.is_ascii() || !below.starts_with('/') || below.contains("//") {
        return None;
    }
    let decoded = percent_decode_str(below).decode_utf8().ok()?;
    Some(decoded.nfc().collect())
}

fn is_match(entries: &[&str], path: &str) -> bool {
    entries.iter().any(|entry| {
        let source =
            matcher::compile(entry).unwrap_or_else(|mistake| panic!("{entry}: {mistake:?}"));
        let regex = Regex::new(&source).unwrap_or_else(|error| panic!("{entry}: {error}"));
        regex.is_match(path).unwrap_or(true)
    })
}

#[test]
fn matcher() {
    let left_out: &LeftOut = &[
        (
            "an entry of kiln is a text, without conditions on headers, cookies and queries",
            has_objects,
        ),
        ("locales are segments like any other", |case| !case["i18n"].is_null()),
        ("a path that cannot be decoded is refused before", |case| case["path"] == "/bad/%E0%A4%A"),
        ("the root below a base has a slash, whether it was sent or not", |case| {
            case["path"] == case["basePath"] && case["matcher"] == "/((?!api).*)"
        }),
    ];
    check("matcher", left_out, |case| {
        if !case["i18n"].is_null() {
            return Err("kiln has no setting for locales".into());
        }
        let entries = entries(&case["matcher"])?;
        let got = decoded(case).is_some_and(|path| is_match(&entries, &path));
        // Whether it matches without the suffixes of Next.js's own files.
        let expected = case["without_next_suffixes"].as_bool().or(case["matches"].as_bool());
        same(got, expected)
    });
}

#[test]
fn matcher_validation() {
    let left_out: &LeftOut =
        &[("an entry of kiln is a text", |case| has_objects(case) && case["valid"] == true)];
    check("matcher_validation", left_out, |case| {
        let is_valid =
            |entries: Vec<&str>| entries.iter().all(|entry| matcher::compile(entry).is_ok());
        // The text is abbreviated in the case, which contains its length.
        let long = format!("/{}", "a".repeat(4100));
        let entries = match case["matcher"].as_str() {
            Some(text) if text.ends_with("(4101 chars)") => Ok(vec![&*long]),
            _ => entries(&case["matcher"]),
        };
        same(entries.is_ok_and(is_valid), case["valid"].as_bool())
    });
}
