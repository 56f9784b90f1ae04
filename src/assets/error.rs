//! The error of a file that cannot be requested.

use std::fmt;
use std::sync::Arc;

use crate::text::sorted::sorted;

/// A mistake in a request for a file, or in a stylesheet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mistake {
    /// The path of the file from the site's folder.
    pub(crate) file: String,
    /// The line and the column in the file, from 1, if the mistake is in it.
    pub(crate) position: Option<(usize, usize)>,
    /// What is wrong, after the name of the file.
    pub(crate) message: String,
    pub(crate) hint: Option<Hint>,
}

/// What to do about a mistake.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Hint {
    /// A path that exists and is similar, as it is written where the mistake is.
    Nearest(String),
    Text(String),
}

impl Mistake {
    /// A mistake about a file as a whole.
    pub(crate) fn of(file: &str, message: impl Into<String>) -> Self {
        Mistake { file: file.to_owned(), position: None, message: message.into(), hint: None }
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Mistake { hint: Some(Hint::Text(hint.into())), ..self }
    }

    /// Changes the similar path of the hint, if there is one.
    pub(crate) fn map_nearest(self, change: impl FnOnce(String) -> String) -> Self {
        let hint = self.hint.map(|hint| match hint {
            Hint::Nearest(path) => Hint::Nearest(change(path)),
            hint @ Hint::Text(_) => hint,
        });
        Mistake { hint, ..self }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            Some((line, column)) => write!(f, "{}:{line}:{column}: {}", self.file, self.message)?,
            None => write!(f, "{}: {}", self.file, self.message)?,
        }
        match &self.hint {
            Some(Hint::Nearest(path)) => write!(f, "\n  hint: did you mean `{path}`?"),
            Some(Hint::Text(hint)) => write!(f, "\n  hint: {hint}"),
            None => Ok(()),
        }
    }
}

/// All mistakes of a request. Clones share them: a missing file may be requested by every page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AssetError(Arc<[Mistake]>);

impl AssetError {
    pub(crate) fn mistakes(&self) -> &[Mistake] {
        &self.0
    }
}

impl From<Mistake> for AssetError {
    fn from(mistake: Mistake) -> Self {
        AssetError([mistake].into())
    }
}

impl From<Vec<Mistake>> for AssetError {
    fn from(mistakes: Vec<Mistake>) -> Self {
        let mut mistakes = sorted(mistakes);
        mistakes.dedup();
        AssetError(mistakes.into())
    }
}

impl fmt::Display for AssetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, mistake) in self.0.iter().enumerate() {
            f.write_str(if at > 0 { "\n" } else { "" })?;
            mistake.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for AssetError {}
