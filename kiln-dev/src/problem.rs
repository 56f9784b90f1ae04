//! What keeps a site or a page from being shown, as browsers and the terminal show it.

use std::path::PathBuf;

use serde::Serialize;

/// A problem: one or several mistakes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Problem {
    pub(crate) title: String,
    pub(crate) mistakes: Vec<Mistake>,
}

/// One mistake, with its place if that is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Mistake {
    pub(crate) message: String,
    pub(crate) places: Vec<Place>,
    /// The causes of an error, the outermost first.
    pub(crate) causes: Vec<String>,
    /// Source lines and notes, as a terminal shows them.
    pub(crate) details: String,
    pub(crate) hint: Option<Hint>,
}

/// What to write instead, and the address of the section that explains it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Hint {
    pub(crate) text: String,
    pub(crate) more: String,
}

/// A place in a file of the site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Place {
    /// The file as people know it, with line and column.
    pub(crate) shown: String,
    /// The number by which a browser asks for the file. It never sends a path.
    pub(crate) entry: usize,
    #[serde(skip)]
    pub(crate) position: Position,
}

/// A position in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Position {
    /// Absolute.
    pub(crate) file: PathBuf,
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl Place {
    /// A place that has no [entry](crate::browser::editor) yet.
    pub(crate) fn new(shown: String, position: Position) -> Self {
        Place { shown, entry: 0, position }
    }
}

impl Problem {
    pub(crate) fn of(title: &str, message: impl Into<String>, details: impl Into<String>) -> Self {
        let mistake =
            Mistake { message: message.into(), details: details.into(), ..Mistake::default() };
        Problem { title: title.to_owned(), mistakes: vec![mistake] }
    }

    pub(crate) fn places_mut(&mut self) -> impl Iterator<Item = &mut Place> {
        self.mistakes.iter_mut().flat_map(|mistake| &mut mistake.places)
    }
}
