//! The source of a rule, as another tool may write it.

use std::ops::Range;

use super::target::Target;
use super::token::{Side, Token, tokens};
use super::{Param, first_foreign, free_name, push_segments};

/// The text of a source.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) tokens: Vec<Token>,
    pub(super) foreign: Option<Range<usize>>,
}

impl Source {
    pub(super) fn read(text: &str) -> Self {
        // A regular expression may be anchored at both ends, with an optional slash.
        let start = usize::from(text.starts_with('^'));
        let mut path = &text[start..];
        if start > 0 || text.ends_with(")$") {
            path = path.strip_suffix('$').unwrap_or(path);
            path = path.strip_suffix("/?").unwrap_or(path);
        }
        let tokens = tokens(path, start, Side::Source);
        let foreign = match start {
            0 => first_foreign(&tokens),
            _ => Some(0..text.len()),
        };
        Source { tokens, foreign }
    }

    /// The params with their names in kiln's syntax. A param without a name is named by the target.
    pub(super) fn params(&self, target: &Target) -> Vec<Param> {
        let own: Vec<(Option<&str>, bool)> = self.tokens.iter().filter_map(Token::param).collect();
        let last_rest = own.iter().rposition(|(_, is_rest)| *is_rest);
        let is_known = |name: &str| own.iter().any(|(known, _)| *known == Some(name));
        let mut target_names: Vec<(&str, bool)> =
            target.kiln_params().filter(|(name, _)| !is_known(name)).collect();
        let mut params: Vec<Param> = Vec::new();
        for (at, (name, is_rest)) in own.iter().enumerate() {
            // A route has only one rest param.
            let is_rest = *is_rest && Some(at) == last_rest;
            let name = match name {
                Some(name) => (*name).to_owned(),
                None => match target_names.iter().position(|(_, of_rest)| *of_rest == is_rest) {
                    Some(at) => target_names.remove(at).0.to_owned(),
                    None => free_name(is_rest, &params),
                },
            };
            params.push(Param { name, is_rest });
        }
        params
    }

    pub(super) fn shown(&self, params: &[Param]) -> String {
        let mut params = params.iter();
        let mut shown = String::new();
        for token in &self.tokens {
            match token {
                Token::Text(text) => shown.push_str(text),
                // `/blog*` matches everything below `/blog`.
                Token::Param { is_star: true, .. } if shown.ends_with(char::is_alphanumeric) => {
                    shown.push('/');
                    shown.extend(params.next().map(Param::bracket));
                }
                Token::Param { .. } => shown.extend(params.next().map(Param::bracket)),
                Token::Reference { .. } => {}
            }
        }
        push_segments(&mut shown, params);
        if shown.starts_with('/') { shown } else { format!("/{shown}") }
    }
}
