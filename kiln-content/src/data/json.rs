//! Reads JSON into a tree.
//!
//! `serde_json` checks the text first, because it knows no places of values. The text is then known to be valid, and is
//! only cut apart.

use std::borrow::Cow;
use std::ops::Range;

use serde_core::de::IgnoredAny;

use super::node::{Key, Node, Value};
use super::{MAX_DEPTH, Problem};

/// Parses JSON.
///
/// # Errors
///
/// Fails with the first mistake.
pub(super) fn parse(text: &str) -> Result<Node<'_>, Problem> {
    serde_json::from_str::<IgnoredAny>(text).map_err(|error| {
        let line_start = text
            .split_inclusive('\n')
            .take(error.line().saturating_sub(1))
            .map(str::len)
            .sum::<usize>();
        // serde_json counts bytes, and may stop inside of a character.
        let at = text.floor_char_boundary(line_start + error.column().saturating_sub(1));
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        let problem = Problem::at(at..at, format!("invalid JSON: {message}"));
        let is_after_comma = text[..at].trim_end().ends_with(',');
        match text[at..].starts_with(['}', ']']) && is_after_comma {
            true => problem.hint("remove the comma before it"),
            false => problem,
        }
    })?;
    Cutter { text, at: 0 }.value(0)
}

struct Cutter<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cutter<'t> {
    fn value(&mut self, depth: usize) -> Result<Node<'t>, Problem> {
        self.skip_space();
        let start = self.at;
        if depth > MAX_DEPTH {
            return Err(Problem::at(
                start..start,
                format!("this value is nested more than {MAX_DEPTH} times"),
            ));
        }
        let value = match self.peek() {
            b'{' => self.map(depth)?,
            b'[' => self.list(depth)?,
            b'"' => Value::Text(self.string()),
            _ => self.word(),
        };
        Ok(Node { value, range: start..self.at })
    }

    fn map(&mut self, depth: usize) -> Result<Value<'t>, Problem> {
        let mut entries = Vec::new();
        self.at += 1;
        while self.has_item(b'}') {
            let start = self.at;
            let name = self.string();
            let key = Key { name, range: start..self.at };
            self.skip_space();
            // The colon.
            self.at += 1;
            entries.push((key, self.value(depth + 1)?));
        }
        Value::map(entries)
    }

    fn list(&mut self, depth: usize) -> Result<Value<'t>, Problem> {
        let mut items = Vec::new();
        self.at += 1;
        while self.has_item(b']') {
            items.push(self.value(depth + 1)?);
        }
        Ok(Value::List(items))
    }

    /// Goes to the next item, or past the end.
    fn has_item(&mut self, end: u8) -> bool {
        self.skip_space();
        if self.peek() == b',' {
            self.at += 1;
            self.skip_space();
        }
        let is_end = self.peek() == end;
        self.at += usize::from(is_end);
        !is_end
    }

    fn string(&mut self) -> Cow<'t, str> {
        let start = self.at;
        self.at += 1;
        while self.peek() != b'"' {
            self.at += if self.peek() == b'\\' { 2 } else { 1 };
        }
        self.at += 1;
        let quoted = self.slice(start..self.at);
        match quoted.contains('\\') {
            true => serde_json::from_str::<String>(quoted).unwrap_or_default().into(),
            false => quoted[1..quoted.len() - 1].into(),
        }
    }

    /// A number, `true`, `false` or `null`.
    fn word(&mut self) -> Value<'t> {
        let rest = &self.text[self.at..];
        let end = rest.find([',', ']', '}', ' ', '\t', '\r', '\n']).unwrap_or(rest.len());
        self.at += end;
        match &rest[..end] {
            "null" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            number => match number.parse() {
                Ok(integer) => Value::Integer(integer),
                Err(_) => Value::Float(number.parse().unwrap_or(f64::NAN)),
            },
        }
    }

    fn skip_space(&mut self) {
        while self.peek().is_ascii_whitespace() {
            self.at += 1;
        }
    }

    /// The next byte, or zero at the end.
    fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or_default()
    }

    fn slice(&self, range: Range<usize>) -> &'t str {
        &self.text[range]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_at_the_start_of_a_character() {
        for text in [
            "{\"title\": \"\\u  \u{1f525}\n--- \n",
            "[\"\\\u{e9}\"]",
            "\u{e9}",
            "{\"a\": 1, \u{e9}}",
        ] {
            let Err(problem) = parse(text) else { panic!("{text} is not JSON") };
            assert!(text.is_char_boundary(problem.range.start), "{text}");
        }
    }
}
