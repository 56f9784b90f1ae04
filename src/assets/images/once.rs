//! Values that are each made once.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use crate::text::names::Names;

/// Values by key, each made once, while other threads that need it wait.
#[derive(Debug)]
pub(super) struct Once<V>(RwLock<Names<Arc<OnceLock<V>>>>);

impl<V> Default for Once<V> {
    fn default() -> Self {
        Once(RwLock::default())
    }
}

impl<V: Clone> Once<V> {
    /// The value of a key, which is made if there is none, or if the one that there is is not current.
    ///
    /// While `make` waits, its thread must not take up other work, as threads of rayon do: that could ask for the same key.
    pub(super) fn get(
        &self,
        key: &str,
        is_current: impl Fn(&V) -> bool,
        make: impl FnOnce() -> V,
    ) -> V {
        self.slot(key, is_current).get_or_init(make).clone()
    }

    /// The value of a key, if it has been made.
    pub(super) fn made(&self, key: &str) -> Option<V> {
        let slots = self.0.read().unwrap_or_else(PoisonError::into_inner);
        slots.get(key)?.get().cloned()
    }

    fn slot(&self, key: &str, is_current: impl Fn(&V) -> bool) -> Arc<OnceLock<V>> {
        let is_current = |slot: &OnceLock<V>| slot.get().is_none_or(&is_current);
        let slots = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = slots.get(key).filter(|slot| is_current(slot)) {
            return Arc::clone(slot);
        }
        drop(slots);
        let mut slots = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let slot = slots.get_or_insert_with(key, Arc::default);
        // Another thread may have replaced it.
        if !is_current(slot) {
            *slot = Arc::default();
        }
        Arc::clone(slot)
    }
}
