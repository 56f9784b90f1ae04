//! Detects whether the sources have changed since the binary was compiled.
//!
//! Cargo compares time stamps, which can be old in a copy of a checkout, for example in a container or from a cache.
//! The binary compares contents.

use std::fs;
use std::path::Path;

use crate::site::hash::Fnv;

/// The input files of the code generator, relative to the site's folder, each with the hash of its content, or `None`
/// if it did not exist.
pub(crate) type Sources = &'static [(&'static str, Option<u64>)];

/// The files that have changed.
pub(crate) fn changed(sources: Sources, folder: &Path) -> Vec<&'static str> {
    let is_changed = |(name, hash): &(&'static str, Option<u64>)| {
        let now = fs::read(folder.join(name)).ok();
        (now.map(|content| Fnv::of(&content).value()) != *hash).then_some(*name)
    };
    sources.iter().filter_map(is_changed).collect()
}

/// A hash of the names and hashes of all files.
pub(crate) fn fingerprint(sources: Sources) -> Fnv {
    let mut all = Fnv::default();
    for (name, hash) in sources {
        all.add(format!("{name} {hash:?}\n").as_bytes());
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_depends_on_names_and_hashes() {
        let table: [Sources; 5] = [
            &[],
            &[("a.rs", Some(1))],
            &[("a.rs", Some(2))],
            &[("b.rs", Some(1))],
            &[("a.rs", None)],
        ];
        let mut found = table.map(fingerprint).to_vec();
        found.sort_unstable_by_key(|hash| hash.value());
        found.dedup();
        assert_eq!(found.len(), table.len());
    }

    #[test]
    fn changed_new_and_removed_files_are_named() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let readme =
            fs::read(folder.join("README.md")).map(|content| Fnv::of(&content).value()).ok();
        let sources: Sources = Box::leak(Box::new([
            ("README.md", readme),
            ("build.rs", Some(1)),
            ("Cargo.toml", None),
            ("missing.toml", None),
            ("gone.rs", Some(1)),
        ]));
        assert_eq!(changed(sources, folder), ["build.rs", "Cargo.toml", "gone.rs"]);
    }
}
