//! Which collections ask for others while they are loaded.
//!
//! A `load`, a filter or a parser of the site may ask for the entries of another collection. If that one asks back, directly or
//! through others, each would wait for the other for ever. So whoever has to wait is noted before, and whoever would close a
//! circle gets an error.

use std::cell::Cell;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Collection;
use crate::mistake::{Mistake, Mistakes};

/// A collection of any type.
pub(super) trait Asks: Sync {
    /// The collection in messages.
    fn subject(&self) -> String;
}

impl<T: Send + Sync> Asks for Collection<T> {
    fn subject(&self) -> String {
        self.subject()
    }
}

type Asker = &'static dyn Asks;

thread_local! {
    /// The collection that this thread loads.
    static LOADING: Cell<Option<Asker>> = const { Cell::new(None) };
}

/// Pairs of a collection that is loaded, and another one that it waits for.
static WAITING: Mutex<Vec<(Asker, Asker)>> = Mutex::new(Vec::new());

/// Calls a function that loads a part of a collection: what the function asks for, the collection asks for.
pub(super) fn loading<R>(collection: Asker, load: impl FnOnce() -> R) -> R {
    /// Ends the loading also if the function panics.
    struct Before(Option<Asker>);
    impl Drop for Before {
        fn drop(&mut self) {
            LOADING.set(self.0);
        }
    }
    let _before = Before(LOADING.replace(Some(collection)));
    load()
}

/// Calls a function that may have to wait until a collection is loaded.
///
/// # Errors
///
/// Fails if that collection, or one that it waits for, waits for the one that this thread loads.
pub(super) fn ask<R>(wanted: Asker, wait: impl FnOnce() -> R) -> Result<R, Mistakes> {
    /// Removes the pair also if the function panics.
    struct Wait(Asker, Asker);
    impl Drop for Wait {
        fn drop(&mut self) {
            let mut waiting = waiting();
            let own = |pair: &(Asker, Asker)| is_same(pair.0, self.0) && is_same(pair.1, self.1);
            if let Some(at) = waiting.iter().position(own) {
                waiting.swap_remove(at);
            }
        }
    }
    let Some(asker) = LOADING.get() else { return Ok(wait()) };
    let mut known = waiting();
    if let Some(path) = path(&known, wanted, asker) {
        return Err(Mistakes::new(vec![circle(&path)]));
    }
    known.push((asker, wanted));
    drop(known);
    let _wait = Wait(asker, wanted);
    Ok(wait())
}

fn waiting() -> MutexGuard<'static, Vec<(Asker, Asker)>> {
    WAITING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The collections from one to another, each of which waits for the next. There is no circle among those that wait.
fn path(waiting: &[(Asker, Asker)], from: Asker, to: Asker) -> Option<Vec<Asker>> {
    if is_same(from, to) {
        return Some(vec![from]);
    }
    let mut next = waiting.iter().filter(|(asker, _)| is_same(*asker, from));
    let rest = next.find_map(|(_, wanted)| path(waiting, *wanted, to))?;
    Some([vec![from], rest].concat())
}

fn is_same(one: Asker, other: Asker) -> bool {
    std::ptr::addr_eq(one, other)
}

/// The mistake of collections each of which waits for the next, and the last one for the first.
fn circle(path: &[Asker]) -> Mistake {
    let mut path: Vec<String> = path.iter().map(|collection| collection.subject()).collect();
    // Which of them asks last depends on the threads. The message does not.
    let first = (0..path.len()).min_by_key(|&at| &path[at]).unwrap_or_default();
    path.rotate_left(first);
    let first = path.remove(0);
    path.push(first.clone());
    let needed = path.join(", which needs ");
    Mistake::of("src/content.rs", format!("to load {first}, kiln needs {needed}"))
        .hint("load what both need in a function that both call")
}
