//! A mistake in a file of content.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use crate::data::Problem;

/// A mistake in a file of content, at its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// The path of the file from the site's folder, with `/`.
    pub file: String,
    /// Where in the file, if a place is known.
    pub position: Option<Position>,
    /// What is wrong, in lowercase and without a full stop.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
}

/// A place in a file, with the source that a message shows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, counted from 1.
    pub line: usize,
    /// The column, in characters, counted from 1.
    pub column: usize,
    /// The number of characters to underline, at least 1.
    pub length: usize,
    /// The whole line of the source.
    pub source: String,
}

impl Mistake {
    /// A mistake of a file as a whole.
    pub(crate) fn of(file: &str, message: impl Into<String>) -> Self {
        Mistake { file: file.to_owned(), position: None, message: message.into(), hint: None }
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Mistake { hint: Some(hint.into()), ..self }
    }

    /// A problem in the text of a file.
    pub(crate) fn in_text(file: &str, text: &str, problem: Problem) -> Self {
        let Problem { range, message, hint } = problem;
        let position = Some(Position::of(text, range));
        Mistake { file: file.to_owned(), position, message, hint }
    }
}

impl Position {
    /// The place of a range of bytes in a text. Of several lines, the first is underlined.
    pub(crate) fn of(text: &str, range: Range<usize>) -> Self {
        let start = floor(text, range.start);
        let end = floor(text, range.end).max(start);
        let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let line = text[..line_start].matches('\n').count() + 1;
        let source = text[line_start..].lines().next().unwrap_or_default();
        let marked = text[start..end].lines().next().unwrap_or_default().trim_end();
        let column = text[line_start..start].chars().count() + 1;
        let length = marked.chars().count().max(1);
        Position { line, column, length, source: source.to_owned() }
    }
}

/// The start of the character that an index is in.
fn floor(text: &str, index: usize) -> usize {
    (0..=index.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or_default()
}

/// The mistakes that keep a page from being built, as the error of a method such as
/// [`Collection::entries`](crate::Collection::entries).
///
/// A build reports each mistake once, however many pages fail with it.
#[derive(Debug, Clone)]
pub struct Mistakes {
    all: Cow<'static, [Mistake]>,
    are_reported: bool,
}

impl Mistakes {
    pub(crate) fn new(mistakes: impl Into<Cow<'static, [Mistake]>>) -> Self {
        Mistakes { all: mistakes.into(), are_reported: false }
    }

    /// The mistakes of a collection.
    pub(crate) fn of_collection(mistakes: &'static [Mistake], is_registered: bool) -> Self {
        Mistakes { all: mistakes.into(), are_reported: is_registered }
    }

    /// Returns true if and only if they are those of a registered collection, which a build reports before it makes pages.
    #[doc(hidden)]
    pub fn are_reported(&self) -> bool {
        self.are_reported
    }

    /// The mistakes, of which there is at least one.
    pub fn all(&self) -> &[Mistake] {
        &self.all
    }
}

impl fmt::Display for Mistakes {
    /// Writes all mistakes, with an empty line between them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.all.iter().enumerate().try_for_each(|(at, mistake)| {
            let space = if at == 0 { "" } else { "\n\n" };
            write!(f, "{space}{mistake}")
        })
    }
}

impl std::error::Error for Mistakes {}

impl fmt::Display for Mistake {
    /// Writes the message, the place, the source line with a caret, and the hint.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", printable(&self.message))?;
        let file = printable(&self.file);
        let Some(at) = &self.position else {
            write!(f, "  --> {file}")?;
            return self.write_hint(f);
        };
        let margin = " ".repeat(at.line.to_string().len());
        writeln!(f, "{margin}--> {file}:{}:{}", at.line, at.column)?;
        writeln!(f, "{margin} |")?;
        // A caret stands below its character if each has one column.
        writeln!(f, "{} | {}", at.line, at.source.replace(char::is_control, " "))?;
        let indent = " ".repeat(at.column.saturating_sub(1));
        write!(f, "{margin} | {indent}{}", "^".repeat(at.length.max(1)))?;
        self.write_hint(f)
    }
}

impl Mistake {
    fn write_hint(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.hint.iter().try_for_each(|hint| write!(f, "\n  hint: {}", printable(hint)))
    }
}

/// A text for the terminal, with control characters escaped except for line breaks.
fn printable(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c == '\n' || !c.is_control();
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let escaped = text.chars().map(|c| match is_plain(c) {
        true => c.to_string(),
        false => c.escape_default().to_string(),
    });
    Cow::Owned(escaped.collect())
}

impl std::error::Error for Mistake {}
