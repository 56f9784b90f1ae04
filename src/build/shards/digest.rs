//! A summary of all pages of a route, of all shards.

use std::fmt;

use crate::routing::params::RawParams;
use crate::site::hash::Fnv;

/// The number of listed pages, and a hash of them in order.
///
/// Each shard lists all pages. If all lists are equal, each page is in exactly one shard.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ListDigest {
    count: usize,
    hash: Fnv,
}

impl ListDigest {
    /// The number of pages so far.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Counts a page with these params; `None` for an error in its place.
    pub(crate) fn add(&mut self, params: Option<&RawParams>) {
        for (name, value) in params.into_iter().flat_map(RawParams::iter) {
            self.add_text(name);
            self.add_text(value);
        }
        self.add_name("");
    }

    /// Counts an item with this name.
    pub(crate) fn add_name(&mut self, name: &str) {
        self.count += 1;
        self.add_text(name);
    }

    fn add_text(&mut self, text: &str) {
        self.hash.add(text.as_bytes());
        // UTF-8 never contains this byte.
        self.hash.add(&[0xff]);
    }

    /// Parses the output of `Display`.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (count, hash) = text.split_once(':')?;
        let listed = ListDigest { count: count.parse().ok()?, hash: Fnv::read(hash)? };
        Some(listed)
    }
}

impl fmt::Display for ListDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.count, self.hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_that_differ_have_different_digests() {
        let listed = |pages: &[&[(&str, &str)]]| {
            let mut listed = ListDigest::default();
            for page in pages {
                listed.add(Some(&page.iter().copied().collect()));
            }
            let text = listed.to_string();
            assert_eq!(ListDigest::read(&text), Some(listed), "{text}");
            text
        };
        let mut lists = vec![
            listed(&[]),
            listed(&[&[]]),
            listed(&[&[], &[]]),
            listed(&[&[("a", "1")], &[("a", "2")]]),
            listed(&[&[("a", "2")], &[("a", "1")]]),
            listed(&[&[("a", "12")], &[("a", "")]]),
            listed(&[&[("a", "1"), ("b", "2")]]),
            listed(&[&[("a", "1"), ("c", "2")]]),
        ];
        let count = lists.len();
        lists.sort();
        lists.dedup();
        assert_eq!(lists.len(), count);
    }
}
