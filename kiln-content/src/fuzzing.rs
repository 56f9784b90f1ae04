//! Not public API: for `fuzz/` only.

use std::path::Path;

use serde_core::de::DeserializeOwned;

use crate::collection::read;
use crate::data::Format;
use crate::mistake::Mistake;

/// Reads the front matter of a Markdown file.
///
/// # Errors
///
/// Fails with all mistakes.
pub fn front_matter<T: DeserializeOwned>(text: &str) -> Result<T, Vec<Mistake>> {
    let read = read::markdown_text(Path::new(""), "content/a.md", text);
    read.map(|(value, ..)| value).map_err(|failed| failed.mistakes)
}

/// Reads a file of data with an extension, such as `toml`.
///
/// # Errors
///
/// Fails with all mistakes.
pub fn data<T: DeserializeOwned>(text: &str, extension: &str) -> Result<T, Vec<Mistake>> {
    let format = Format::of_extension(extension).unwrap_or(Format::Json);
    let read = read::data_text(Path::new(""), "content/a", text, format);
    read.map(|(value, _)| value).map_err(|failed| failed.mistakes)
}
