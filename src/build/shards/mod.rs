//! The parts of a build that several processes make.
//!
//! Page i of route r belongs to shard (r + i) mod N. Each shard lists all pages, which is cheap, and drops those of the
//! others before they are queued. `merge` renders nothing: a shard leaves the contents of its manifest in
//! `.kiln-shard`, and `merge` fills one manifest from all of them and continues like a build, with the same check of
//! collisions, the same writer and the same record. A hash of all pages that each shard listed shows whether all of
//! them saw the same pages; then none is missing, and none is there twice.
pub(crate) mod merge;

pub(crate) mod digest;
pub(crate) mod list;

use std::fmt;
use std::str::FromStr;

/// Part K of N of a build.
///
/// The shard of a page only depends on the index of its route and its own index: each process knows it without
/// communication, and the shards are even.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shard {
    /// Starts at 1.
    number: u32,
    count: u32,
}

impl Shard {
    /// Shard `number` of `count`; `None` if there is no such shard.
    pub(crate) fn new(number: u32, count: u32) -> Option<Self> {
        (1..=count).contains(&number).then_some(Shard { number, count })
    }

    pub(crate) fn number(self) -> u32 {
        self.number
    }

    pub(crate) fn count(self) -> u32 {
        self.count
    }

    /// Returns true if and only if a page of a route, by its index, belongs to this shard.
    pub(crate) fn has(self, route_index: usize, page: usize) -> bool {
        (route_index + page) % self.count as usize == self.number as usize - 1
    }

    /// The number of pages of a route in this shard.
    pub(crate) fn share(self, route_index: usize, pages: usize) -> usize {
        let count = self.count as usize;
        let first = (self.number as usize - 1 + count - route_index % count) % count;
        pages.saturating_sub(first).div_ceil(count)
    }
}

/// As on the command line: `2/8`.
impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.count)
    }
}

/// The text is not a valid shard.
#[derive(Debug)]
pub(crate) struct InvalidShard;

impl FromStr for Shard {
    type Err = InvalidShard;

    fn from_str(text: &str) -> Result<Self, InvalidShard> {
        let (number, count) = text.split_once('/').ok_or(InvalidShard)?;
        let parse = |number: &str| number.parse().map_err(|_| InvalidShard);
        Shard::new(parse(number)?, parse(count)?).ok_or(InvalidShard)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_belongs_to_one_shard() {
        for count in 1..=9 {
            let shards: Vec<Shard> = (1..=count).filter_map(|k| Shard::new(k, count)).collect();
            assert_eq!(shards.len(), count as usize);
            for (route, page) in (0..20).flat_map(|route| (0..20).map(move |page| (route, page))) {
                let owners = shards.iter().filter(|shard| shard.has(route, page)).count();
                assert_eq!(owners, 1, "page {page} of route {route} in {count} shards");
            }
        }
    }

    #[test]
    fn a_share_equals_its_pages_and_is_even() {
        for (number, count) in [(1, 1), (1, 3), (2, 3), (3, 3), (7, 8), (9, 40)] {
            let shard = Shard::new(number, count).expect("a shard");
            for (route, pages) in (0..50).flat_map(|route| (0..50).map(move |pages| (route, pages)))
            {
                let counted = (0..pages).filter(|&page| shard.has(route, page)).count();
                assert_eq!(shard.share(route, pages), counted, "{shard}: {pages} of {route}");
                let least = pages / count as usize;
                assert!((least..=least + 1).contains(&counted), "{shard}: {pages} of {route}");
            }
        }
    }

    #[test]
    fn shards_are_typed_as_they_are_shown() {
        for text in ["1/1", "2/8", "8/8", "4294967295/4294967295"] {
            assert_eq!(text.parse::<Shard>().expect(text).to_string(), text);
        }
        for text in ["", "/", "1", "0/4", "5/4", "1/0", "-1/4", "1/2/3", "a/b", "1/4294967296"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }
}
