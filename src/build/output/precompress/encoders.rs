//! The encoders of a build, and how many variants they have made.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::{fs, io};

use anyhow::{Context, Result};

use super::codec;
use crate::build::dist::Writer;
use crate::build::dist::own_files::ENCODERS;
use crate::config::Encoding;
use crate::site::hash::Fnv;

/// The variants that are asked for, and what became of them.
#[derive(Debug)]
pub(crate) struct Precompress {
    pub(super) encoders: Vec<Encoder>,
    pub(super) made: AtomicUsize,
    pub(super) kept: AtomicUsize,
    /// How many files were made that are too large for memory.
    pub(super) spilled: AtomicUsize,
}

#[derive(Debug)]
pub(super) struct Encoder {
    pub(super) encoding: Encoding,
    /// Tells it from one of another version, or with other levels.
    stamp: Fnv,
    /// Whether it made what the out folder has.
    pub(super) is_known: bool,
}

/// What became of all variants.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Variants {
    pub(crate) made: usize,
    /// They were in the out folder.
    pub(crate) kept: usize,
}

impl Precompress {
    pub(crate) fn new(encodings: &[Encoding], writer: &Writer) -> Result<Self> {
        let known = match encodings {
            [] => String::new(),
            _ => fs::read_to_string(writer.out().join(ENCODERS)).unwrap_or_default(),
        };
        let encoder = |&encoding: &Encoding| {
            let stamp = stamp(encoding)
                .with_context(|| format!("cannot compress with {}", encoding.name()))?;
            let is_known = known.lines().any(|line| *line == stamp_line(encoding, stamp));
            Ok(Encoder { encoding, stamp, is_known })
        };
        Ok(Precompress {
            encoders: encodings.iter().map(encoder).collect::<Result<_>>()?,
            made: AtomicUsize::new(0),
            kept: AtomicUsize::new(0),
            spilled: AtomicUsize::new(0),
        })
    }

    /// Writes which encoders made the variants, where there may be some.
    pub(crate) fn write_list(&self, writer: &Writer) -> Result<()> {
        if self.encoders.is_empty() {
            return Ok(());
        }
        let mut lines: Vec<String> = self
            .encoders
            .iter()
            .map(|encoder| stamp_line(encoder.encoding, encoder.stamp) + "\n")
            .collect();
        lines.sort_unstable();
        let path = writer.new_file(ENCODERS);
        fs::write(&path, lines.concat()).with_context(|| format!("cannot write {}", path.display()))
    }

    /// What became of the variants; `None` where there are none.
    pub(crate) fn variants(&self) -> Option<Variants> {
        let variants = Variants { made: self.made.load(Relaxed), kept: self.kept.load(Relaxed) };
        (variants.made + variants.kept > 0).then_some(variants)
    }
}

fn stamp_line(encoding: Encoding, stamp: Fnv) -> String {
    format!("{} {stamp}", encoding.name())
}

/// What an encoder makes of a text, with each of its levels. No encoder tells its version, and one that makes the same of this
/// makes, as far as anybody will see, the same of all else.
fn stamp(encoding: Encoding) -> io::Result<Fnv> {
    let line = |number: u32| format!("<li id={number}>{} is no prime</li>\n", number * number);
    let text: String = (0..200).map(line).collect();
    let mut stamp = Fnv::default();
    for length in codec::lengths() {
        let level = codec::level(encoding, length);
        let mut variant = Vec::new();
        codec::compress(encoding, level, text.len() as u64, &mut text.as_bytes(), &mut variant)?;
        stamp.add(&level.to_le_bytes());
        stamp.add(&variant);
    }
    Ok(stamp)
}
