//! The lines of a code block, with the colors of their tokens.

use std::cell::RefCell;
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
    palette: &'static Palette,
) -> Result<String> {
    let mut html = String::with_capacity(block.code.len() * 3);
    let mut place = Place { state: ParseState::new(syntax), scopes: ScopeStack::new() };
    MEMORY.with_borrow_mut(|memory| {
        memory.prepare(palette);
        for (number, line) in (1..).zip(LinesWithEndings::from(&block.code)) {
            html.push_str(start(block, number));
            memory.push_line(&mut html, &mut place, line)?;
            html.push_str("</span>\n");
        }
        Ok(html)
    })
}

/// The start of a line's element.
fn start(block: &CodeBlock, number: usize) -> &'static str {
    match block.is_marked(number) {
        true => "<span class=\"line marked\">",
        false => "<span class=\"line\">",
    }
}

thread_local! {
    static MEMORY: RefCell<Memory> = RefCell::default();
}

/// Where a syntax is between two lines.
#[derive(Clone, PartialEq)]
struct Place {
    state: ParseState,
    scopes: ScopeStack,
}

/// What a thread remembers of the lines that it has colored.
///
/// Most of the time goes into patterns that look for tokens. A line at the same place of the same syntax has the same
/// tokens, and code has many lines twice: `}`, `return x;`, the imports of each example.
#[derive(Default)]
struct Memory {
    palette: Option<&'static Palette>,
    /// The indices of what is known of each line.
    lines: BTreeMap<String, usize>,
    known: Vec<Vec<Line>>,
    count: usize,
    /// Sorted by scopes.
    classes: Vec<(Vec<Scope>, String)>,
}

struct Line {
    before: Place,
    html: String,
    after: Place,
}

/// The number of lines, and of scopes, that are remembered.
const LIMIT: usize = 8_192;

/// Longer lines are not remembered: few of them come twice.
const LONGEST: usize = 160;

/// The number of places that one line is remembered at.
const PLACES: usize = 32;

impl Memory {
    /// Forgets all if there is too much, or if the colors are others.
    fn prepare(&mut self, palette: &'static Palette) {
        let is_same = self.palette.is_some_and(|known| std::ptr::eq(known, palette));
        if !is_same || self.count.max(self.classes.len()) > LIMIT {
            *self = Memory { palette: Some(palette), ..Memory::default() };
        }
    }

    fn push_line(&mut self, html: &mut String, place: &mut Place, line: &str) -> Result<()> {
        let index = self.lines.get(line).copied();
        let known = index.map(|index| self.known[index].as_slice()).unwrap_or_default();
        if let Some(known) = known.iter().find(|known| known.before == *place) {
            html.push_str(&known.html);
            place.clone_from(&known.after);
            return Ok(());
        }
        let (before, from) = (place.clone(), html.len());
        self.color_line(html, place, line)?;
        if line.len() <= LONGEST {
            let index = index.unwrap_or_else(|| {
                self.lines.insert(line.to_owned(), self.known.len());
                self.known.push(Vec::new());
                self.known.len() - 1
            });
            let places = &mut self.known[index];
            if places.len() < PLACES {
                places.push(Line { before, html: html[from..].to_owned(), after: place.clone() });
                self.count += 1;
            }
        }
        Ok(())
    }

    fn color_line(&mut self, html: &mut String, place: &mut Place, line: &str) -> Result<()> {
        let changes = place.state.parse_line(line, syntaxes())?;
        // Neighbors with the same classes are one element.
        let (mut classes, mut text) = (String::new(), String::new());
        let mut from = 0;
        for (at, change) in changes {
            self.push_token(html, &place.scopes, &line[from..at], &mut classes, &mut text);
            from = at;
            place.scopes.apply(&change)?;
        }
        self.push_token(html, &place.scopes, &line[from..], &mut classes, &mut text);
        push_element(html, &classes, &text);
        Ok(())
    }

    fn push_token(
        &mut self,
        html: &mut String,
        scopes: &ScopeStack,
        token: &str,
        classes: &mut String,
        text: &mut String,
    ) {
        // Nothing is seen of a space's color.
        if !token.trim().is_empty() {
            let known = self.classes(scopes.as_slice());
            if known != classes {
                push_element(html, classes, text);
                text.clear();
                known.clone_into(classes);
            }
        }
        text.push_str(token);
    }

    /// The classes of a token.
    fn classes(&mut self, scopes: &[Scope]) -> &str {
        let found = self.classes.binary_search_by(|(known, _)| known.as_slice().cmp(scopes));
        let at = found.unwrap_or_else(|at| {
            let classes = self.palette.map(|palette| palette.classes(scopes));
            self.classes.insert(at, (scopes.to_vec(), classes.unwrap_or_default()));
            at
        });
        &self.classes[at].1
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

#[cfg(test)]
mod tests {
    use super::super::languages::{Language, find};
    use super::*;

    #[test]
    fn a_line_depends_on_what_precedes_it() {
        let Language::Known(syntax) = find("rust") else { panic!("it is known") };
        let palette = Palette::of("InspiredGitHub", "OneHalfDark").unwrap();
        let lines = |code: &str| {
            colored(&CodeBlock::new("rust", code.to_owned()), syntax, palette).unwrap()
        };
        let code = lines("let a = 1;\n");
        let comment = lines("/*\nlet a = 1;\n*/\nlet a = 1;\n");
        let all: Vec<&str> = comment.lines().collect();
        assert_ne!(format!("{}\n", all[1]), code);
        assert_eq!(format!("{}\n", all[3]), code);
        assert_eq!(lines("/*\nlet a = 1;\n*/\nlet a = 1;\n"), comment, "the same from memory");
    }
}
