//! Reads the YAML that most front matter is without the parser: a key and a plain value on each line. The parser takes 30,000
//! instructions for it, more than anything else that loads a post.
//!
//! What is not surely that is left to the parser. Whatever is read here has the same tree there, as the tests check.

use std::borrow::Cow;

use super::plain;
use crate::data::node::{Key, Node, Value};

/// The longest key. A parser of YAML gives up at 1,024 characters.
const MAX_KEY: usize = 64;

/// Parses lines such as `title: Hello`, `title: "Hello"` and `tags: [a, b]`; `None` if there is anything else.
pub(super) fn parse(text: &str) -> Option<Node<'_>> {
    let mut entries = Vec::with_capacity(8);
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        entries.push(entry(line.strip_suffix('\n')?, at)?);
        at += line.len();
    }
    (!entries.is_empty()).then_some(())?;
    Some(Node { value: Value::map(entries).ok()?, range: 0..text.len() })
}

/// Reads a line that starts at a place of the text.
fn entry(line: &str, start: usize) -> Option<(Key<'_>, Node<'_>)> {
    let colon = line.bytes().position(|byte| !is_of_key(byte))?;
    let (key, rest) = line.split_at(colon);
    let written = rest.strip_prefix(": ")?;
    if !(1..=MAX_KEY).contains(&key.len()) || !key.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let at = start + colon + 2;
    let key = Key { name: Cow::Borrowed(key), range: start..start + key.len() };
    let value = match written.as_bytes() {
        [b'"', inside @ .., b'"'] if inside.iter().copied().all(is_of_quote) => {
            Value::Text(Cow::Borrowed(&written[1..written.len() - 1]))
        }
        [b'[', .., b']'] => list(&written[1..written.len() - 1], at + 1)?,
        _ => scalar(written)?,
    };
    Some((key, Node { value, range: at..at + written.len() }))
}

/// A list of words without quotes. `at` is where the text between the brackets starts.
fn list(inside: &str, mut at: usize) -> Option<Value<'_>> {
    let mut items = Vec::with_capacity(4);
    for (index, item) in inside.split(',').enumerate() {
        let word = if index == 0 { item } else { item.strip_prefix(' ')? };
        let is_word = word.starts_with(|c: char| c.is_ascii_alphanumeric())
            && word.bytes().all(|byte| is_of_key(byte) || byte == b'.');
        is_word.then_some(())?;
        let start = at + item.len() - word.len();
        items.push(Node { value: plain(word.into()), range: start..start + word.len() });
        at += item.len() + 1;
    }
    Some(Value::List(items))
}

/// A value without quotes.
fn scalar(written: &str) -> Option<Value<'_>> {
    let bytes = written.as_bytes();
    let is_plain = bytes.first()?.is_ascii_alphanumeric()
        && bytes.iter().copied().all(is_printable)
        && !matches!(bytes.last(), Some(b' ' | b':'))
        && !bytes.windows(2).any(|pair| matches!(pair, b": " | b" #"));
    is_plain.then(|| plain(written.into()))
}

fn is_of_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

fn is_printable(byte: u8) -> bool {
    matches!(byte, b' '..=b'~')
}

fn is_of_quote(byte: u8) -> bool {
    is_printable(byte) && !matches!(byte, b'"' | b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::yaml::parse_all;

    #[track_caller]
    fn same(text: &str) {
        let simple = parse(text).unwrap_or_else(|| panic!("{text:?} is left to the parser"));
        let parsed = parse_all(text).unwrap_or_else(|problem| panic!("{text:?}: {problem:?}"));
        assert_eq!(simple, parsed, "{text:?}");
    }

    #[test]
    fn the_tree_is_that_of_the_parser() {
        for value in [
            "Hello",
            "Post 7 of bench: no",
            "a",
            "7",
            "-7",
            "1.5",
            "0x1F",
            "true",
            "null",
            "2026-11-27",
            "2026-11-27T10:00:00+02:00",
            "https://example.com/a?b#c",
            "a 'quoted' \"word\", {x} [y] & *z | > ! % @ `",
            "a#b - c",
            "\"\"",
            "\" a: b # c \"",
            "\"2026-11-27\"",
            "[a]",
            "[a, b-c, 1, 2.5, true, null]",
            "[v1.2]",
        ] {
            for text in [format!("key: {value}\n"), format!("a: 1\nkey-1_x: {value}\nb: x y\n")] {
                match parse(&text) {
                    Some(_) => same(&text),
                    None => assert!(matches!(value, "Post 7 of bench: no" | "-7"), "{value}"),
                }
            }
        }
    }

    #[test]
    fn anything_else_is_left_to_the_parser() {
        for text in [
            "",
            "\n",
            "a: 1",
            "a: 1\n\n",
            "a: 1\na: 2\n",
            "a:\n",
            "a: \n",
            "a:  1\n",
            "a:1\n",
            " a: 1\n",
            "a: 1\n  b\n",
            "a: 1\nb\n",
            "a: 1 \n",
            "a: 1\r\n",
            "a: \t1\n",
            "a: b:\n",
            "a: b: c\n",
            "a: b #c\n",
            "a: \u{e9}\n",
            "a: 'x'\n",
            "a: \"x\\n\"\n",
            "a: \"x\" y\n",
            "a: \"\n",
            "a: &b\n",
            "a: *b\n",
            "a: !b\n",
            "a: |\n",
            "a: - b\n",
            "a: {}\n",
            "a: []\n",
            "a: [\n",
            "a: [a, ]\n",
            "a: [a,b]\n",
            "a: [a b]\n",
            "a: [-a]\n",
            "a: ~\n",
            "# x\n",
            "- a\n",
            "---\n",
            "...\n",
            "1: a\n",
            "? a\n",
            "\"a\": 1\n",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
