//! Text in the syntax of the regex that an entry becomes.

use unicode_normalization::UnicodeNormalization;

/// A text that matches itself, in the form in which paths are.
pub(super) fn text(text: &str) -> String {
    text.nfc().map(character).collect()
}

/// A character that matches itself outside of a class.
pub(super) fn character(c: char) -> String {
    match c {
        '\\' | '.' | '+' | '*' | '?' | '(' | ')' | '|' | '[' | ']' | '{' | '}' | '^' | '$' => {
            format!("\\{c}")
        }
        _ if c.is_control() => escaped(c),
        _ => c.to_string(),
    }
}

/// A character inside of a class, where two signs in a row may be an operator.
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
