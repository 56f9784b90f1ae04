//! Front matter and data files: YAML, TOML and JSON become one tree whose values know their place.
//!
//! All three are read into the same tree, from which serde reads the type of the site. So a mistake has the same form in
//! each of them, and points at the value that is wrong.

mod deserialize;
mod error;
mod json;
mod node;
mod toml;
mod yaml;

use std::ops::Range;

use serde_core::de::DeserializeOwned;

use crate::loading::{self, Reference};
use crate::order;

use self::error::Found;
pub(crate) use self::node::{Node, Value};

/// The largest file of data, in bytes.
const MAX_BYTES: usize = 64 << 20;

/// How deep values may be nested.
const MAX_DEPTH: usize = 64;

/// A mistake in a text, which does not know its file yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// In bytes.
    pub(crate) range: Range<usize>,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

impl Problem {
    pub(crate) fn at(range: Range<usize>, message: impl Into<String>) -> Self {
        Problem { range, message: message.into(), hint: None }
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Problem { hint: Some(hint.into()), ..self }
    }

    /// The same problem in a text that this one is a part of.
    pub(crate) fn moved(mut self, bytes: usize) -> Self {
        self.range = self.range.start + bytes..self.range.end + bytes;
        self
    }
}

/// A language of front matter or of a data file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Yaml,
    Toml,
    Json,
}

impl Format {
    /// The format of a file, by its extension.
    pub(crate) fn of_extension(extension: &str) -> Option<Self> {
        match extension {
            "yaml" | "yml" => Some(Format::Yaml),
            "toml" => Some(Format::Toml),
            "json" => Some(Format::Json),
            _ => None,
        }
    }
}

/// Parses a text into a tree.
///
/// # Errors
///
/// Fails with at least one problem.
pub(crate) fn parse(text: &str, format: Format) -> Result<Node<'_>, Vec<Problem>> {
    if text.len() > MAX_BYTES {
        let limit = MAX_BYTES >> 20;
        let problem = Problem::at(0..0, format!("this file is larger than {limit} MiB"));
        return Err(vec![problem.hint("split it into smaller files")]);
    }
    match format {
        Format::Yaml => yaml::parse(text).map_err(|problem| vec![problem]),
        Format::Toml => toml::parse(text),
        Format::Json => json::parse(text).map_err(|problem| vec![problem]),
    }
}

/// Reads a value of the site's type from a tree. Fields that have been found wrong are removed from it.
///
/// serde stops at the first mistake. So the wrong key is removed, and the rest is read again, until no other mistake
/// appears. A key that is missing because it has been removed is not reported.
///
/// # Errors
///
/// Fails with at least one problem, in the order of the text.
pub(crate) fn read<T: DeserializeOwned>(
    node: &mut Node<'_>,
    from: &Source,
) -> Result<T, Vec<Problem>> {
    let mut problems: Vec<Problem> = Vec::new();
    let mut known: Vec<String> = Vec::new();
    loop {
        loading::forget_references();
        let error = match deserialize::from_node(node, from) {
            Ok(value) if problems.is_empty() => {
                place_references(node);
                return Ok(value);
            }
            Ok(_) => break,
            Err(error) => error,
        };
        let Found { message, hint, range, entry, missing, meant } = placed(*error.0, node);
        if missing.is_some_and(|key| known.iter().any(|known| known == key)) {
            break;
        }
        known.extend(meant);
        let range = range.unwrap_or_else(|| node.range.clone());
        problems.push(Problem { range, message, hint });
        let (Value::Map(entries), Some(entry)) = (&mut node.value, entry) else { break };
        known.push(entries.remove(entry).0.name.into_owned());
    }
    place_references(node);
    sort(&mut problems);
    Err(problems)
}

/// Finds the text that a type of this crate has refused.
///
/// serde keeps the fields of a flattened struct, and the content of an enum with an inner tag, without their places.
fn placed(found: Found, node: &Node<'_>) -> Found {
    let near = found.range.clone().unwrap_or_else(|| node.range.clone());
    let text = loading::refused(&found.message);
    let Some(range) = text.and_then(|text| node.place_of(&text, &near)) else { return found };
    let holds = |(_, value): &(_, Node<'_>)| value.has(&range);
    let entry = match &node.value {
        Value::Map(entries) => entries.iter().position(holds),
        _ => None,
    };
    Found { range: Some(range), entry: entry.or(found.entry), ..found }
}

/// Finds the references whose places serde has not kept.
fn place_references(node: &Node<'_>) {
    loading::place_references(|references| {
        let mut texts = Vec::new();
        node.add_texts(&mut texts);
        order::sort(&mut texts, Ord::cmp);
        for Reference { id, place, .. } in references {
            let here = (&**id, place.start, place.end);
            let first = texts.partition_point(|text| *text < (&**id, 0, 0));
            if texts.binary_search(&here).is_err()
                && let Some((text, start, end)) = texts.get(first)
                && text == id
            {
                *place = *start..*end;
            }
        }
    });
}

/// Sorts problems by their place. It is compiled once, and `read` for each type.
fn sort(problems: &mut [Problem]) {
    order::sort(problems, |a, b| a.range.start.cmp(&b.range.start));
}

/// What the reader of a value knows of the text.
#[derive(Debug, Default)]
pub(crate) struct Source {
    /// A key that is left out if the type has no field with its name, even where unknown keys are refused.
    pub(crate) optional_key: Option<&'static str>,
}
