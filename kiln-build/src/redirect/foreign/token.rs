//! The tokens of a path that may be in the syntax of another tool.

use std::ops::Range;

/// A token of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Text(String),
    /// A placeholder for other text.
    Param {
        name: Option<String>,
        is_rest: bool,
        /// A bare `*`.
        is_star: bool,
        /// The position, unless it is in kiln's syntax.
        foreign: Option<Range<usize>>,
    },
    /// `$1`: a param of the source by its number, starting at 1.
    Reference {
        number: usize,
        bytes: Range<usize>,
    },
}

impl Token {
    /// The name, and whether it is a rest param.
    pub(super) fn param(&self) -> Option<(Option<&str>, bool)> {
        match self {
            Token::Param { name, is_rest, .. } => Some((name.as_deref(), *is_rest)),
            Token::Text(_) | Token::Reference { .. } => None,
        }
    }

    pub(super) fn name(&self) -> Option<&str> {
        self.param().and_then(|(name, _)| name)
    }

    pub(super) fn foreign(&self) -> Option<Range<usize>> {
        match self {
            Token::Text(_) => None,
            Token::Param { foreign, .. } => foreign.clone(),
            Token::Reference { bytes, .. } => Some(bytes.clone()),
        }
    }
}

/// The text that is read. Some tokens are literal in one and not in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Source,
    /// A path of this site.
    Target,
    /// The target of a source with foreign syntax.
    Captured,
    /// A URL of another site.
    OtherSite,
}

/// A param, and the number of its bytes.
struct ParsedParam {
    length: usize,
    name: Option<String>,
    is_rest: bool,
    is_star: bool,
    is_kiln: bool,
}

impl ParsedParam {
    fn new(length: usize, name: &str, is_rest: bool) -> Self {
        let name = (!name.is_empty()).then(|| name.to_owned());
        ParsedParam { length, name, is_rest, is_star: false, is_kiln: false }
    }
}

/// Splits a path into tokens; `start` is its position in a longer text.
pub(super) fn tokens(path: &str, start: usize, side: Side) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut text = String::new();
    let (mut at, mut has_colon) = (0, false);
    while let Some(c) = path[at..].chars().next() {
        let rest = &path[at..];
        let is_head = path[..at].is_empty() || path[..at].ends_with('/');
        has_colon &= c != '/';
        if let Some((number, length)) = reference(rest, is_head, side) {
            push_text(&mut tokens, &mut text);
            tokens.push(Token::Reference { number, bytes: start + at..start + at + length });
            at += length;
        } else if let Some(parsed) = param(rest, is_head, has_colon, side) {
            push_text(&mut tokens, &mut text);
            has_colon |= c == ':';
            let ParsedParam { length, name, is_rest, is_star, is_kiln } = parsed;
            let foreign = (!is_kiln).then(|| start + at..start + at + length);
            tokens.push(Token::Param { name, is_rest, is_star, foreign });
            at += length;
        } else {
            // `\.` is a literal dot in a regular expression.
            let is_escape = c == '\\' && rest[1..].starts_with(|c: char| c.is_ascii_punctuation());
            text.extend((!is_escape).then_some(c));
            at += c.len_utf8();
        }
    }
    push_text(&mut tokens, &mut text);
    tokens
}

fn push_text(tokens: &mut Vec<Token>, text: &mut String) {
    if !text.is_empty() {
        tokens.push(Token::Text(std::mem::take(text)));
    }
}

/// `$1`, as a segment or if the source is foreign; and `:1` likewise.
fn reference(rest: &str, is_head: bool, side: Side) -> Option<(usize, usize)> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let (sign, text) = rest.split_at_checked(1)?;
    let count = digits(text);
    let is_alone = is_head && (text.len() == count || text[count..].starts_with('/'));
    let is_reference = match (sign, side) {
        ("$", Side::Captured) => true,
        ("$", Side::Target) => is_alone,
        (":", Side::Captured) => is_head,
        _ => false,
    };
    let number = text[..count].parse().ok().filter(|_| is_reference && count <= 2)?;
    // `:1` may also be the name of a param, as in `/x/:1`.
    (sign == "$" || number > 0).then_some((number, 1 + count))
}

fn param(rest: &str, is_head: bool, has_colon: bool, side: Side) -> Option<ParsedParam> {
    match rest.as_bytes().first()? {
        b'[' => bracket(rest),
        b':' if is_head || has_colon => colon(rest),
        b'(' => group(rest),
        b'{' => brace(&rest[1..]).map(|parsed| ParsedParam { length: parsed.length + 2, ..parsed }),
        b'$' if rest.starts_with("${") => {
            let inside = rest[2..].split_once('}')?.0;
            let is_name = !inside.is_empty() && identifier(inside).len() == inside.len();
            is_name.then(|| ParsedParam::new(inside.len() + 3, inside, false))
        }
        b'<' => angle(rest),
        b'*' if side != Side::OtherSite => star(rest, is_head),
        b'.' if is_head && side != Side::OtherSite => {
            let is_any = matches!(rest.get(..2), Some(".*" | ".+")) && ends_segment(&rest[2..]);
            is_any.then(|| ParsedParam::new(2, "", true))
        }
        b'\\' => {
            let class = rest.as_bytes().get(1).is_some_and(|class| b"dwSD".contains(class));
            let is_many = rest.get(2..).is_some_and(|rest| rest.starts_with(['+', '*']));
            (class && is_many).then(|| ParsedParam::new(3, "", false))
        }
        _ => None,
    }
}

/// The letters, digits and `_` at the start of a text.
pub(super) fn identifier(text: &str) -> &str {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    &text[..text.find(|c| !is_plain(c)).unwrap_or(text.len())]
}

fn ends_segment(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with('/')
}

/// `[name]` in kiln's syntax; `[[...name]]` and `[0-9]+` in that of others.
fn bracket(rest: &str) -> Option<ParsedParam> {
    if let Some((inside, _)) = rest.strip_prefix("[[").and_then(|rest| rest.split_once("]]")) {
        let name = inside.strip_prefix("...").unwrap_or(inside);
        let is_name = !name.is_empty() && identifier(name).len() == name.len();
        return is_name.then(|| ParsedParam::new(inside.len() + 4, name, true));
    }
    let inside = rest.strip_prefix('[')?.split_once(']')?.0;
    let name = inside.strip_prefix("...").unwrap_or(inside);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    if !name.is_empty() && name.chars().all(is_plain) {
        let parsed = ParsedParam::new(inside.len() + 2, name, inside.len() > name.len());
        return Some(ParsedParam { is_kiln: true, ..parsed });
    }
    let is_many = rest[inside.len() + 2..].starts_with(['+', '*']);
    let is_class = !inside.is_empty() && !inside.starts_with('.') && is_many;
    is_class.then(|| ParsedParam::new(inside.len() + 3, "", false))
}

/// `:name`, `:name*`, `:name(\d+)`.
fn colon(rest: &str) -> Option<ParsedParam> {
    let name = identifier(&rest[1..]);
    let mut length = 1 + name.len();
    // `:smile:` is text.
    if name.is_empty() || rest[length..].starts_with(':') {
        return None;
    }
    let mut is_rest = name == "splat";
    if let Some(group) = parenthesis(&rest[length..]) {
        is_rest |= is_anything(group);
        length += group.len() + 2;
    }
    if rest[length..].starts_with(['*', '+', '?']) {
        is_rest = true;
        length += 1;
    }
    Some(ParsedParam::new(length, name, is_rest))
}

/// The contents of the parentheses at the start of a text.
fn parenthesis(rest: &str) -> Option<&str> {
    let mut depth = 1_usize;
    for (at, byte) in rest.strip_prefix('(')?.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 1 => return Some(&rest[1..=at]),
            b')' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn is_anything(expression: &str) -> bool {
    expression.contains(".*") || expression.contains(".+")
}

/// A group with a regular expression, and not just text in parentheses.
fn group(rest: &str) -> Option<ParsedParam> {
    let inside = parenthesis(rest)?;
    let is_expression =
        is_anything(inside) || inside.starts_with('?') || inside.contains(['\\', '|', '[']);
    if !is_expression {
        return None;
    }
    let named = ["?<", "?P<"].iter().find_map(|start| inside.strip_prefix(start));
    let name = named.map(identifier).unwrap_or_default();
    let length = inside.len() + 2;
    let modifier = usize::from(rest[length..].starts_with(['*', '+', '?']));
    Some(ParsedParam::new(length + modifier, name, is_anything(inside)))
}

/// `{name}`, `{*name}`, `{name...}`, `{name:.*}`. The text starts after the brace.
fn brace(rest: &str) -> Option<ParsedParam> {
    let inside = rest.split_once('}')?.0;
    let trimmed = inside.trim_start_matches('*');
    let trimmed = trimmed.strip_prefix("...").unwrap_or(trimmed);
    let name = identifier(trimmed);
    let end = &trimmed[name.len()..];
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let is_param = matches!(end, "" | "*" | "+" | "?" | "...") || end.starts_with(':');
    let is_rest =
        trimmed.len() < inside.len() || matches!(end, "*" | "+" | "?" | "...") || is_anything(end);
    (is_name && is_param).then(|| ParsedParam::new(inside.len(), name, is_rest))
}

/// `<name>`, `<int:name>`, `<name..>`.
fn angle(rest: &str) -> Option<ParsedParam> {
    let inside = rest.strip_prefix('<')?.split_once('>')?.0;
    let (kind, name) = inside.split_once(':').unwrap_or(("", inside));
    let plain = name.strip_suffix("..").unwrap_or(name);
    let is_name = |text: &str| identifier(text).len() == text.len();
    let is_rest = kind == "path" || plain.len() < name.len();
    let is_param = !plain.is_empty() && is_name(plain) && is_name(kind);
    is_param.then(|| ParsedParam::new(inside.len() + 2, plain, is_rest))
}

/// `*` and `**` at the start or the end of a segment, and `*name` as a segment.
fn star(rest: &str, is_head: bool) -> Option<ParsedParam> {
    let length = rest.len() - rest.trim_start_matches('*').len();
    let behind = &rest[length..];
    let name = identifier(behind);
    if is_head && !name.is_empty() && ends_segment(&behind[name.len()..]) {
        return Some(ParsedParam::new(length + name.len(), name, true));
    }
    let is_pattern = ends_segment(behind) || (is_head && !behind.starts_with(is_letter));
    is_pattern.then(|| ParsedParam { is_star: true, ..ParsedParam::new(length, "", true) })
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric()
}
