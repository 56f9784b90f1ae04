//! The target of a rule, as another tool may write it.

use std::ops::Range;

use super::source::Source;
use super::token::{self, Side, Token, tokens};
use super::{Param, first_foreign, free_name, push_segments};

/// The text of a target.
#[derive(Debug)]
pub(super) struct Target {
    /// The scheme and the host of another site; empty for a path.
    origin: String,
    tokens: Vec<Token>,
    /// The query and the fragment, with their position.
    tail: (usize, String),
}

impl Target {
    /// `captures` is true if the source is foreign, so that the target may refer to its captures.
    pub(super) fn read(text: &str, captures: bool) -> Self {
        let path_start = text.find("://").map_or(0, |scheme| {
            let host = scheme + "://".len();
            text[host..].find(['/', '?', '#']).map_or(text.len(), |at| host + at)
        });
        let side = match (path_start, captures) {
            (_, true) => Side::Captured,
            (0, false) => Side::Target,
            // `https://web.archive.org/web/*/https://example.com/` is a literal URL.
            _ => Side::OtherSite,
        };
        let path = &text[path_start..];
        let path_end = path_start + tail_start(path);
        let tokens = tokens(&text[path_start..path_end], path_start, side);
        // A `?` that makes a param optional does not start a query.
        let tail = text[path_end..].strip_prefix('?').filter(|rest| rest.is_empty());
        let tail = tail.unwrap_or(&text[path_end..]).to_owned();
        Target { origin: text[..path_start].to_owned(), tokens, tail: (path_end, tail) }
    }

    pub(super) fn is_external(&self) -> bool {
        !self.origin.is_empty()
    }

    pub(super) fn foreign(&self, source: &Source) -> Option<Range<usize>> {
        let is_param = |name: &str| {
            name == "splat" || source.tokens.iter().any(|token| token.name() == Some(name))
        };
        let (start, tail) = &self.tail;
        let in_tail = || {
            let mut names = tail.match_indices(':').map(|(at, _)| {
                let name = token::identifier(&tail[at + 1..]);
                (name, start + at..start + at + 1 + name.len())
            });
            names.find(|(name, _)| is_param(name)).map(|(_, bytes)| bytes)
        };
        first_foreign(&self.tokens).or_else(in_tail)
    }

    /// The params in kiln's syntax.
    pub(super) fn kiln_params(&self) -> impl Iterator<Item = (&str, bool)> {
        let own = self.tokens.iter().filter(|token| token.foreign().is_none());
        own.filter_map(Token::param).filter_map(|(name, is_rest)| Some((name?, is_rest)))
    }

    /// The param that a token of the path refers to.
    fn resolve(&self, token: &Token, params: &[Param]) -> Option<usize> {
        let by_name = |name: &str| params.iter().position(|param| param.name == name);
        let is_named =
            |at: &usize| self.tokens.iter().any(|token| token.name() == Some(&params[*at].name));
        match token {
            Token::Text(_) => None,
            Token::Param { name: Some(name), .. } => by_name(name)
                .or_else(|| only_rest(params).filter(|at| name == "splat" || !is_named(at))),
            Token::Param { name: None, .. } => only_rest(params),
            Token::Reference { number, .. } => {
                number.checked_sub(1).filter(|at| *at < params.len())
            }
        }
    }

    /// Adds the params that only the target has to those of the source.
    pub(super) fn add_missing(&self, params: &mut Vec<Param>) {
        for token in &self.tokens {
            let is_rest = match token {
                Token::Text(_) => continue,
                // A route has only one rest param.
                Token::Param { is_rest, .. } => {
                    *is_rest && only_rest(params).is_none_or(|at| !params[at].is_rest)
                }
                Token::Reference { .. } => false,
            };
            if self.resolve(token, params).is_none() {
                let name = token.name().map(ToOwned::to_owned);
                let name = name.unwrap_or_else(|| free_name(is_rest, params));
                params.push(Param { name, is_rest });
            }
        }
    }

    /// The params that the path does not contain.
    pub(super) fn unused(&self, params: &[Param]) -> Vec<Param> {
        let used: Vec<usize> =
            self.tokens.iter().filter_map(|token| self.resolve(token, params)).collect();
        let unused = params.iter().enumerate().filter(|(at, _)| !used.contains(at));
        unused.map(|(_, param)| param.clone()).collect()
    }

    /// The target in kiln's syntax, with additional params at the end of its path.
    pub(super) fn shown(&self, params: &[Param], more: &[Param]) -> String {
        let mut shown = self.origin.clone();
        for token in &self.tokens {
            match token {
                Token::Text(text) => shown.push_str(text),
                token => shown.extend(self.resolve(token, params).map(|at| params[at].bracket())),
            }
        }
        push_segments(&mut shown, more.iter());
        // Only the path of a target may contain params.
        let is_param = |param: &Param| self.tail.1.contains(&format!(":{}", param.name));
        if !params.iter().any(is_param) && !self.tail.1.contains(":splat") {
            shown.push_str(&self.tail.1);
        }
        shown
    }
}

/// The rest param of a source, or else its only param.
fn only_rest(params: &[Param]) -> Option<usize> {
    let rest = params.iter().position(|param| param.is_rest);
    rest.or_else(|| (params.len() == 1).then_some(0))
}

/// The position of the query or the fragment. A `?` at the end of the path or of a segment makes a param optional, or
/// starts a group.
fn tail_start(path: &str) -> usize {
    let starts = |at: usize, c: char| {
        let rest = &path[at + c.len_utf8()..];
        let is_modifier = c == '?' && (rest.starts_with('/') || path[..at].ends_with('('));
        matches!(c, '?' | '#') && !is_modifier
    };
    path.char_indices().find(|&(at, c)| starts(at, c)).map_or(path.len(), |(at, _)| at)
}
