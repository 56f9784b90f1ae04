//! The words of a script.

use anyhow::Result;

use super::refused;

/// A word of a script.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Name(String),
    Text(String),
    /// The texts of a template and the sources between them, which are at the odd places.
    Template(Vec<String>),
    Number(f64),
    Mark(&'static str),
}

/// Longer ones come first.
const MARKS: [&str; 39] = [
    "...", "===", "!==", "??=", "&&=", "||=", "=>", "==", "!=", "??", "?.", "&&", "||", "++", "--",
    "+=", "-=", "<=", ">=", "(", ")", "{", "}", "[", "]", ",", ";", ":", "?", ".", "=", "+", "-",
    "*", "/", "%", "!", "<", ">",
];

/// Splits a script into its words.
pub(super) fn tokens(source: &str) -> Result<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = source.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '"' | '\'' => quoted(rest, first)?,
            '`' => template(rest)?,
            '0'..='9' => {
                let number = prefix(rest, |c| c.is_ascii_digit() || c == '.');
                let value = number.parse().map_err(|_| refused(number))?;
                (Token::Number(value), number.len())
            }
            c if is_of_name(c) => {
                let name = prefix(rest, is_of_name);
                (Token::Name(name.to_owned()), name.len())
            }
            _ => {
                let mark = MARKS.into_iter().find(|mark| rest.starts_with(mark));
                let mark = mark.ok_or_else(|| refused(rest))?;
                (Token::Mark(mark), mark.len())
            }
        };
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$')
}

fn prefix(text: &str, is_in: impl Fn(char) -> bool) -> &str {
    &text[..text.find(|c| !is_in(c)).unwrap_or(text.len())]
}

/// A text in quotes, and how long it is in the source.
fn quoted(source: &str, quote: char) -> Result<(Token, usize)> {
    let mut text = String::new();
    let mut chars = source.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            c if c == quote => return Ok((Token::Text(text), at + 1)),
            '\\' => match chars.next().map(|(_, c)| c) {
                Some('n') => text.push('\n'),
                Some('u') => {
                    let digits: String = chars.by_ref().take(4).map(|(_, c)| c).collect();
                    let code = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
                    text.push(code.ok_or_else(|| refused(source))?);
                }
                Some(c) if !c.is_alphanumeric() => text.push(c),
                _ => return Err(refused(source)),
            },
            c => text.push(c),
        }
    }
    Err(refused(format!("a text without an end: {source}")))
}

/// A template without escapes, and templates in it.
fn template(source: &str) -> Result<(Token, usize)> {
    let inside = source[1..].split('`').next().unwrap_or_default();
    let mut parts = Vec::new();
    for (at, part) in inside.split("${").enumerate() {
        if at == 0 {
            parts.push(part.to_owned());
            continue;
        }
        let (code, text) = part.split_once('}').ok_or_else(|| refused(source))?;
        parts.extend([code.to_owned(), text.to_owned()]);
    }
    Ok((Token::Template(parts), inside.len() + 2))
}
