//! What must be so of any bytes that a stranger sends. Each module has a `check`, which panics where it is not.

#![forbid(unsafe_code)]

pub mod front_matter;
pub mod headers;
pub mod html;
pub mod markdown;
pub mod seeds;
pub mod sites;
pub mod target;
