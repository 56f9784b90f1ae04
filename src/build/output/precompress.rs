//! Writes compressed variants beside the files of a site: `index.html.gz`, `.br`, `.zst`, for hosts that can serve
//! them.
//!
//! An existing variant is kept if its file has not changed and it decompresses to the bytes of that file: checking this
//! takes a hundredth of the time of compressing, and does not rely on a record. A variant by another version or level
//! of the encoder is made again, so the out folder is the same as after a fresh build.

pub(crate) mod encoders;

mod codec;
mod compressible;

use std::fs::{self, File};
use std::io::{self, Cursor, Read, Seek, Write};
use std::sync::atomic::Ordering::Relaxed;

use anyhow::{Context, Result};

use super::file_name::MAX_NAME;
use crate::build::dist::Written;
use crate::build::manifest::Owner;
use crate::build::output::content::Content;
use crate::build::report::diagnostic::Diagnostic;
use crate::build::report::warning::Kind;
use crate::build::state::Build;
use crate::config::Encoding;

/// Writes the variants of a page that was written.
pub(crate) fn page(
    build: &Build,
    name: &str,
    content_type: &str,
    content: &mut Content,
    owner: Owner,
    written: Written,
) -> Result<()> {
    let is_compressible = || match content_type {
        "" => compressible::is_compressible_by_name(name),
        _ => compressible::is_compressible(content_type),
    };
    if build.precompress.encoders.is_empty() || !is_compressible() {
        return Ok(());
    }
    let original = Original { name, length: content.length(), owner, written };
    match content {
        Content::Bytes(bytes) => original.write_variants(build, &mut Cursor::new(bytes)),
        Content::Streamed(spool) => original.write_variants(build, &mut spool.file),
    }
}

/// Writes the variants of a file of `public/` that was written.
pub(crate) fn file(build: &Build, name: &str, file: &mut File, written: Written) -> Result<()> {
    if build.precompress.encoders.is_empty() || !compressible::is_compressible_by_name(name) {
        return Ok(());
    }
    let length = file.metadata().context("cannot be read")?.len();
    Original { name, length, owner: Owner::PUBLIC, written }.write_variants(build, file)
}

/// The file that variants are made of.
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
                    // This file system only allows shorter names.
                    Err(error) if is_name_refused(&error) => {
                        too_long.push(encoder.encoding);
                        continue;
                    }
                    made => made.with_context(|| format!("cannot create {name}"))?,
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

    /// Warns about variants whose names would be too long.
    fn warn(self, build: &Build, encodings: &[Encoding]) {
        let names: Vec<String> =
            encodings.iter().map(|encoding| format!("`.{}`", encoding.extension())).collect();
        let message = format!(
            "has no variant {}: its name of {} bytes leaves no room for the extension",
            names.join(", "),
            own_name(self.name).len()
        );
        let warning = Diagnostic::of(self.name, message).hint("shorten its name");
        build.warnings.add(Kind::Variant, warning);
    }

    /// Makes a variant; `None` if it would not be smaller.
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

    /// Compresses up to the size of the original; returns true if the result is smaller.
    fn compress_to(
        self,
        encoding: Encoding,
        content: &mut dyn Read,
        variant: &mut dyn Write,
    ) -> io::Result<bool> {
        let mut smaller = LimitedWriter { to: variant, left: self.length, is_full: false };
        let level = codec::level(encoding, self.length);
        let compressed = codec::compress(encoding, level, self.length, content, &mut smaller);
        match smaller.is_full {
            true => Ok(false),
            false => compressed.map(|()| true),
        }
    }
}

/// The last component of a file name.
fn own_name(name: &str) -> &str {
    name.rsplit_once('/').map_or(name, |(_, own)| own)
}

/// Returns true if and only if the system rejected a name, because of its length.
fn is_name_refused(error: &anyhow::Error) -> bool {
    let refused = error.downcast_ref::<io::Error>();
    refused.is_some_and(|error| error.kind() == io::ErrorKind::InvalidFilename)
}

/// A writer with a limit, which fails when that many bytes have been written.
struct LimitedWriter<'a> {
    to: &'a mut dyn Write,
    left: u64,
    is_full: bool,
}

impl Write for LimitedWriter<'_> {
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
