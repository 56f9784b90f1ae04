//! The parts of an entry: text, and what varies between it.

use super::token::{Kind, Token};
use super::{Mistake, group, literal};

/// Matches a param without a regex of its own: one segment.
const SEGMENT: &str = "[^/]";

/// Part of an entry.
#[derive(Debug)]
pub(super) enum Part {
    Text(String),
    Varying {
        prefix: String,
        /// A regex that needs no parentheses around it.
        regex: Option<String>,
        suffix: String,
        modifier: Option<char>,
        /// The name of a param, for messages.
        name: String,
    },
}

impl Part {
    /// The regex of the part.
    pub(super) fn regex(&self) -> String {
        match self {
            Part::Text(text) => literal::text(text),
            Part::Varying { prefix, regex, suffix, modifier, .. } => {
                let regex = regex.as_deref().unwrap_or_default();
                let all = format!("{}{regex}{}", literal::text(prefix), literal::text(suffix));
                match modifier {
                    None => all,
                    // Rust's regexes do not repeat what matches no character.
                    Some('?') if all == regex => format!("(?:|{all})"),
                    Some(_) if all.is_empty() => all,
                    Some(modifier) => format!("(?:{all}){modifier}"),
                }
            }
        }
    }
}

/// Parses the parts of an entry.
pub(super) fn parse<'a>(source: &'a str, tokens: &'a [Token<'a>]) -> Result<Vec<Part>, Mistake> {
    let mut parser =
        Parser { source, tokens, at: 0, parts: Vec::new(), text: String::new(), size: 0 };
    loop {
        let token = parser.peek();
        match token.kind {
            Kind::Text(c @ ('/' | '.')) if parser.is_param(parser.at + 1) => {
                parser.at += 1;
                parser.flush();
                parser.param(c.to_string())?;
            }
            Kind::Text(c) | Kind::Escaped(c) => {
                parser.at += 1;
                parser.text.push(c);
            }
            Kind::Name(_) | Kind::Group(_) => {
                parser.flush();
                parser.param(String::new())?;
            }
            Kind::Open => {
                parser.at += 1;
                parser.flush();
                parser.braces(token.at)?;
            }
            Kind::Modifier(modifier) => return Err(parser.stray_modifier(token.at, modifier)),
            Kind::Close => {
                let hint = r"write `{` where the group starts, or `\}` for a brace";
                return Err(Mistake::new(token.at, "this `}` closes nothing", hint));
            }
            Kind::End => break,
        }
    }
    parser.flush();
    Ok(parser.parts)
}

/// The parts so far.
struct Parser<'a> {
    source: &'a str,
    tokens: &'a [Token<'a>],
    at: usize,
    parts: Vec<Part>,
    /// Text that is not part of a part yet.
    text: String,
    /// The number of atoms in all regexes of the entry.
    size: usize,
}

impl<'a> Parser<'a> {
    /// The next token. The last one is never consumed.
    fn peek(&self) -> Token<'a> {
        self.tokens[self.at]
    }

    fn is_param(&self, at: usize) -> bool {
        self.tokens
            .get(at)
            .is_some_and(|token| matches!(token.kind, Kind::Name(_) | Kind::Group(_)))
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.parts.push(Part::Text(std::mem::take(&mut self.text)));
        }
    }

    /// A param after its prefix: `:name`, `(regex)`, or both.
    fn param(&mut self, prefix: String) -> Result<(), Mistake> {
        let at = self.peek().at;
        let (name, regex) = self.name_and_regex(&prefix)?;
        self.push(at, Part::Varying { prefix, regex, suffix: String::new(), modifier: None, name })
    }

    /// Parses the contents of braces.
    fn braces(&mut self, at: usize) -> Result<(), Mistake> {
        let prefix = self.text();
        let (name, regex) = self.name_and_regex(&prefix)?;
        let suffix = self.text();
        let end = self.peek();
        match end.kind {
            Kind::Close => self.at += 1,
            Kind::Modifier(modifier) => return Err(self.stray_modifier(end.at, modifier)),
            Kind::End => {
                let hint = r"write `}` after the group, or `\{` for a brace";
                return Err(Mistake::new(at, "this `{` is not closed", hint));
            }
            _ => {
                let hint = "write one param in braces, with text before and after it, and no nested braces";
                return Err(Mistake::new(end.at, "braces contain more than one param", hint));
            }
        }
        self.push(at, Part::Varying { prefix, regex, suffix, modifier: None, name })
    }

    /// Adds a part with the modifier after it.
    fn push(&mut self, at: usize, mut part: Part) -> Result<(), Mistake> {
        if let (
            Kind::Modifier(modifier_sign),
            Part::Varying { prefix, regex, suffix, modifier, .. },
        ) = (self.peek().kind, &mut part)
        {
            if modifier_sign != '?' && regex.is_some() && prefix.is_empty() && suffix.is_empty() {
                let message =
                    format!("`{modifier_sign}` repeats a param with nothing between its values");
                let hint = format!(
                    "put the text between the values into braces with the param, as in `{{-:name}}{modifier_sign}`"
                );
                return Err(Mistake::new(at, message, hint));
            }
            *modifier = Some(modifier_sign);
            self.at += 1;
        }
        self.parts.push(part);
        Ok(())
    }

    fn text(&mut self) -> String {
        let mut text = String::new();
        while let Kind::Text(c) | Kind::Escaped(c) = self.peek().kind {
            text.push(c);
            self.at += 1;
        }
        text
    }

    fn name_and_regex(&mut self, prefix: &str) -> Result<(String, Option<String>), Mistake> {
        let Token { at, kind } = self.peek();
        let name = match kind {
            Kind::Name(name) => {
                self.at += 1;
                Some(name)
            }
            _ => None,
        };
        let regex = match (self.peek(), name) {
            (Token { at, kind: Kind::Group(body) }, _) => {
                self.at += 1;
                // The group starts after its parenthesis.
                let group = group::translate(body, at + 1, &mut self.size)?;
                Some(format!("(?:{group})"))
            }
            (_, Some(_)) => Some(self.default_regex(at, prefix)?),
            (_, None) => None,
        };
        Ok((name.unwrap_or_default().to_owned(), regex))
    }

    /// The regex of a param without its own.
    fn default_regex(&self, at: usize, prefix: &str) -> Result<String, Mistake> {
        let before = match (prefix, self.parts.last()) {
            ("", Some(Part::Text(text))) => text,
            ("", Some(Part::Varying { name, .. })) => {
                let before = if name.is_empty() { "the group" } else { &format!("`:{name}`") };
                let message = format!("there is no text between {before} and this param");
                let hint =
                    "write text between the two, or give the param a regex, as in `:name([a-z]+)`";
                return Err(Mistake::new(at, message, hint));
            }
            _ => prefix,
        };
        // If the text between it and the previous param is within a segment, the param does not match that text.
        Ok(match before.is_empty() || before.contains('/') {
            true => format!("{SEGMENT}+"),
            false => format!("(?:(?!{}){SEGMENT})+", literal::text(before)),
        })
    }

    fn stray_modifier(&self, at: usize, modifier: char) -> Mistake {
        let message = format!("`{modifier}` follows text, and has nothing to repeat");
        let before = &self.source[..at];
        let hint = match before.strip_suffix('/') {
            Some(_) => {
                format!(r"write `{before}:path{modifier}`, or `\{modifier}` for the character")
            }
            None => format!(
                "put a param before it, as in `/:path{modifier}`, or text in braces, as in `{{-text}}{modifier}`; \
                 `\\{modifier}` is the character"
            ),
        };
        Mistake::new(at, message, hint)
    }
}
