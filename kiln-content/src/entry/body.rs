//! The Markdown of an entry.
//!
//! The texts of a site of ordinary size stay in memory. What exceeds [`MAX_KEPT`] is read again from its file when a page
//! renders it, so that the memory of a build does not grow with the length of its posts. Only
//! [`Entry::body`](super::Entry::body), which returns a reference, keeps such a text once it is asked for.

use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use anyhow::{Context as _, Result};

use crate::front_matter::{self, without_mark};

/// The bytes of Markdown that all collections of a process keep in memory together.
const MAX_KEPT: usize = 64 << 20;

/// The bytes that are kept.
static KEPT: AtomicUsize = AtomicUsize::new(0);

/// The Markdown of an entry.
#[derive(Debug)]
pub(crate) struct Body {
    /// Empty if the text is in the file alone.
    text: OnceLock<Box<str>>,
    /// The line of the file on which the text starts, counted from 1.
    line: usize,
}

impl Default for Body {
    /// No text.
    fn default() -> Self {
        Body::kept("", 1)
    }
}

impl Body {
    /// The text of a file, which starts on a line.
    pub(crate) fn of_file(text: &str, line: usize) -> Self {
        let is_kept = KEPT.fetch_add(text.len(), Relaxed) + text.len() <= MAX_KEPT;
        if is_kept {
            return Body::kept(text, line);
        }
        KEPT.fetch_sub(text.len(), Relaxed);
        Body::in_file(line)
    }

    /// A text that is in its file alone.
    pub(crate) fn in_file(line: usize) -> Self {
        Body { text: OnceLock::new(), line }
    }

    /// A text that cannot be read again.
    pub(crate) fn kept(text: &str, line: usize) -> Self {
        Body { text: OnceLock::from(Box::from(text)), line }
    }

    /// The line of the file on which the text starts, counted from 1.
    pub(crate) fn line(&self) -> usize {
        self.line
    }

    /// Calls a function with the text.
    ///
    /// # Errors
    ///
    /// Fails if the file has to be read again, and cannot be.
    pub(crate) fn with<R>(&self, path: &Path, call: impl FnOnce(&str) -> R) -> Result<R> {
        match self.text.get() {
            Some(text) => Ok(call(text)),
            None => Ok(call(&read_again(path)?)),
        }
    }

    /// The text, which is kept from now on.
    ///
    /// # Errors
    ///
    /// Like [`with`](Self::with).
    pub(crate) fn keep(&self, path: &Path) -> Result<&str> {
        if self.text.get().is_none() {
            let text = read_again(path)?;
            return Ok(self.text.get_or_init(|| text.into_boxed_str()));
        }
        Ok(self.text.get().map_or("", |text| text))
    }
}

fn read_again(path: &Path) -> Result<String> {
    let changed = || format!("{} has changed while the site was built", path.display());
    let text = std::fs::read_to_string(path).with_context(changed)?;
    let text = without_mark(&text);
    let split = front_matter::split(text).ok().with_context(changed)?;
    Ok(text[split.body].to_owned())
}
