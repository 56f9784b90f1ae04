//! Remembers rendered HTML for the time of a build.

use std::collections::VecDeque;
use std::fmt;
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Remembers rendered HTML, so that each text is rendered once however many pages show it.
///
/// It keeps at most the bytes that it is made with, and forgets the oldest HTML first. One that is kept longer than a
/// build would hide which assets the next build needs.
pub struct Memory<E> {
    limit: usize,
    kept: Mutex<Kept<E>>,
}

type Cell<E> = Arc<OnceLock<Result<Arc<str>, Arc<E>>>>;

struct Kept<E> {
    cells: Cells<E>,
    /// The keys that have been rendered, the oldest first, and their sizes.
    order: VecDeque<(Key, usize)>,
    bytes: usize,
}

/// What is rendered of a file, and the file.
type Key = (u8, String);

#[expect(clippy::disallowed_types, reason = "it is never listed")]
type Cells<E> = std::collections::HashMap<Key, Cell<E>, BuildHasherDefault<DefaultHasher>>;

impl<E> Memory<E> {
    /// A memory for a number of bytes.
    pub fn new(limit: usize) -> Self {
        let kept = Kept { cells: Cells::default(), order: VecDeque::new(), bytes: 0 };
        Memory { limit, kept: Mutex::new(kept) }
    }

    /// Returns what was rendered for a file, or renders it. If two threads ask at once, one renders and both get it.
    ///
    /// `kind` tells apart what is rendered of a file, for example the excerpt.
    ///
    /// # Errors
    ///
    /// Fails if rendering fails, or failed before.
    pub fn get(
        &self,
        kind: u8,
        file: &str,
        render: impl FnOnce() -> Result<String, E>,
    ) -> Result<Arc<str>, Arc<E>> {
        let key = (kind, file.to_owned());
        let cell = Arc::clone(self.lock().cells.entry(key.clone()).or_default());
        let mut is_new = false;
        let result = cell.get_or_init(|| {
            is_new = true;
            render().map(Arc::from).map_err(Arc::new)
        });
        if is_new {
            self.lock().add(key, result.as_ref().map_or(0, |html| html.len()), self.limit);
        }
        result.clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept<E>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<E> Kept<E> {
    fn add(&mut self, key: Key, bytes: usize, limit: usize) {
        // The key, the cell and their places weigh something too.
        let bytes = bytes + 2 * key.1.len() + 200;
        self.bytes += bytes;
        self.order.push_back((key, bytes));
        while self.bytes > limit
            && let Some((oldest, bytes)) = self.order.pop_front()
        {
            self.cells.remove(&oldest);
            self.bytes -= bytes;
        }
    }
}

impl<E> fmt::Debug for Memory<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory")
            .field("limit", &self.limit)
            .field("bytes", &self.lock().bytes)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_rendered_once_while_it_is_remembered() {
        let memory: Memory<()> = Memory::new(1000);
        let get = |file: &str| {
            let mut is_rendered = false;
            let html = memory.get(0, file, || {
                is_rendered = true;
                Ok("x".repeat(100))
            });
            assert_eq!(html.unwrap().len(), 100);
            is_rendered
        };
        assert!(get("a"));
        assert!(!get("a"));
        assert!(get("b"));
        assert!(get("c"));
        assert!(get("d"));
        assert!(get("a"), "it is the oldest, and there is no room for four");
        assert!(!get("d"));
    }

    #[test]
    fn failures_are_remembered() {
        let memory: Memory<&str> = Memory::new(1000);
        assert_eq!(memory.get(0, "a", || Err("wrong")), Err(Arc::new("wrong")));
        assert_eq!(memory.get(0, "a", || Ok(String::new())), Err(Arc::new("wrong")));
        assert_eq!(memory.get(1, "a", || Ok("other".into())), Ok(Arc::from("other")));
    }
}
