//! A piece of Markdown in a file.

use std::ops::Range;

use crate::mistake::{Mistake, Position};

/// A piece of Markdown in a file.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The path of the file from the site's folder, with `/`, for mistakes.
    pub file: &'a str,
    /// The folder that relative links start at, from the site's folder, without a slash at the end.
    pub folder: &'a str,
    /// The Markdown.
    pub text: &'a str,
    /// The line of the file that the text starts at, counted from 1.
    pub line: usize,
}

/// What is wrong, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong, in lowercase and without a full stop.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
}

impl Fault {
    /// A fault with a hint.
    pub fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Fault { message: message.into(), hint: Some(hint.into()) }
    }
}

impl From<anyhow::Error> for Fault {
    /// The hint is what follows `hint: ` at the start of a line of the message.
    fn from(error: anyhow::Error) -> Self {
        let text = format!("{error:#}");
        match text.split_once("\nhint: ") {
            Some((message, hint)) => Fault::new(message, hint),
            None => Fault { message: text, hint: None },
        }
    }
}

impl Source<'_> {
    /// A mistake at a range of the text.
    pub(super) fn mistake(&self, at: &Range<usize>, fault: Fault) -> Mistake {
        let start = self.text.floor_char_boundary(at.start);
        let before = &self.text[..start];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = self.text[line_start..].lines().next().unwrap_or_default();
        let end = at.end.clamp(start, (line_start + line.len()).max(start));
        let length = self.text.get(start..end).unwrap_or_default().trim_end().chars().count();
        let position = Position {
            line: self.line + before.matches('\n').count(),
            column: self.text[line_start..start].chars().count() + 1,
            length: length.max(1),
            source: line.to_owned(),
        };
        Mistake {
            file: self.file.to_owned(),
            position: Some(position),
            message: fault.message,
            hint: fault.hint,
        }
    }
}
