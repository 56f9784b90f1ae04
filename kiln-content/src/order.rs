//! Sorting that is compiled once, whatever is sorted.
//!
//! The standard library's sort is compiled for each type that is sorted, in 2,200 lines of LLVM IR. This sorts numbers.

use std::cmp::Ordering;

/// All numbers below a count, in an order. Equal ones keep theirs.
pub(crate) fn sorted(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    resorted((0..count).collect(), compare)
}

/// Numbers in an order. It takes little time if they are nearly in it.
pub(crate) fn resorted(
    mut numbers: Vec<usize>,
    compare: &dyn Fn(usize, usize) -> Ordering,
) -> Vec<usize> {
    numbers.sort_by(|&a, &b| compare(a, b));
    numbers
}

/// Puts items in an order, which names each of them once.
pub(crate) fn arrange<T>(items: &mut [T], order: Vec<usize>) {
    swap_into(order, &mut |a, b| items.swap(a, b));
}

/// Follows each cycle of an order.
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

/// Sorts items. Equal ones stay in their order.
pub(crate) fn sort<T>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let order = sorted(items.len(), &|a, b| compare(&items[a], &items[b]));
    arrange(items, order);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_items_stay_in_their_order() {
        let mut items = vec!["b1", "a1", "b2", "a2"];
        sort(&mut items, |a, b| a[..1].cmp(&b[..1]));
        assert_eq!(items, ["a1", "a2", "b1", "b2"]);
        sort(&mut Vec::<u8>::new(), u8::cmp);
    }

    #[test]
    fn every_order_is_reached() {
        let mut items = ['a', 'b', 'c', 'd', 'e', 'f'];
        arrange(&mut items, vec![2, 0, 1, 3, 5, 4]);
        assert_eq!(items, ['c', 'a', 'b', 'd', 'f', 'e']);
    }
}
