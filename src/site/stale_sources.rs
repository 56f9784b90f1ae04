//! Whether the sources that lie beside a binary are those that it was compiled from.
//!
//! Cargo goes by time stamps, and a copy of a checkout, in a container or from a cache, can keep old ones. The binary
//! goes by content.

use std::fs;
use std::path::Path;

use crate::site::hash::Fnv;

/// The files that the generated code was made from, relative to the site's folder, each with the hash of its content;
/// `None` where there was no such file.
pub(crate) type Sources = &'static [(&'static str, Option<u64>)];

/// The files that are not what they were.
pub(crate) fn changed(sources: Sources, folder: &Path) -> Vec<&'static str> {
    let is_changed = |(name, hash): &(&'static str, Option<u64>)| {
        let now = fs::read(folder.join(name)).ok();
        (now.map(|content| Fnv::of(&content).value()) != *hash).then_some(*name)
    };
    sources.iter().filter_map(is_changed).collect()
}

/// A hash of all of them, with their names.
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
    fn the_fingerprint_tells_names_and_hashes_apart() {
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
    fn files_that_changed_came_or_went_are_named() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let readme =
            fs::read(folder.join("README.md")).map(|content| Fnv::of(&content).value()).ok();
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
