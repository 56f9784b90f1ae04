//! Escapes with `\` in a regex.

use super::Mistake;
use super::class::Ranges;
use super::cursor::Cursor;

/// The meaning of an escape.
#[derive(Debug)]
pub(super) enum Escape {
    Character(char),
    Class(&'static Ranges),
    /// A position, as a regex.
    Boundary(&'static str),
}

/// Where an escape is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    Class,
    Outside,
}

const LAST: char = char::MAX;
const DIGIT: &Ranges = &[('0', '9')];
const NOT_DIGIT: &Ranges = &[('\0', '/'), (':', LAST)];
const WORD: &Ranges = &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];
const NOT_WORD: &Ranges = &[('\0', '/'), (':', '@'), ('[', '^'), ('`', '`'), ('{', LAST)];
const SPACE: &Ranges = &[
    ('\t', '\r'),
    (' ', ' '),
    ('\u{a0}', '\u{a0}'),
    ('\u{1680}', '\u{1680}'),
    ('\u{2000}', '\u{200a}'),
    ('\u{2028}', '\u{2029}'),
    ('\u{202f}', '\u{202f}'),
    ('\u{205f}', '\u{205f}'),
    ('\u{3000}', '\u{3000}'),
    ('\u{feff}', '\u{feff}'),
];
const NOT_SPACE: &Ranges = &[
    ('\0', '\u{8}'),
    ('\u{e}', '\u{1f}'),
    ('!', '\u{9f}'),
    ('\u{a1}', '\u{167f}'),
    ('\u{1681}', '\u{1fff}'),
    ('\u{200b}', '\u{2027}'),
    ('\u{202a}', '\u{202e}'),
    ('\u{2030}', '\u{205e}'),
    ('\u{2060}', '\u{2fff}'),
    ('\u{3001}', '\u{fefe}'),
    ('\u{ff00}', LAST),
];

// Boundaries of ASCII words: `\b` is a Unicode boundary in Rust's regexes.
const BOUNDARY: &str = "(?:(?<=[0-9A-Z_a-z])(?![0-9A-Z_a-z])|(?<![0-9A-Z_a-z])(?=[0-9A-Z_a-z]))";
const NO_BOUNDARY: &str = "(?:(?<=[0-9A-Z_a-z])(?=[0-9A-Z_a-z])|(?<![0-9A-Z_a-z])(?![0-9A-Z_a-z]))";

/// Parses an escape after its `\`, which is at `at`.
pub(super) fn parse(
    cursor: &mut Cursor<'_>,
    at: usize,
    position: Position,
) -> Result<Escape, Mistake> {
    let Some(c) = cursor.next() else {
        let hint = r"write the character to escape after it, or `\\` for a backslash";
        return Err(Mistake::new(at, r"nothing follows this `\`", hint));
    };
    Ok(match (c, position) {
        ('d', _) => Escape::Class(DIGIT),
        ('D', _) => Escape::Class(NOT_DIGIT),
        ('w', _) => Escape::Class(WORD),
        ('W', _) => Escape::Class(NOT_WORD),
        ('s', _) => Escape::Class(SPACE),
        ('S', _) => Escape::Class(NOT_SPACE),
        ('b', Position::Outside) => Escape::Boundary(BOUNDARY),
        ('B', Position::Outside) => Escape::Boundary(NO_BOUNDARY),
        ('b', Position::Class) => Escape::Character('\u{8}'),
        ('t', _) => Escape::Character('\t'),
        ('n', _) => Escape::Character('\n'),
        ('v', _) => Escape::Character('\u{b}'),
        ('f', _) => Escape::Character('\u{c}'),
        ('r', _) => Escape::Character('\r'),
        ('0', _) if !cursor.rest().starts_with(|c: char| c.is_ascii_digit()) => {
            Escape::Character('\0')
        }
        ('x', _) => Escape::Character(hexadecimal(cursor, at, 2)?),
        ('u', _) => Escape::Character(hexadecimal(cursor, at, 4)?),
        ('c', _) => Escape::Character(control(cursor, at)?),
        _ if c.is_ascii_digit() || c == 'k' => {
            let hint = "repeat the contents of the group: groups of an entry do not capture";
            return Err(Mistake::new(at, "an entry cannot refer back to a group", hint));
        }
        _ if c.is_ascii_alphabetic() => return Err(unknown(at, c)),
        _ => Escape::Character(c),
    })
}

/// A letter that is literal in JavaScript and special in other languages.
fn unknown(at: usize, c: char) -> Mistake {
    let hint = match c {
        'p' | 'P' => "write the characters, as in `[A-Za-z]`".to_owned(),
        'A' => "write `^` for the start of the path".to_owned(),
        'z' | 'Z' => "write `$` for the end of the path".to_owned(),
        _ => format!("write `{c}` for the letter itself"),
    };
    Mistake::new(at, format!("JavaScript has no escape `\\{c}`"), hint)
}

fn hexadecimal(cursor: &mut Cursor<'_>, at: usize, digits: usize) -> Result<char, Mistake> {
    let Some(number) = cursor.hex(digits) else {
        let message = format!("this escape needs {digits} hexadecimal digits");
        return Err(Mistake::new(at, message, "write the character itself"));
    };
    char::from_u32(number).ok_or_else(|| {
        Mistake::new(at, "this escape is only half of a character", "write the character itself")
    })
}

fn control(cursor: &mut Cursor<'_>, at: usize) -> Result<char, Mistake> {
    match cursor.next() {
        Some(letter) if letter.is_ascii_alphabetic() => Ok(char::from(letter as u8 % 32)),
        _ => Err(Mistake::new(at, r"`\c` needs a letter", r"write `\\c` for the two characters")),
    }
}
