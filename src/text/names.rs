//! A map from names that is compiled once, whatever its values.

use std::collections::BTreeMap;

/// Values by name, in the order of their names.
///
/// A `BTreeMap` is compiled for each type of its values, in 5,500 lines of LLVM IR, and so once more in each first build of a site.
/// Here a `BTreeMap` knows the places of the values in a vector, and there is one for all types.
#[derive(Debug)]
pub(crate) struct Names<V> {
    places: Places,
    /// `None` where a value was removed.
    values: Vec<Option<V>>,
}

#[derive(Debug, Default)]
struct Places {
    by_name: BTreeMap<String, usize>,
    free: Vec<usize>,
}

impl Places {
    fn get(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// Adds a new name, whose place may be the end of a vector of this length.
    fn add(&mut self, name: &str, length: usize) -> usize {
        let place = self.free.pop().unwrap_or(length);
        self.by_name.insert(name.to_owned(), place);
        place
    }

    fn remove(&mut self, name: &str) -> Option<usize> {
        let place = self.by_name.remove(name)?;
        self.free.push(place);
        Some(place)
    }

    #[cfg(feature = "images")]
    fn starting_with(&self, start: &str) -> Vec<(&str, usize)> {
        let names = self.by_name.range(start.to_owned()..).map(|(name, place)| (&**name, *place));
        names.take_while(|(name, _)| name.starts_with(start)).collect()
    }
}

impl<V> Default for Names<V> {
    fn default() -> Self {
        Names { places: Places::default(), values: Vec::new() }
    }
}

impl<V> Names<V> {
    pub(crate) fn get(&self, name: &str) -> Option<&V> {
        self.values[self.places.get(name)?].as_ref()
    }

    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut V> {
        self.values[self.places.get(name)?].as_mut()
    }

    /// The value of a name, which is made if there is none.
    pub(crate) fn get_or_insert_with(&mut self, name: &str, make: impl FnOnce() -> V) -> &mut V {
        let place = match self.places.get(name) {
            Some(place) => place,
            None => self.places.add(name, self.values.len()),
        };
        if place == self.values.len() {
            self.values.push(None);
        }
        self.values[place].get_or_insert_with(make)
    }

    /// Sets the value of a name, and returns the one that it replaces.
    pub(crate) fn insert(&mut self, name: &str, value: V) -> Option<V> {
        if let Some(earlier) = self.get_mut(name) {
            return Some(std::mem::replace(earlier, value));
        }
        self.get_or_insert_with(name, || value);
        None
    }

    pub(crate) fn remove(&mut self, name: &str) -> Option<V> {
        self.values[self.places.remove(name)?].take()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        let places = self.places.by_name.iter();
        places.filter_map(|(name, place)| Some((&**name, self.values[*place].as_ref()?)))
    }

    /// The names with a start, and their values.
    #[cfg(feature = "images")]
    pub(crate) fn starting_with(&self, start: &str) -> impl Iterator<Item = (&str, &V)> {
        let places = self.places.starting_with(start).into_iter();
        places.filter_map(|(name, place)| Some((name, self.values[place].as_ref()?)))
    }

    pub(crate) fn into_entries(mut self) -> impl Iterator<Item = (String, V)> {
        let places = self.places.by_name.into_iter();
        places.filter_map(move |(name, at)| Some((name, self.values[at].take()?)))
    }

    pub(crate) fn into_values(self) -> impl Iterator<Item = V> {
        self.into_entries().map(|(_, value)| value)
    }

    #[cfg(feature = "content")]
    pub(crate) fn is_empty(&self) -> bool {
        self.places.by_name.is_empty()
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }
}

/// A set of names, in order. It is another use of the one map.
#[derive(Debug, Default)]
pub(crate) struct NameSet {
    names: BTreeMap<String, usize>,
}

impl NameSet {
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    pub(crate) fn insert(&mut self, name: String) {
        self.names.insert(name, 0);
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.names.remove(name);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_name_and_listed_in_the_order_of_names() {
        let mut names = Names::default();
        assert_eq!(
            (names.insert("b", 1), names.insert("a", 2), names.insert("b", 3)),
            (None, None, Some(1))
        );
        *names.get_or_insert_with("c", || 4) += 1;
        *names.get_or_insert_with("c", || 7) += 1;
        assert_eq!(names.iter().collect::<Vec<_>>(), [("a", &2), ("b", &3), ("c", &6)]);
        assert_eq!((names.remove("a"), names.remove("a")), (Some(2), None));
        assert_eq!((names.get("a"), names.get("b")), (None, Some(&3)));
        // The place of a removed value is used again.
        assert_eq!(names.insert("0", 8), None);
        assert_eq!(names.get_mut("0"), Some(&mut 8));
        assert_eq!(names.values().collect::<Vec<_>>(), [&8, &3, &6]);
        assert_eq!(names.values.len(), 3);
    }
}
