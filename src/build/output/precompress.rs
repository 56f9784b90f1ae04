//! Writes compressed variants beside the files of a site: `index.html.gz`, `.br`, `.zst`, for hosts that serve them as they are.
//!
//! A variant that the out folder has is kept where its file has not changed and it decompresses to the bytes of that file: to
//! see that takes a hundredth of the time that compressing takes, and needs no faith in what was recorded. One that an
//! encoder of another version or level made is made again, so that the out folder is what a fresh build would have written.

pub(crate) mod encoders;

mod codec;
mod gains;

use std::fs::{self, File};
use std::io::{self, Cursor, Read, Seek, Write};
use std::sync::atomic::Ordering::Relaxed;

use anyhow::{Context, Result};

use super::file_name::MAX_NAME;
use crate::build::dist::Written;
use crate::build::manifest::Owner;
use crate::build::output::content::Content;
use crate::build::report::failure::Failure;
use crate::build::report::warning::Kind;
use crate::build::state::Build;
use crate::config::Encoding;

/// Writes the variants of a page that has been written.
pub(crate) fn page(
    build: &Build,
    name: &str,
    content_type: &str,
    content: &mut Content,
    owner: Owner,
    written: Written,
) -> Result<()> {
    let has_gain = || match content_type {
        "" => gains::has_gain_by_name(name),
        _ => gains::has_gain(content_type),
    };
    if build.precompress.encoders.is_empty() || !has_gain() {
        return Ok(());
    }
    let original = Original { name, length: content.length(), owner, written };
    match content {
        Content::Bytes(bytes) => original.write_variants(build, &mut Cursor::new(bytes)),
        Content::Streamed(spool) => original.write_variants(build, &mut spool.file),
    }
}

/// Writes the variants of a file of `public/` that has been written.
pub(crate) fn file(build: &Build, name: &str, file: &mut File, written: Written) -> Result<()> {
    if build.precompress.encoders.is_empty() || !gains::has_gain_by_name(name) {
        return Ok(());
    }
    let length = file.metadata().context("cannot be read")?.len();
    Original { name, length, owner: Owner::PUBLIC, written }.write_variants(build, file)
}

/// What there are variants of.
#[derive(Debug, Clone, Copy)]
struct Original<'a> {
    name: &'a str,
    length: u64,
    owner: Owner,
    written: Written,
}

impl Original<'_> {
    fn write_variants(self, build: &Build, content: &mut (impl Read + Seek)) -> Result<()> {
        let mut too_long = Vec::new();
        for encoder in &build.precompress.encoders {
            let name = format!("{}.{}", self.name, encoder.encoding.extension());
            if own_name(&name).len() > MAX_NAME {
                too_long.push(encoder.encoding);
                continue;
            }
            let may_keep = encoder.is_known && matches!(self.written, Written::Unchanged(_));
            let keep = |variant: &mut dyn Read| {
                content.rewind().is_ok() && codec::is_variant_of(encoder.encoding, variant, content)
            };
            let kept = may_keep.then(|| build.writer.keep(&name, keep)).flatten();
            let written = match kept {
                Some(kept) => Some(kept),
                None => match self.compress(build, encoder.encoding, &name, content) {
                    // This file system takes shorter names only.
                    Err(error) if is_name_refused(&error) => {
                        too_long.push(encoder.encoding);
                        continue;
                    }
                    made => made.with_context(|| format!("cannot make {name}"))?,
                },
            };
            let Some(written) = written else { continue };
            let count =
                if kept.is_some() { &build.precompress.kept } else { &build.precompress.made };
            count.fetch_add(1, Relaxed);
            build.manifest.add_variant(&name, self.owner, written)?;
        }
        if !too_long.is_empty() {
            self.warn(build, &too_long);
        }
        Ok(())
    }

    /// Warns of variants whose names would be too long.
    fn warn(self, build: &Build, encodings: &[Encoding]) {
        let names: Vec<String> =
            encodings.iter().map(|encoding| format!("`.{}`", encoding.extension())).collect();
        let message = format!(
            "has no variant {}: its name has {} bytes, and no room for the extension",
            names.join(", "),
            own_name(self.name).len()
        );
        let warning = Failure::of(self.name, message).hint("give it a shorter name");
        build.warnings.add(Kind::Variant, warning);
    }

    /// Makes a variant; `None` where it would not be smaller.
    fn compress(
        self,
        build: &Build,
        encoding: Encoding,
        name: &str,
        content: &mut (impl Read + Seek),
    ) -> Result<Option<Written>> {
        content.rewind()?;
        if codec::is_small(self.length) {
            let mut variant = Vec::new();
            let is_smaller = self.compress_to(encoding, content, &mut variant)?;
            return is_smaller.then(|| build.writer.write(name, &variant)).transpose();
        }
        let number = build.precompress.spilled.fetch_add(1, Relaxed);
        let path = build.writer.scratch().join(format!("variant-{number}"));
        let mut variant = File::options().read(true).write(true).create_new(true).open(&path)?;
        let is_smaller = self.compress_to(encoding, content, &mut variant)?;
        variant.rewind()?;
        let written = is_smaller.then(|| build.writer.copy(name, &mut variant)).transpose();
        fs::remove_file(&path)?;
        written
    }

    /// Compresses until there is as much as there was before; true where that is not reached.
    fn compress_to(
        self,
        encoding: Encoding,
        content: &mut dyn Read,
        variant: &mut dyn Write,
    ) -> io::Result<bool> {
        let mut smaller = Smaller { to: variant, left: self.length, is_full: false };
        let level = codec::level(encoding, self.length);
        let compressed = codec::compress(encoding, level, self.length, content, &mut smaller);
        match smaller.is_full {
            true => Ok(false),
            false => compressed.map(|()| true),
        }
    }
}

/// The name of a file without the folders above it.
fn own_name(name: &str) -> &str {
    name.rsplit_once('/').map_or(name, |(_, own)| own)
}

/// Returns true if and only if the system refused a name, for its length that is.
fn is_name_refused(error: &anyhow::Error) -> bool {
    let refused = error.downcast_ref::<io::Error>();
    refused.is_some_and(|error| error.kind() == io::ErrorKind::InvalidFilename)
}

/// Writes less than a number of bytes, and fails at the one that makes them as many.
struct Smaller<'a> {
    to: &'a mut dyn Write,
    left: u64,
    is_full: bool,
}

impl Write for Smaller<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() as u64 >= self.left {
            self.is_full = true;
            return Err(io::Error::other("it would not be smaller"));
        }
        let count = self.to.write(bytes)?;
        self.left -= count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
