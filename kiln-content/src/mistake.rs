//! A mistake in a file of content.

use std::fmt;

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

impl fmt::Display for Mistake {
    /// Writes the message, the place, the source line with a caret, and the hint.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.message)?;
        let Some(at) = &self.position else {
            write!(f, "  --> {}", self.file)?;
            return self.write_hint(f);
        };
        let margin = " ".repeat(at.line.to_string().len());
        writeln!(f, "{margin}--> {}:{}:{}", self.file, at.line, at.column)?;
        writeln!(f, "{margin} |")?;
        writeln!(f, "{} | {}", at.line, at.source)?;
        let indent = " ".repeat(at.column - 1);
        write!(f, "{margin} | {indent}{}", "^".repeat(at.length.max(1)))?;
        self.write_hint(f)
    }
}

impl Mistake {
    fn write_hint(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.hint.iter().try_for_each(|hint| write!(f, "\n  hint: {hint}"))
    }
}

impl std::error::Error for Mistake {}
