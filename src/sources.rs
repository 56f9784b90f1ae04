//! Whether the sources that lie beside a binary are those that it was compiled from.
//!
//! Cargo goes by time stamps, and a copy of a checkout, in a container or from a cache, can keep old ones. The binary
//! goes by content.

use std::fs;
use std::path::Path;

/// The files that the generated code was made from, relative to the site's folder, each with the hash of its content;
/// `None` where there was no such file.
pub(crate) type Sources = &'static [(&'static str, Option<u64>)];

/// The files that are not what they were.
pub(crate) fn changed(sources: Sources, folder: &Path) -> Vec<&'static str> {
    let is_changed = |(name, hash): &(&'static str, Option<u64>)| {
        let now = fs::read(folder.join(name)).ok();
        (now.map(|content| fnv1a(&content)) != *hash).then_some(*name)
    };
    sources.iter().filter_map(is_changed).collect()
}

/// A hash of all of them, with their names.
pub(crate) fn fingerprint(sources: Sources) -> u64 {
    let lines = sources.iter().map(|(name, hash)| format!("{name} {hash:?}\n"));
    fnv1a(lines.collect::<String>().as_bytes())
}

/// FNV-1a of 64 bits, as kiln-build computes it: nobody attacks their own sources.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn the_fingerprint_tells_names_and_hashes_apart() {
        let table: [Sources; 5] = [
            &[],
            &[("a.rs", Some(1))],
            &[("a.rs", Some(2))],
            &[("b.rs", Some(1))],
            &[("a.rs", None)],
        ];
        let mut found = table.map(fingerprint).to_vec();
        found.sort_unstable();
        found.dedup();
        assert_eq!(found.len(), table.len());
    }

    #[test]
    fn files_that_changed_came_or_went_are_named() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let readme = fs::read(folder.join("README.md")).map(|content| fnv1a(&content)).ok();
        let sources: Sources = Box::leak(Box::new([
            ("README.md", readme),
            ("build.rs", Some(1)),
            ("Cargo.toml", None),
            ("never-there.toml", None),
            ("gone.rs", Some(1)),
        ]));
        assert_eq!(changed(sources, folder), ["build.rs", "Cargo.toml", "gone.rs"]);
    }
}
