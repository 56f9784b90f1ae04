//! What several routes read.

use kiln::prelude::*;

pub fn all() -> Result<Vec<String>> {
    Err(anyhow!("content/a.md:3:7: unknown field `titel`").context("cannot list the posts"))
}

pub fn boom(number: usize) -> usize {
    [1, 2, 3][number % 2 + 3]
}
