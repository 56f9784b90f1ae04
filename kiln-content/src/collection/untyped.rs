//! What loading a collection does whatever the type of its values.
//!
//! A function that is generic over that type is compiled with each site, once for each collection. A sort, a parallel loop and
//! a map are some 5,000 lines of LLVM IR each time, so they are called here, and compiled once.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::mistake::Mistake;

/// Calls a function with all numbers below a count, on all cores.
pub(super) fn for_each(count: usize, work: &(dyn Fn(usize) + Send + Sync)) {
    (0..count).into_par_iter().for_each(work);
}

/// All numbers below a count, in an order. Equal ones keep theirs.
pub(super) fn sorted(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut numbers: Vec<usize> = (0..count).collect();
    numbers.sort_by(|&a, &b| compare(a, b));
    numbers
}

/// Sorts mistakes by file and position.
pub(super) fn sort(mistakes: &mut [Mistake]) {
    mistakes.sort();
}

/// Says of each entry whether its id is new, and reports those whose id another entry has.
///
/// `entries` are ids and files.
pub(super) fn first_of_each_id(
    entries: &[(&str, &str)],
    subject: &str,
    mistakes: &mut Vec<Mistake>,
) -> Vec<bool> {
    let mut files: BTreeMap<&str, &str> = BTreeMap::new();
    let mut are_new = Vec::with_capacity(entries.len());
    for &(id, file) in entries {
        let other = files.get(id).copied();
        match other {
            None => drop(files.insert(id, file)),
            Some(other) => mistakes.push(repeated(id, file, other, subject)),
        }
        are_new.push(other.is_none());
    }
    are_new
}

fn repeated(id: &str, file: &str, other: &str, subject: &str) -> Mistake {
    match file.is_empty() || file == other {
        true => {
            let file = if file.is_empty() { "src/content.rs" } else { file };
            let message = format!("two entries of {subject} have the id `{id}`");
            Mistake::of(file, message).hint("give one of them another id")
        }
        false => {
            let message = format!("this file has the id `{id}`, like {other}");
            Mistake::of(file, message).hint("rename or remove one of the two files")
        }
    }
}
