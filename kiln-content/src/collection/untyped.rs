//! What loading a collection does whatever the type of its values.
//!
//! A function that is generic over that type is compiled with each site, once for each collection. A parallel loop
//! is 2,000 lines of LLVM IR and more each time, so it is called here, and compiled once.

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::mistake::Mistake;
use crate::order::sorted;

/// Calls a function with all numbers below a count, on all cores.
pub(super) fn for_each(count: usize, work: &(dyn Fn(usize) + Send + Sync)) {
    (0..count).into_par_iter().for_each(work);
}

/// Where each number is in a list that has all numbers below its length.
pub(super) fn places(numbers: &[usize]) -> Vec<usize> {
    let mut places = vec![0; numbers.len()];
    for (place, &number) in numbers.iter().enumerate() {
        places[number] = place;
    }
    places
}

/// Says of each entry whether its id is new, and reports those whose id another entry has.
///
/// `entries` are ids and files.
pub(super) fn first_of_each_id(
    entries: &[(&str, &str)],
    subject: &str,
    mistakes: &mut Vec<Mistake>,
) -> Vec<bool> {
    let order = sorted(entries.len(), &|a, b| entries[a].0.cmp(entries[b].0));
    let mut are_new = vec![true; entries.len()];
    for same in order.chunk_by(|&a, &b| entries[a].0 == entries[b].0) {
        // The sort has kept them in their order.
        let Some((&first, others)) = same.split_first() else { continue };
        for &other in others {
            let (id, file) = entries[other];
            mistakes.push(repeated(id, file, entries[first].1, subject));
            are_new[other] = false;
        }
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
