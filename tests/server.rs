//! Sites as they are served: the binaries of `tests/sites` are started with `serve` and `preview`, and asked over plain
//! connections, where a request is the bytes that a test writes.

#[expect(dead_code, reason = "it has what the other tests need, too")]
mod support;

#[path = "server/client.rs"]
mod client;
#[path = "server/process.rs"]
mod process;

#[path = "server/based.rs"]
mod based;
#[path = "server/errors.rs"]
mod errors;
#[path = "server/pages.rs"]
mod pages;
#[path = "server/panics.rs"]
mod panics;
#[path = "server/parity.rs"]
mod parity;
#[path = "server/revalidate.rs"]
mod revalidate;
#[path = "server/rows.rs"]
mod rows;
#[cfg(unix)]
#[path = "server/stop.rs"]
mod stop;
#[path = "server/streams.rs"]
mod streams;
#[path = "server/switch.rs"]
mod switch;
