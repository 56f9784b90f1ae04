//! The URLs of the files that the pages of a thread have requested.

use std::collections::BTreeMap;

/// The URLs of requested files, by their paths below `assets/`.
///
/// Most pages request the same files in the same order. So the file that followed the last one before is compared first, and usually
/// nothing is searched.
#[derive(Debug, Default)]
pub(super) struct RequestedUrls {
    files: Vec<File>,
    places: BTreeMap<String, usize>,
    /// The place of the last request.
    last: usize,
}

#[derive(Debug)]
struct File {
    path: String,
    url: String,
    /// The place of the file that was requested after this one.
    next: usize,
}

impl RequestedUrls {
    /// The URL of a file; `None` if it has not been added.
    pub(super) fn get(&mut self, path: &str) -> Option<String> {
        let expected = self.files.get(self.last)?.next;
        if self.files[expected].path != path {
            return self.search(path);
        }
        self.last = expected;
        Some(self.files[expected].url.clone())
    }

    #[cold]
    fn search(&mut self, path: &str) -> Option<String> {
        let place = *self.places.get(path)?;
        self.files[self.last].next = place;
        self.last = place;
        Some(self.files[place].url.clone())
    }

    /// Adds a file with its URL.
    pub(super) fn add(&mut self, path: &str, url: &str) {
        let (path, place) = (path.to_owned(), self.files.len());
        self.places.insert(path.clone(), place);
        if let Some(last) = self.files.get_mut(self.last) {
            last.next = place;
        }
        self.files.push(File { path, url: url.to_owned(), next: 0 });
        self.last = place;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_in_any_order() {
        let mut urls = RequestedUrls::default();
        let paths = ["a.css", "b.png", "c.js", "b/a.css"];
        for path in paths {
            assert_eq!(urls.get(path), None, "{path}");
            urls.add(path, &format!("/_assets/{path}"));
        }
        for order in [[0, 1, 2, 3], [0, 1, 2, 3], [3, 2, 1, 0], [0, 0, 0, 0], [1, 3, 1, 3]] {
            for path in order.map(|at| paths[at]) {
                assert_eq!(urls.get(path), Some(format!("/_assets/{path}")));
            }
            assert_eq!(urls.get("d"), None);
        }
        assert_eq!((urls.files.len(), urls.places.len()), (4, 4));
    }
}
