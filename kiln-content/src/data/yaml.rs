//! Reads YAML into a tree.
//!
//! Plain scalars have the types of YAML 1.2, so `no` and `2026-11-27` are text. An alias is a copy of its anchor. The
//! number of copied values is limited, because aliases of aliases grow exponentially.

mod simple;

use std::borrow::Cow;
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Span, Tag};

use super::node::{Key, Node, Value};
use super::{MAX_DEPTH, Problem};

/// The most values that aliases may add to a file.
const MAX_COPIES: usize = 100_000;

/// Parses a single document of YAML. An empty text is [`Value::Null`].
///
/// # Errors
///
/// Fails with the first mistake.
pub(super) fn parse(text: &str) -> Result<Node<'_>, Problem> {
    simple::parse(text).map_or_else(|| parse_all(text), Ok)
}

fn parse_all(text: &str) -> Result<Node<'_>, Problem> {
    let mut builder = Builder { text, ..Builder::default() };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| invalid(text, &error))?;
        builder.add(event, &span)?;
    }
    Ok(builder.root.unwrap_or(Node { value: Value::Null, range: 0..0 }))
}

fn invalid(text: &str, error: &ScanError) -> Problem {
    let at = text.floor_char_boundary(error.marker().byte_offset().unwrap_or_default());
    let problem = Problem::at(at..at, format!("invalid YAML: {}", error.info()));
    let before = text[..at].rsplit('\n').next().unwrap_or_default();
    let after = text[at..].lines().next().unwrap_or_default();
    if before.contains('\t') || after.starts_with('\t') {
        return problem.hint("indent with spaces: YAML allows no tabs there");
    }
    match before.contains(": ") && after.starts_with(": ") {
        true => problem.hint("put a value that contains `: ` in quotes"),
        false => problem,
    }
}

/// A collection whose end has not been read.
struct Open<'t> {
    start: usize,
    anchor: usize,
    items: Items<'t>,
}

enum Items<'t> {
    List(Vec<Node<'t>>),
    /// The entries, and a key that has no value yet.
    Map(Vec<(Key<'t>, Node<'t>)>, Option<Key<'t>>),
}

#[derive(Default)]
struct Builder<'t> {
    text: &'t str,
    open: Vec<Open<'t>>,
    root: Option<Node<'t>>,
    /// The values of anchors, which the parser counts from 1. `None` where the value is not complete.
    anchors: Vec<Option<Node<'t>>>,
    copies: usize,
}

impl<'t> Builder<'t> {
    fn add(&mut self, event: Event<'t>, span: &Span) -> Result<(), Problem> {
        let range = span.byte_range().unwrap_or_default();
        match event {
            Event::DocumentStart(..) if self.root.is_some() => {
                let message = "a second document starts here, and only one is read";
                Err(Problem::at(range, message).hint("remove the line `---`"))
            }
            Event::Scalar(text, style, anchor, tag) => {
                let value = scalar(text, style, tag.as_deref(), &range)?;
                self.close(Node { value, range }, anchor)
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.begin(Items::List(Vec::new()), range, anchor, tag.as_deref())
            }
            Event::MappingStart(_, anchor, tag) => {
                self.begin(Items::Map(Vec::new(), None), range, anchor, tag.as_deref())
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(&range),
            Event::Alias(anchor) => {
                let node = self.copy(anchor, range)?;
                self.close(node, 0)
            }
            _ => Ok(()),
        }
    }

    fn begin(
        &mut self,
        items: Items<'t>,
        range: Range<usize>,
        anchor: usize,
        tag: Option<&Tag>,
    ) -> Result<(), Problem> {
        if self.open.len() >= MAX_DEPTH {
            return Err(Problem::at(
                range,
                format!("this value is nested more than {MAX_DEPTH} times"),
            ));
        }
        if let Some(tag) = tag.filter(|tag| !tag.is_yaml_core_schema()) {
            return Err(unknown_tag(tag, range));
        }
        self.open.push(Open { start: range.start, anchor, items });
        Ok(())
    }

    fn end(&mut self, range: &Range<usize>) -> Result<(), Problem> {
        let Some(Open { start, anchor, items }) = self.open.pop() else { return Ok(()) };
        let range = start..range.end.max(start);
        let value = match items {
            Items::List(items) => Value::List(items),
            Items::Map(entries, _) => Value::map(entries)?,
        };
        self.close(Node { value, range }, anchor)
    }

    /// Adds a complete value to the collection around it.
    fn close(&mut self, node: Node<'t>, anchor: usize) -> Result<(), Problem> {
        if anchor != 0 {
            let count = self.anchors.len().max(anchor + 1);
            self.anchors.resize(count, None);
            self.anchors[anchor] = Some(node.clone());
        }
        match self.open.last_mut().map(|open| &mut open.items) {
            None => self.root = Some(node),
            Some(Items::List(items)) => items.push(node),
            Some(Items::Map(entries, key)) => match key.take() {
                Some(key) => entries.push((key, node)),
                None => *key = Some(as_key(node, self.text)?),
            },
        }
        Ok(())
    }

    fn copy(&mut self, anchor: usize, range: Range<usize>) -> Result<Node<'t>, Problem> {
        let Some(Some(node)) = self.anchors.get(anchor) else {
            return Err(Problem::at(range, "this is an alias of a value that contains it"));
        };
        self.copies += count(node);
        if self.copies > MAX_COPIES {
            let message = format!("the aliases stand for more than {MAX_COPIES} values");
            return Err(Problem::at(range, message).hint("write the values instead of aliases"));
        }
        // A mistake in the copy is shown at the alias.
        Ok(Node { range, ..node.clone() })
    }
}

/// The number of values in a tree, of which an alias to it makes copies.
fn count(node: &Node<'_>) -> usize {
    1 + match &node.value {
        Value::List(items) => items.iter().map(count).sum(),
        Value::Map(entries) => entries.iter().map(|(_, node)| count(node)).sum(),
        _ => 0,
    }
}

/// A key as text. Numbers and dates are keys too.
fn as_key<'t>(node: Node<'t>, text: &'t str) -> Result<Key<'t>, Problem> {
    let range = node.range;
    let name = match node.value {
        Value::Text(name) => name,
        Value::List(_) | Value::Map(_) => {
            let hint = "a key is text; a value in braces or brackets is put in quotes";
            return Err(Problem::at(range, "a list or a map cannot be a key").hint(hint));
        }
        _ => Cow::Borrowed(text.get(range.clone()).unwrap_or_default()),
    };
    Ok(Key { name, range })
}

fn unknown_tag(tag: &Tag, range: Range<usize>) -> Problem {
    let message = format!("the tag `{tag}` has no meaning here");
    Problem::at(range, message).hint("remove it, or put the value in quotes")
}

fn scalar<'t>(
    text: Cow<'t, str>,
    style: ScalarStyle,
    tag: Option<&Tag>,
    range: &Range<usize>,
) -> Result<Value<'t>, Problem> {
    match tag {
        None if style == ScalarStyle::Plain => Ok(plain(text)),
        None => Ok(Value::Text(text)),
        Some(tag) if tag.is_yaml_core_schema_tag("str") => Ok(Value::Text(text)),
        Some(tag) if tag.is_yaml_core_schema() => Ok(plain(text)),
        Some(tag) => Err(unknown_tag(tag, range.clone())),
    }
}

/// The value of a scalar without quotes, by the core schema of YAML 1.2.
fn plain(text: Cow<'_, str>) -> Value<'_> {
    match &*text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        ".nan" | ".NaN" | ".NAN" => return Value::Float(f64::NAN),
        _ => {}
    }
    match number(&text) {
        Some(value) => value,
        None => Value::Text(text),
    }
}

fn number(text: &str) -> Option<Value<'static>> {
    let radix = |prefix, radix| {
        let digits: &str = text.strip_prefix(prefix)?;
        let is_digits = digits.chars().all(|c| c.is_digit(radix));
        i128::from_str_radix(digits, radix).ok().filter(|_| is_digits)
    };
    if let Some(integer) = radix("0x", 16).or_else(|| radix("0o", 8)) {
        return Some(Value::Integer(integer));
    }
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1.0, digits),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    if matches!(digits, ".inf" | ".Inf" | ".INF") {
        return Some(Value::Float(sign * f64::INFINITY));
    }
    let is_number = digits.contains(|c: char| c.is_ascii_digit())
        && digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-'));
    if !is_number {
        return None;
    }
    match text.parse() {
        Ok(integer) => Some(Value::Integer(integer)),
        Err(_) => text.parse().ok().map(Value::Float),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    #[test]
    fn plain_scalars_have_the_types_of_yaml_1_2() {
        let integers = [("1", 1), ("-7", -7), ("+3", 3), ("0x1F", 31), ("0o17", 15), ("007", 7)];
        for (text, expected) in integers {
            assert_eq!(plain(text.into()), Value::Integer(expected), "{text}");
        }
        let floats = [("1.5", 1.5), ("-.5", -0.5), ("1e3", 1000.0), (".inf", f64::INFINITY)];
        for (text, expected) in floats {
            assert_eq!(plain(text.into()), Value::Float(expected), "{text}");
        }
        for text in [
            "yes",
            "no",
            "2026-11-27",
            "1.2.3",
            "0x",
            "0o8",
            "-",
            ".",
            "inf",
            "nan",
            "1_000",
            "e3",
            "1 2",
            "0x-1",
            "+-1",
        ] {
            assert_eq!(plain(text.into()), Value::Text(text.into()), "{text}");
        }
    }

    #[track_caller]
    fn problem(text: &str) -> Problem {
        parse(text).expect_err("a mistake")
    }

    #[test]
    fn aliases_are_copies() {
        let node = parse("a: &x [1, 2]\nb: *x\n").expect("valid YAML");
        let Value::Map(entries) = node.value else { panic!("not a map") };
        assert_eq!(entries[0].1.value, entries[1].1.value);
        assert_eq!(entries[1].1.range, 16..18);
    }

    #[test]
    fn bombs_and_loops_are_refused() {
        let mut bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for (name, of) in ["b", "c", "d", "e", "f", "g"].iter().zip(["a", "b", "c", "d", "e", "f"])
        {
            let aliases = vec![format!("*{of}"); 10].join(", ");
            let _ = writeln!(bomb, "{name}: &{name} [{aliases}]");
        }
        assert!(problem(&bomb).message.contains("more than 100000 values"));
        assert!(problem("a: &a [*a]\n").message.contains("contains it"));
        let deep = format!("a: {}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(!problem(&deep).message.is_empty());
        let deep = format!("a: {}{}", "[".repeat(100), "]".repeat(100));
        assert!(problem(&deep).message.contains("nested"));
    }

    #[test]
    fn other_mistakes_have_a_place() {
        for (text, range, message) in [
            ("a: 1\na: 2\n", 5..6, "twice"),
            ("a: *b\n", 3..3, "invalid YAML"),
            ("a: !x 1\n", 6..7, "the tag"),
            ("[a]: 1\n", 0..3, "cannot be a key"),
            ("a: 1\n---\nb: 2\n", 5..8, "second document"),
        ] {
            let problem = problem(text);
            assert!(problem.message.contains(message), "{text}: {problem:?}");
            assert_eq!(problem.range, range, "{text}: {problem:?}");
        }
        assert_eq!(
            problem("a:\n\tb: 1\n").hint.as_deref(),
            Some("indent with spaces: YAML allows no tabs there")
        );
        assert!(problem("title: Rust: a tour\n").hint.is_some());
    }
}
