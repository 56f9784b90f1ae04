//! Parses the segments of a pattern: text and brackets.

use std::borrow::Cow;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use super::{Mistake, Part, Segment};
use crate::diagnostic::printable;

/// The source of a pattern. They differ in the characters that text may contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// The name of a page file.
    FileName,
    /// A path in kiln.toml.
    Path,
    /// Part of a URL of another site.
    Url,
}

/// Parses the brackets in part of a URL, which may contain slashes.
///
/// # Errors
///
/// Returns all mistakes in the brackets, in order.
pub(crate) fn brackets(url: &str) -> Result<Vec<Part>, Vec<Mistake>> {
    let (parts, mistakes) = read_brackets(url);
    if mistakes.is_empty() { Ok(parts) } else { Err(mistakes) }
}

/// Like [`brackets`], but also returns the mistakes; an invalid bracket is left out.
pub(crate) fn read_brackets(url: &str) -> (Vec<Part>, Vec<Mistake>) {
    let mut mistakes = Vec::new();
    let parts = parse_segment(url, 0, Origin::Url, &mut mistakes);
    (parts, mistakes)
}

/// Parses one component of a path; `start` is its position in the whole name.
pub(super) fn parse_segment(
    component: &str,
    start: usize,
    origin: Origin,
    mistakes: &mut Vec<Mistake>,
) -> Segment {
    let mut parts: Segment = Vec::new();
    let mut at = 0;
    while at < component.len() {
        let rest = &component[at..];
        if !rest.starts_with('[') {
            let length = rest.find('[').unwrap_or(rest.len());
            check_text(&rest[..length], start + at, origin, mistakes);
            parts.push(Part::Text(text_of(&rest[..length], origin).nfc().collect()));
            at += length;
            continue;
        }
        let Some(length) = bracket_length(rest) else {
            mistakes.push(unbalanced(start + at..start + component.len(), "`[` is never closed"));
            return parts;
        };
        let bytes = start + at..start + at + length;
        if parts.last().is_some_and(|part| part.name().is_some()) {
            mistakes.push(adjacent(bytes.clone()));
        }
        match parse_bracket(&rest[1..length - 1]) {
            Ok(part) => parts.push(part),
            Err(mistake) => mistakes.push(in_bracket(bytes, mistake)),
        }
        at += length;
    }
    parts
}

fn adjacent(bytes: Range<usize>) -> Mistake {
    Mistake {
        bytes,
        message: "two params need text between them".into(),
        hint:
            "kiln could not tell where the first value ends: write `[a]-[b]`, or make two folders"
                .into(),
    }
}

/// Converts a mistake within a bracket at these bytes. If the whole contents are wrong, the brackets are marked, too.
fn in_bracket(bracket: Range<usize>, mistake: Mistake) -> Mistake {
    if mistake.bytes.len() == bracket.len() - 2 {
        return Mistake { bytes: bracket, ..mistake };
    }
    let start = bracket.start + 1;
    let bytes = start + mistake.bytes.start..start + mistake.bytes.end;
    Mistake { bytes, ..mistake }
}

/// The literal text: in kiln.toml, `%2A` is a `*` that is not a pattern of another tool.
fn text_of(text: &str, origin: Origin) -> Cow<'_, str> {
    if origin != Origin::Path || !text.contains('%') {
        return text.into();
    }
    let mut pieces = text.split('%');
    let mut decoded = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match escaped(piece) {
            Some(c) => decoded.extend([c.encode_utf8(&mut [0; 4]), &piece[2..]]),
            None => decoded.extend(["%", piece]),
        }
    }
    decoded.into()
}

/// The character that an escape encodes, after its `%`. Only characters that other tools use in patterns can be
/// escaped.
fn escaped(text: &str) -> Option<char> {
    let code = text.get(..2).filter(|code| code.bytes().all(|b| b.is_ascii_hexdigit()))?;
    let c = char::from(u8::from_str_radix(code, 16).ok()?);
    "*:(){}<>$+".contains(c).then_some(c)
}

/// The length of `[…]` at the start of the text, including nested brackets; `None` if it is not closed.
fn bracket_length(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' if depth == 1 => return Some(at + 1),
            b']' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn unbalanced(bytes: Range<usize>, what: &str) -> Mistake {
    Mistake {
        bytes,
        message: format!("brackets are unbalanced: {what}"),
        hint: "write a param as `[name]`, a rest param as `[...name]`".into(),
    }
}

/// Parses the text between `[` and `]`; the bytes of a mistake are relative to it.
fn parse_bracket(inside: &str) -> Result<Part, Mistake> {
    let (name, is_rest) = match inside.strip_prefix("...") {
        Some(name) => (name, true),
        None => (inside, false),
    };
    if name.is_empty() {
        return Err(Mistake {
            bytes: 0..inside.len(),
            message: "a param needs a name".into(),
            hint: "write `[name]`, or `[...name]` for a rest param".into(),
        });
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    if let Some((at, c)) = name.char_indices().find(|&(_, c)| !is_plain(c)) {
        let at = inside.len() - name.len() + at;
        let (message, hint) = refused_character(inside, c);
        return Err(Mistake { bytes: at..at + c.len_utf8(), message, hint });
    }
    Ok(if is_rest { Part::Rest(name.into()) } else { Part::Param(name.into()) })
}

/// The message for an invalid character in a bracket, and what was probably meant.
fn refused_character(inside: &str, c: char) -> (String, String) {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let words = inside.split(|c| !is_plain(c)).filter(|word| !word.is_empty());
    let words: Vec<&str> = words.collect();
    let name = if words.is_empty() { "name".to_owned() } else { words.join("_") };
    let starts_with_dots = inside.starts_with(['.', '\u{2026}']);
    let dots = if inside.starts_with("...") { "..." } else { "" };
    match c {
        '[' => (
            "brackets cannot be nested".into(),
            match inside.contains("...") {
                true => format!("write `[...{name}]`, which also matches no segment at all"),
                false => format!("write `[{name}]`, or `[...{name}]` for one that may be empty"),
            },
        ),
        '.' | '\u{2026}' if starts_with_dots => (
            "a rest param starts with three dots, `...`".into(),
            format!("write `[...{name}]`, or `[{name}]` for one segment"),
        ),
        '(' => (
            "params have no patterns, and their names cannot contain `(`".into(),
            match inside.split('(').next() {
                Some(name) if !name.is_empty() => {
                    format!("write `[{name}]`, and check the value in the page")
                }
                _ => format!("write `[{name}]`"),
            },
        ),
        c => (
            format!("the name of a param cannot contain `{}`", printable(&c.to_string())),
            match inside.is_ascii() {
                true => format!("write `[{dots}{name}]`: ASCII letters, digits, `_` and `$`"),
                false => "use ASCII letters, digits, `_` and `$`, for example `[post_id]`".into(),
            },
        ),
    }
}

fn check_text(text: &str, start: usize, origin: Origin, mistakes: &mut Vec<Mistake>) {
    // A path in kiln.toml may contain a colon, since no file is named after it.
    let (what, refused): (_, &[char]) = match origin {
        Origin::FileName => ("the name of a page", &['%', '?', '#', ':', '\\']),
        Origin::Path => ("a path", &['%', '?', '#', '\\']),
        Origin::Url => ("an address", &[]),
    };
    for (at, c) in text.char_indices() {
        let bytes = start + at..start + at + c.len_utf8();
        if c == ']' {
            mistakes.push(unbalanced(bytes, "`]` closes nothing"));
        } else if origin == Origin::Path && c == '%' && escaped(&text[at + 1..]).is_some() {
            // A valid escape.
        } else if c.is_control() || refused.contains(&c) {
            mistakes.push(Mistake {
                bytes,
                message: format!("{what} cannot contain `{}`", printable(&c.to_string())),
                hint: match c {
                    '?' | '#' if origin == Origin::Path => {
                        "hosts only compare paths: leave out the query and the fragment"
                    }
                    '%' => "kiln encodes URLs: write the character itself, or another one such as `-`",
                    _ => "write another character, such as `-`: this one is special in URLs or file systems",
                }
                .into(),
            });
        }
    }
}
