//! Cases from other site generators, in `tests/vectors`, and how kiln reads them.

use std::fmt::Write;
use std::path::Path;

use serde_json::Value;

use super::leak;
use crate::config::{Config, Format, TrailingSlash};
use crate::params::RawParams;

/// Reasons, each with the ids of the cases that kiln on purpose has another answer to.
pub(crate) type LeftOut = [(&'static str, &'static [&'static str])];

/// Runs each case of a group: it passes, or it is left out and does not pass as it stands.
#[track_caller]
pub(crate) fn check(group: &str, left_out: &LeftOut, run: impl Fn(&Value) -> Result<(), String>) {
    let file = format!("{}/tests/vectors/{group}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(Path::new(&file)).expect(&file);
    let cases: Vec<Value> = serde_json::from_str(&text).expect(&file);
    let (mut passed, mut skipped, mut wrong) = (0, 0, String::new());
    for case in &cases {
        let id = id(group, case);
        let is_left_out = left_out.iter().any(|(_, ids)| ids.contains(&&*id));
        match (run(case), is_left_out) {
            (Ok(()), false) => passed += 1,
            (Err(_), true) => skipped += 1,
            (Ok(()), true) => writeln!(wrong, "{id} passes, and is left out").unwrap(),
            (Err(difference), false) => writeln!(wrong, "{id}: {difference}\n  {case}").unwrap(),
        }
    }
    println!("{group}: {passed} of {} pass, {skipped} left out", cases.len());
    assert!(wrong.is_empty(), "{group}:\n{wrong}");
}

/// The case's own id, or what tells it from the others.
fn id(group: &str, case: &Value) -> String {
    match (group, &case["id"]) {
        (_, Value::String(id)) => id.clone(),
        ("params", _) => format!("{} {}", text(&case["route"]), text(&case["path"])),
        ("netlify_headers", _) => format!("{} {}", text(&case["for"]), text(&case["path"])),
        ("next_methods", _) => case["exports"].to_string(),
        _ => text(&case["param"]).to_owned(),
    }
}

/// An `Err` that shows both, where they are not the same.
pub(crate) fn same<A>(actual: &A, expected: &A) -> Result<(), String>
where
    A: PartialEq + std::fmt::Debug + ?Sized,
{
    if actual == expected {
        return Ok(());
    }
    Err(format!("{actual:?} and not {expected:?}"))
}

#[track_caller]
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// Settings; what is left out or `any` is as in a site without a kiln.toml.
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

/// Params: numbers are written out, lists joined, and `null` is a param that is absent.
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

/// Whether these are the same params, whatever their order.
pub(crate) fn same_params(actual: &RawParams, expected: &Value) -> Result<(), String> {
    let sorted = |params: &RawParams| {
        let mut params: Vec<(String, String)> =
            params.iter().map(|(name, value)| (name.into(), value.into())).collect();
        params.sort_unstable();
        params
    };
    same(&sorted(actual), &sorted(&params(expected)))
}

/// A decoded path as a browser would send it. What it cannot tell from the rest of a URL stays as it is.
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
