//! Sorting, and a small map in the order of its keys, at little cost for the compiler.

use std::cmp::Ordering;

/// Sorts values. Equal ones stay in their order.
///
/// The standard library's sort is compiled for each type that is sorted, in 2,200 lines of LLVM IR. This one sorts indexes,
/// whatever the type: for what is not sorted in a loop.
pub(crate) fn sorted<T: Ord>(values: Vec<T>) -> Vec<T> {
    sorted_by(values, T::cmp)
}

/// Sorts values, and keeps one of those that are equal.
pub(crate) fn sorted_set<T: Ord>(values: Vec<T>) -> Vec<T> {
    let mut values = sorted(values);
    values.dedup();
    values
}

/// Sorts values by a comparison, as [`sorted`] does.
pub(crate) fn sorted_by<T>(mut values: Vec<T>, compare: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    sort_indexes(&mut order, &|a, b| compare(&values[a], &values[b]));
    swap_into(order, &mut |a, b| values.swap(a, b));
    values
}

/// Sorts indexes by a comparison. Equal ones stay in their order.
pub(crate) fn sort_indexes(indexes: &mut [usize], compare: &dyn Fn(usize, usize) -> Ordering) {
    indexes.sort_by(|a, b| compare(*a, *b));
}

/// Puts values in an order by swapping them, along each of its cycles.
fn swap_into(mut order: Vec<usize>, swap: &mut dyn FnMut(usize, usize)) {
    for first in 0..order.len() {
        let mut at = first;
        while order[at] != first {
            let next = order[at];
            swap(at, next);
            order[at] = at;
            at = next;
        }
        order[at] = at;
    }
}

/// A map for a few entries, or a bounded number: a vector that stays sorted.
///
/// Each type of a `BTreeMap` costs the compiler as much as a thousand lines of our own code, and this is compiled once more
/// in each first build of a site. Insertion moves what comes after, so a map that grows with the site is a `BTreeMap`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SortedMap<K, V> {
    entries: Vec<(K, V)>,
}

impl<K, V> Default for SortedMap<K, V> {
    fn default() -> Self {
        SortedMap { entries: Vec::new() }
    }
}

impl<K: Ord, V> SortedMap<K, V> {
    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let at = self.find(key).ok()?;
        Some(&mut self.entries[at].1)
    }

    /// Inserts a value, and returns the one that it replaces.
    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.find(&key) {
            Ok(at) => Some(std::mem::replace(&mut self.entries[at].1, value)),
            Err(at) => {
                self.entries.insert(at, (key, value));
                None
            }
        }
    }

    pub(crate) fn get_or_default(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        let at = self.find(&key).unwrap_or_else(|at| {
            self.entries.insert(at, (key, V::default()));
            at
        });
        &mut self.entries[at].1
    }

    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        let at = self.find(key).ok()?;
        Some(self.entries.remove(at).1)
    }

    pub(crate) fn pop_last(&mut self) -> Option<V> {
        Some(self.entries.pop()?.1)
    }

    fn find(&self, key: &K) -> Result<usize, usize> {
        self.entries.binary_search_by(|(known, _)| known.cmp(key))
    }
}

impl<K, V> IntoIterator for SortedMap<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<K, V> SortedMap<K, V> {
    pub(crate) fn entries(&self) -> &[(K, V)] {
        &self.entries
    }

    pub(crate) fn entries_mut(&mut self) -> &mut [(K, V)] {
        &mut self.entries
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_stay_in_their_order() {
        let by_first = sorted_by(vec!["b1", "a1", "b2", "a2"], |a, b| a[..1].cmp(&b[..1]));
        assert_eq!(by_first, ["a1", "a2", "b1", "b2"]);
        assert_eq!(sorted(vec![3, 1, 2]), [1, 2, 3]);
        assert_eq!(sorted(vec![6, 3, 1, 2, 4, 0, 5]), [0, 1, 2, 3, 4, 5, 6]);
        assert!(sorted(Vec::<u8>::new()).is_empty());
    }

    #[test]
    fn values_are_in_a_set_once() {
        assert_eq!(sorted_set(vec![2, 5, 5, 1, 2, 7, 3]), [1, 2, 3, 5, 7]);
    }

    #[test]
    fn entries_are_in_the_order_of_their_keys() {
        let mut map = SortedMap::default();
        for (key, value) in [(3, "c"), (1, "a"), (2, "b"), (1, "z")] {
            map.insert(key, value);
        }
        assert_eq!(map.entries(), [(1, "z"), (2, "b"), (3, "c")]);
        assert_eq!(map.get_mut(&2), Some(&mut "b"));
        assert_eq!(map.get_mut(&4), None);
        assert_eq!(map.pop_last(), Some("c"));
        *map.get_or_default(0) = "new";
        assert_eq!(map.get_or_default(1), &"z");
        assert_eq!(map.remove(&1), Some("z"));
        assert_eq!(map.remove(&1), None);
        assert_eq!(map.into_iter().collect::<Vec<_>>(), [(0, "new"), (2, "b")]);
    }
}
