//! What a build wrote into a folder, as kiln's server reads it.

use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::folder::Folder;
use super::record::{self, Record, Recorded};
pub(crate) use super::view::View;
pub(crate) use crate::build::manifest::digest::Digest;
use crate::build::output::headers::list;

/// Reads kiln's record of a site.
///
/// # Errors
///
/// Where the folder has no record, or one that is damaged.
pub(crate) fn record(view: &View) -> Result<Vec<u8>> {
    let shown = view.out().display();
    let Some(mut file) = view.record() else {
        bail!(
            "{shown} holds no site that kiln built\n  hint: build it first: `cargo run --release`"
        );
    };
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)
        .with_context(|| format!("cannot read {shown}/{}", record::FILE))?;
    if !record::has_end(&bytes) {
        bail!(
            "{shown}/{} is damaged, and does not tell what kiln wrote\n  hint: remove {shown} and build again: `cargo run --release`",
            record::FILE
        );
    }
    Ok(bytes)
}

/// The names of all files of a record, but those that kiln keeps for itself, each with the digest of its bytes.
pub(crate) fn names(record: &[u8]) -> impl Iterator<Item = Result<(String, Option<Digest>)>> + '_ {
    let name = |recorded: Result<Recorded>| {
        let named = |recorded: Recorded| Some((record::removable(&recorded.key)?, recorded.digest));
        recorded.map(named).transpose()
    };
    Record::of(record).filter_map(name)
}

/// What pages send besides their bytes: for each of these files a line, which is its name, a tab, and a JSON array of names
/// and values.
///
/// # Errors
///
/// Where the list is damaged.
pub(crate) fn sent(view: &View) -> Result<String> {
    let mut text = String::new();
    match view.read(list::FILE).and_then(|mut file| file.read_to_string(&mut text)) {
        Ok(_) => {}
        // No page sends anything that counts.
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

/// What is said of a list of headers that nobody can read.
pub(crate) fn damaged_list(out: &Path) -> String {
    format!(
        "{} is damaged, and does not tell which headers pages send\n  hint: build again: `cargo run --release`",
        out.join(list::FILE).display()
    )
}

/// Opens a file below a folder to read; fails where it is no plain file, and where it or a folder on the way to it is a link.
pub(crate) fn open(out: &Path, name: &str) -> io::Result<File> {
    let root = Folder::open(out)?;
    let file = match name.rsplit_once('/') {
        Some((above, own)) => root.folder(above)?.read(own)?,
        None => root.read(name)?,
    };
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(io::Error::new(ErrorKind::InvalidInput, "no plain file")),
    }
}
