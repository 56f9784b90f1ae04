//! Escapes text for the regex of an entry.

use unicode_normalization::UnicodeNormalization;

/// A regex that matches this text, normalized as paths are.
pub(super) fn text(text: &str) -> String {
    text.nfc().map(character).collect()
}

/// A regex that matches this character outside a class.
pub(super) fn character(c: char) -> String {
    match c {
        '\\' | '.' | '+' | '*' | '?' | '(' | ')' | '|' | '[' | ']' | '{' | '}' | '^' | '$' => {
            format!("\\{c}")
        }
        _ if c.is_control() => escaped(c),
        _ => c.to_string(),
    }
}

/// A character inside a class, where two punctuation characters may be an operator.
pub(super) fn class_character(c: char) -> String {
    match c {
        '/' | '_' => c.to_string(),
        _ if c.is_alphanumeric() => c.to_string(),
        _ => escaped(c),
    }
}

fn escaped(c: char) -> String {
    format!("\\x{{{:X}}}", u32::from(c))
}
