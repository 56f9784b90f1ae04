//! The bytes of a file, read forwards.

use std::io::{BufRead, Read, Seek, SeekFrom};

use anyhow::{Context, Result};

/// How much of a file its format is found by, and of an SVG file is read.
const START: u64 = 64 * 1024;
/// The most bytes of metadata that are read.
const MAX_METADATA: u32 = 1024 * 1024;

trait Source: BufRead + Seek {}

impl<T: BufRead + Seek> Source for T {}

/// The bytes of a file, read forwards.
pub(super) struct Input<'a> {
    source: &'a mut dyn Source,
    start: Vec<u8>,
}

impl<'a> Input<'a> {
    pub(super) fn new(source: &'a mut (impl BufRead + Seek)) -> Result<Self> {
        let source: &mut dyn Source = source;
        let mut start = Vec::new();
        (&mut *source).take(START).read_to_end(&mut start)?;
        source.seek(SeekFrom::Start(0))?;
        Ok(Input { source, start })
    }

    /// The first bytes of the file, whatever has been read.
    pub(super) fn start(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.start)
    }

    /// Reads a fixed number of bytes.
    pub(super) fn take<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut bytes = [0; N];
        self.source
            .read_exact(&mut bytes)
            .context("the image is broken: the file ends inside of its header")?;
        Ok(bytes)
    }

    /// Reads bytes of metadata, or skips them and returns `None` if they are too many.
    pub(super) fn metadata(&mut self, length: u32) -> Result<Option<Vec<u8>>> {
        if length > MAX_METADATA {
            self.skip(length)?;
            return Ok(None);
        }
        let mut bytes = Vec::new();
        (&mut *self.source).take(length.into()).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }

    /// Skips bytes. Behind the end of the file, the next read fails.
    pub(super) fn skip(&mut self, length: u32) -> Result<()> {
        Ok(self.source.seek_relative(length.into())?)
    }
}
