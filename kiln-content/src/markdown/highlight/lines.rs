//! The lines of a code block, with the colors of their tokens.

use std::collections::BTreeMap;

use anyhow::Result;
use pulldown_cmark_escape::escape_html_body_text;
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference};
use syntect::util::LinesWithEndings;

use super::colors::Palette;
use super::languages::syntaxes;
use crate::markdown::CodeBlock;

/// The lines of a block without colors, each in an element of its own.
pub(super) fn plain(block: &CodeBlock) -> String {
    let mut html = String::with_capacity(block.code.len() * 2);
    for (number, line) in (1..).zip(LinesWithEndings::from(&block.code)) {
        html.push_str(start(block, number));
        push_text(&mut html, line);
        html.push_str("</span>\n");
    }
    html
}

/// The lines of a block with the colors of its tokens.
pub(super) fn colored(
    block: &CodeBlock,
    syntax: &SyntaxReference,
    palette: &Palette,
) -> Result<String> {
    let mut html = String::with_capacity(block.code.len() * 3);
    let mut tokens = Tokens::new(syntax, palette);
    for (number, line) in (1..).zip(LinesWithEndings::from(&block.code)) {
        html.push_str(start(block, number));
        tokens.push_line(&mut html, line)?;
        html.push_str("</span>\n");
    }
    Ok(html)
}

/// The start of a line's element.
fn start(block: &CodeBlock, number: usize) -> &'static str {
    match block.is_marked(number) {
        true => "<span class=\"line marked\">",
        false => "<span class=\"line\">",
    }
}

/// The state of a syntax between two lines.
struct Tokens<'p> {
    state: ParseState,
    scopes: ScopeStack,
    palette: &'p Palette,
    /// The classes of tokens that have been seen.
    classes: BTreeMap<Vec<Scope>, String>,
}

impl<'p> Tokens<'p> {
    fn new(syntax: &SyntaxReference, palette: &'p Palette) -> Self {
        Tokens {
            state: ParseState::new(syntax),
            scopes: ScopeStack::new(),
            palette,
            classes: BTreeMap::new(),
        }
    }

    fn push_line(&mut self, html: &mut String, line: &str) -> Result<()> {
        let changes = self.state.parse_line(line, syntaxes())?;
        // Neighbors with the same classes are one element.
        let (mut classes, mut text) = (String::new(), String::new());
        let mut from = 0;
        for (at, change) in changes {
            self.push_token(html, &line[from..at], &mut classes, &mut text);
            from = at;
            self.scopes.apply(&change)?;
        }
        self.push_token(html, &line[from..], &mut classes, &mut text);
        push_element(html, &classes, &text);
        Ok(())
    }

    fn push_token(
        &mut self,
        html: &mut String,
        token: &str,
        classes: &mut String,
        text: &mut String,
    ) {
        if token.is_empty() {
            return;
        }
        let scopes = self.scopes.as_slice();
        // Nothing is seen of a space's color.
        let is_space = token.trim().is_empty();
        if !is_space && self.classes.get(scopes).is_none_or(|known| known != classes) {
            let known = match self.classes.get(scopes) {
                Some(known) => known,
                None => self
                    .classes
                    .entry(scopes.to_vec())
                    .or_insert_with(|| self.palette.classes(scopes)),
            };
            if known != classes {
                push_element(html, classes, text);
                text.clear();
                classes.clone_from(known);
            }
        }
        text.push_str(token);
    }
}

fn push_element(html: &mut String, classes: &str, text: &str) {
    let text = text.strip_suffix('\n').unwrap_or(text);
    if classes.is_empty() || text.is_empty() {
        return push_text(html, text);
    }
    html.push_str("<span class=\"");
    html.push_str(classes);
    html.push_str("\">");
    push_text(html, text);
    html.push_str("</span>");
}

fn push_text(html: &mut String, text: &str) {
    let _ = escape_html_body_text(html, text.trim_end_matches(['\n', '\r']));
}
