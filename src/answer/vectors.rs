//! Astro's cases of error pages.

use crate::support::exchange;
use crate::support::vectors::{self, LeftOut};

#[test]
fn error_pages_are_those_of_astro() {
    vectors::check("error_pages", LEFT_OUT, exchange::run);
}

const LEFT_OUT: &LeftOut = &[
    ("a method without export is 405", &["error_pages-002"]),
    ("an error never goes through a rest route", &["error_pages-011"]),
];
