//! Sites as they are served: the binaries of `tests/sites` are started with `serve` and `preview`, and asked over plain
//! connections, where a request is the bytes that a test writes.

pub(crate) mod client;
mod process;

mod assets;
mod based;
mod browser;
mod errors;
mod images;
mod pages;
mod panics;
mod parity;
mod revalidate;
mod rows;
#[cfg(unix)]
mod stop;
mod streams;
mod switch;
