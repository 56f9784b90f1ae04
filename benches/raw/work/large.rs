//! The files of `benches/sites/large` and `benches/sites/one`: a few files, of 100 MB or of a line.

use std::fs;
use std::io;

use super::threads;

/// The length of a large file, in bytes.
const LENGTH: usize = 100_000_000;

/// Writes large files, each with different bytes.
pub(crate) fn write_large(folder: &str, count: usize) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    threads::in_parts(count, |part| {
        for id in part {
            let byte = u8::try_from(id).map_err(io::Error::other)?;
            fs::write(format!("{folder}/{id}.bin"), vec![byte; LENGTH])?;
        }
        Ok(())
    })
}

/// Writes the page of a site with a single page.
pub(crate) fn write_one(folder: &str) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(format!("{folder}/index.html"), "<h1>Hello</h1>")
}
