//! The pieces of an entry: text, and what varies between text.

use super::token::{Kind, Token};
use super::{Mistake, group, literal};

/// What a param takes that has no regex of its own: one segment, whatever it holds.
const SEGMENT: &str = "[^/]";

/// A piece of an entry.
#[derive(Debug)]
pub(super) enum Piece {
    Text(String),
    Varying {
        prefix: String,
        /// A regex, which is one atom or stands where it need not be one.
        regex: Option<String>,
        suffix: String,
        modifier: Option<char>,
        /// The name of a param, for messages.
        name: String,
    },
}

impl Piece {
    /// The regex that the piece stands for.
    pub(super) fn regex(&self) -> String {
        match self {
            Piece::Text(text) => literal::text(text),
            Piece::Varying { prefix, regex, suffix, modifier, .. } => {
                let regex = regex.as_deref().unwrap_or_default();
                let all = format!("{}{regex}{}", literal::text(prefix), literal::text(suffix));
                match modifier {
                    None => all,
                    // A regex of Rust does not repeat what takes no character.
                    Some('?') if all == regex => format!("(?:|{all})"),
                    Some(_) if all.is_empty() => all,
                    Some(modifier) => format!("(?:{all}){modifier}"),
                }
            }
        }
    }
}

/// Reads the pieces of an entry.
pub(super) fn parse<'a>(source: &'a str, tokens: &'a [Token<'a>]) -> Result<Vec<Piece>, Mistake> {
    let mut parser =
        Parser { source, tokens, at: 0, pieces: Vec::new(), text: String::new(), size: 0 };
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
    Ok(parser.pieces)
}

/// What was read so far.
struct Parser<'a> {
    source: &'a str,
    tokens: &'a [Token<'a>],
    at: usize,
    pieces: Vec<Piece>,
    /// Text that no piece holds yet.
    text: String,
    /// How many atoms the regexes of the entry have together.
    size: usize,
}

impl<'a> Parser<'a> {
    /// The token that comes next; the last one stays.
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
            self.pieces.push(Piece::Text(std::mem::take(&mut self.text)));
        }
    }

    /// A param behind its prefix: `:name`, `(regex)`, or both.
    fn param(&mut self, prefix: String) -> Result<(), Mistake> {
        let at = self.peek().at;
        let (name, regex) = self.name_and_regex(&prefix)?;
        self.push(at, Piece::Varying { prefix, regex, suffix: String::new(), modifier: None, name })
    }

    /// What stands between braces.
    fn braces(&mut self, at: usize) -> Result<(), Mistake> {
        let prefix = self.text();
        let (name, regex) = self.name_and_regex(&prefix)?;
        let suffix = self.text();
        let end = self.peek();
        match end.kind {
            Kind::Close => self.at += 1,
            Kind::Modifier(modifier) => return Err(self.stray_modifier(end.at, modifier)),
            Kind::End => {
                let hint = r"write `}` behind the group, or `\{` for a brace";
                return Err(Mistake::new(at, "this `{` is not closed", hint));
            }
            _ => {
                let hint = "write one param in braces, with text before and behind it, and no braces in them";
                return Err(Mistake::new(end.at, "braces hold more than one param", hint));
            }
        }
        self.push(at, Piece::Varying { prefix, regex, suffix, modifier: None, name })
    }

    /// Adds a piece with the modifier that stands behind it.
    fn push(&mut self, at: usize, mut piece: Piece) -> Result<(), Mistake> {
        if let (Kind::Modifier(given), Piece::Varying { prefix, regex, suffix, modifier, .. }) =
            (self.peek().kind, &mut piece)
        {
            if given != '?' && regex.is_some() && prefix.is_empty() && suffix.is_empty() {
                let message = format!("`{given}` repeats a param with nothing between its values");
                let hint = format!(
                    "write the text between them in braces with it, as in `{{-:name}}{given}`"
                );
                return Err(Mistake::new(at, message, hint));
            }
            *modifier = Some(given);
            self.at += 1;
        }
        self.pieces.push(piece);
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
                // The group starts behind its parenthesis.
                let group = group::translate(body, at + 1, &mut self.size)?;
                Some(format!("(?:{group})"))
            }
            (_, Some(_)) => Some(self.default_regex(at, prefix)?),
            (_, None) => None,
        };
        Ok((name.unwrap_or_default().to_owned(), regex))
    }

    /// The regex of a param that has none of its own.
    fn default_regex(&self, at: usize, prefix: &str) -> Result<String, Mistake> {
        let before = match (prefix, self.pieces.last()) {
            ("", Some(Piece::Text(text))) => text,
            ("", Some(Piece::Varying { name, .. })) => {
                let before = if name.is_empty() { "the group" } else { &format!("`:{name}`") };
                let message = format!("no text stands between {before} and this param");
                let hint =
                    "write text between the two, or give the param a regex, as in `:name([a-z]+)`";
                return Err(Mistake::new(at, message, hint));
            }
            _ => prefix,
        };
        // Where the text that parts it from the param before it is within a segment, it does not take that text.
        Ok(match before.is_empty() || before.contains('/') {
            true => format!("{SEGMENT}+"),
            false => format!("(?:(?!{}){SEGMENT})+", literal::text(before)),
        })
    }

    fn stray_modifier(&self, at: usize, modifier: char) -> Mistake {
        let message = format!("`{modifier}` stands behind text, and has nothing to repeat");
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
