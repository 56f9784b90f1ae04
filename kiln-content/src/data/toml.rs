//! Reads TOML into a tree.

use std::borrow::Cow;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Problem;
use super::node::{Key, Node, Value};
use crate::order;

/// Parses TOML.
///
/// # Errors
///
/// Fails with all mistakes.
pub(super) fn parse(text: &str) -> Result<Node<'_>, Vec<Problem>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return Ok(table_node(table));
    }
    let problem = |error: &toml::de::Error| {
        let at = error.span().unwrap_or(0..0);
        let (message, hint) = match error.message() {
            message if message.starts_with("string values must be quoted") => {
                ("text must be in quotes", Some("write it in quotes: \"…\""))
            }
            "duplicate key" => ("the key is there twice", Some("keep one of the two")),
            message => (message, None),
        };
        let problem = Problem::at(at, format!("invalid TOML: {message}"));
        Problem { hint: hint.map(Into::into), ..problem }
    };
    Err(errors.iter().map(problem).collect())
}

fn table_node(table: Spanned<DeTable<'_>>) -> Node<'_> {
    let range = table.span();
    Node { value: Value::Map(entries(table.into_inner())), range }
}

/// The entries of a table, in the order of the text.
fn entries(table: DeTable<'_>) -> Vec<(Key<'_>, Node<'_>)> {
    let mut entries: Vec<_> = table
        .into_iter()
        .map(|(key, value)| {
            let range = key.span();
            (Key { name: key.into_inner(), range }, node(value))
        })
        .collect();
    order::sort(&mut entries, |(a, _), (b, _)| a.range.start.cmp(&b.range.start));
    entries
}

fn node(spanned: Spanned<DeValue<'_>>) -> Node<'_> {
    let range: Range<usize> = spanned.span();
    let value = match spanned.into_inner() {
        DeValue::String(text) => Value::Text(text),
        DeValue::Integer(number) => {
            let digits = number.as_str();
            i128::from_str_radix(digits, number.radix())
                .map_or_else(|_| Value::Text(Cow::Owned(digits.to_owned())), Value::Integer)
        }
        DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(value) => Value::Bool(value),
        DeValue::Datetime(date) => Value::Text(Cow::Owned(date.to_string())),
        DeValue::Array(items) => Value::List(items.into_iter().map(node).collect()),
        DeValue::Table(table) => Value::Map(entries(table)),
    };
    Node { value, range }
}
