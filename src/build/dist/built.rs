//! The output of a build as kiln's server reads it.

use std::io::{ErrorKind, Read as _};
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::record::{self, Record, Recorded};
pub(crate) use super::view::View;
pub(crate) use crate::assets::digest::Digest;
use crate::build::output::headers::list;

/// Reads kiln's record of a site.
///
/// # Errors
///
/// Fails if the folder has no record, or a damaged one.
pub(crate) fn record(view: &View) -> Result<Vec<u8>> {
    let shown = view.out().display();
    let Some(mut file) = view.record() else {
        bail!(
            "{shown} does not contain a site built by kiln\n  hint: build it first: `cargo run --release`"
        );
    };
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)
        .with_context(|| format!("cannot read {shown}/{}", record::FILE))?;
    if !record::has_end(&bytes) {
        bail!(
            "{shown}/{} is damaged, so kiln cannot tell which files it wrote\n  hint: remove {shown} and build again: `cargo run --release`",
            record::FILE
        );
    }
    Ok(bytes)
}

/// The names of all files in a record, except kiln's own, each with its digest.
pub(crate) fn names(record: &[u8]) -> impl Iterator<Item = Result<(String, Option<Digest>)>> + '_ {
    let name = |recorded: Result<Recorded>| {
        let named = |recorded: Recorded| Some((record::removable(&recorded.key)?, recorded.digest));
        recorded.map(named).transpose()
    };
    Record::of(record).filter_map(name)
}

/// The headers of pages: a line for each file, which is its name, a tab, and a JSON array of names and values.
///
/// # Errors
///
/// Fails if the list is damaged.
pub(crate) fn sent(view: &View) -> Result<String> {
    let mut text = String::new();
    match view.read(list::FILE).and_then(|mut file| file.read_to_string(&mut text)) {
        Ok(_) => {}
        // No page sets any headers.
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(text),
        Err(error) => {
            let path = view.out().join(list::FILE);
            return Err(error).with_context(|| format!("cannot read {}", path.display()));
        }
    }
    let Some(lines) = list::lines(&text) else {
        bail!(damaged_list(view.out()));
    };
    let length = lines.len();
    text.truncate(length);
    Ok(text)
}

/// The message for a list of headers that cannot be read.
pub(crate) fn damaged_list(out: &Path) -> String {
    format!(
        "{} is damaged, so the headers of pages are unknown\n  hint: build again: `cargo run --release`",
        out.join(list::FILE).display()
    )
}
