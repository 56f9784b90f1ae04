//! A piece of Markdown in a file.

use std::fs;
use std::ops::Range;
use std::path::Path;

use crate::front_matter::without_mark;
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
    /// Whether the file has nothing but this text from that line on, so that it can be read again.
    pub is_in_file: bool,
}

/// A place in a piece of Markdown. It is small: a site has many links whose end waits for that of the build.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    file: Box<str>,
    /// The line of the file that the text starts at, counted from 1.
    line: usize,
    /// In bytes, in the text.
    start: usize,
    end: usize,
    /// The text, unless it can be read again.
    text: Option<Box<str>>,
}

impl Place {
    /// A mistake at the place, in a file below the folder of the site. If the file cannot be read any more, it has no position.
    pub fn mistake(&self, site: &Path, fault: Fault) -> Mistake {
        let text = self.text.as_deref().map(str::to_owned).or_else(|| self.read(site));
        match text {
            Some(text) => {
                let (file, line) = (&*self.file, self.line);
                let source = Source { file, folder: "", text: &text, line, is_in_file: false };
                source.mistake(&(self.start..self.end), fault)
            }
            None => Mistake {
                file: self.file.to_string(),
                position: None,
                message: fault.message,
                hint: fault.hint,
            },
        }
    }

    fn read(&self, site: &Path) -> Option<String> {
        let text = fs::read_to_string(site.join(&*self.file)).ok()?;
        Some(without_mark(&text).split_inclusive('\n').skip(self.line - 1).collect())
    }
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
    /// The place of a range of the text.
    pub(super) fn place(&self, at: &Range<usize>) -> Place {
        Place {
            file: self.file.into(),
            line: self.line,
            start: at.start,
            end: at.end,
            text: (!self.is_in_file).then(|| self.text.into()),
        }
    }

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
