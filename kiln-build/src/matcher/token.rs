//! The tokens of an entry.

use super::Mistake;
use super::cursor::Cursor;

/// A lexical unit of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    /// The byte of the entry at which it starts.
    pub(super) at: usize,
    pub(super) kind: Kind<'a>,
}

/// The kind of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    /// A character that may be the prefix of a param.
    Text(char),
    /// An escaped character, which is always literal.
    Escaped(char),
    /// `:name`.
    Name(&'a str),
    /// The contents of the parentheses in `(regex)`.
    Group(&'a str),
    /// `?`, `*` or `+`.
    Modifier(char),
    /// `{`.
    Open,
    /// `}`.
    Close,
    End,
}

/// Splits an entry into tokens. The last one is the only [`Kind::End`].
pub(super) fn lex(source: &str) -> Result<Vec<Token<'_>>, Mistake> {
    let mut cursor = Cursor::new(source, 0);
    let mut tokens = Vec::new();
    loop {
        let at = cursor.at();
        let Some(c) = cursor.next() else { break };
        let kind = match c {
            '?' | '*' | '+' => Kind::Modifier(c),
            '{' => Kind::Open,
            '}' => Kind::Close,
            '\\' => Kind::Escaped(cursor.next().ok_or_else(|| {
                let hint = r"write the character to escape after it, or `\\` for a backslash";
                Mistake::new(at, r"nothing follows this `\`", hint)
            })?),
            ':' => name(&mut cursor, at)?,
            '(' => group(&mut cursor, at)?,
            '%' => percent(&mut cursor, at)?,
            _ => Kind::Text(c),
        };
        tokens.push(Token { at, kind });
    }
    tokens.push(Token { at: source.len(), kind: Kind::End });
    Ok(tokens)
}

fn name<'a>(cursor: &mut Cursor<'a>, at: usize) -> Result<Kind<'a>, Mistake> {
    match cursor.take_while(|c| c.is_ascii_alphanumeric() || c == '_') {
        "" => {
            let hint =
                r"write a name of letters, digits and `_`, as in `:path`, or `\:` for a colon";
            Err(Mistake::new(at, "a param has no name", hint))
        }
        name => Ok(Kind::Name(name)),
    }
}

/// Reads up to the parenthesis that closes a group. As in Next.js, parentheses inside a class count.
fn group<'a>(cursor: &mut Cursor<'a>, at: usize) -> Result<Kind<'a>, Mistake> {
    let body = cursor.rest();
    if body.starts_with('?') {
        let hint = "put it into its own parentheses: `((?!api/).*)`";
        return Err(Mistake::new(cursor.at(), "a group starts with `?`", hint));
    }
    let mut depth = 1;
    loop {
        let here = cursor.at();
        match cursor.next() {
            Some('\\') => {
                cursor.next();
            }
            Some('(') if cursor.peek() == Some('?') => depth += 1,
            Some('(') => {
                let hint = r"write `(?:…)`, or `\(` for a parenthesis";
                return Err(Mistake::new(here, "a group contains a capturing group", hint));
            }
            Some(')') => depth -= 1,
            Some(_) => {}
            None => {
                let hint = r"write `)` after the group, or `\(` for a parenthesis";
                return Err(Mistake::new(at, "this `(` is not closed", hint));
            }
        }
        if depth == 0 {
            break;
        }
    }
    match &body[..body.len() - cursor.rest().len() - 1] {
        "" => {
            let hint = r"write a regex, as in `(\d+)`, or `\(\)` for parentheses";
            Err(Mistake::new(at, "a group is empty", hint))
        }
        body => Ok(Kind::Group(body)),
    }
}

/// Decodes one character, as a request's path is decoded before it is matched. A `%` without two digits is literal.
fn percent<'a>(cursor: &mut Cursor<'a>, at: usize) -> Result<Kind<'a>, Mistake> {
    let mut after = cursor.clone();
    let Some(first) = after.hex(2) else { return Ok(Kind::Text('%')) };
    let mut bytes = vec![first];
    let c = loop {
        *cursor = after.clone();
        let so_far: Vec<u8> = bytes.iter().filter_map(|byte| u8::try_from(*byte).ok()).collect();
        match str::from_utf8(&so_far) {
            Ok(text) => break text.chars().next(),
            Err(error) if error.error_len().is_some() => break None,
            Err(_) if !after.eat("%") => break None,
            Err(_) => match after.hex(2) {
                Some(byte) => bytes.push(byte),
                None => break None,
            },
        }
    };
    let hint = r"write `\%` for a percent sign in the decoded path";
    match c {
        None => Err(Mistake::new(
            at,
            "this is not valid percent-encoded UTF-8, so it cannot be in a path",
            hint,
        )),
        Some(c) if matches!(c, '/' | '\\') || c.is_control() => {
            Err(Mistake::new(at, "a path cannot contain this character percent-encoded", hint))
        }
        Some(c) => Ok(Kind::Escaped(c)),
    }
}
