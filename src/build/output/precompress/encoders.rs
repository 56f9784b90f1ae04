//! The encoders of a build, and the number of variants they made.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::{fs, io};

use anyhow::{Context, Result};

use super::codec;
use crate::build::dist::Writer;
use crate::build::dist::own_files::ENCODERS;
use crate::config::Encoding;
use crate::site::hash::Fnv;

/// The requested variants, and their results.
#[derive(Debug)]
pub(crate) struct Precompress {
    pub(super) encoders: Vec<Encoder>,
    pub(super) made: AtomicUsize,
    pub(super) kept: AtomicUsize,
    /// The number of temporary files for variants that do not fit into memory.
    pub(super) spilled: AtomicUsize,
}

#[derive(Debug)]
pub(super) struct Encoder {
    pub(super) encoding: Encoding,
    /// Identifies the encoder's version and levels.
    stamp: Fnv,
    /// Whether it made the variants in the out folder.
    pub(super) is_known: bool,
}

/// Totals of all variants.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Variants {
    pub(crate) made: usize,
    /// Variants that were already in the out folder.
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

    /// Writes the list of encoders if there may be variants.
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

    /// Totals of the variants; `None` if there are none.
    pub(crate) fn variants(&self) -> Option<Variants> {
        let variants = Variants { made: self.made.load(Relaxed), kept: self.kept.load(Relaxed) };
        (variants.made + variants.kept > 0).then_some(variants)
    }
}

/// Hashes the output of an encoder for a sample, with each of its levels. Encoders do not report their version; one
/// with the same output for this text very likely has the same output for all others.
fn stamp(encoding: Encoding) -> io::Result<Fnv> {
    let line = |number: u32| format!("<li id={number}>{} is not a prime</li>\n", number * number);
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

fn stamp_line(encoding: Encoding, stamp: Fnv) -> String {
    format!("{} {stamp}", encoding.name())
}
