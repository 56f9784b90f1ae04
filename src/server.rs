//! The site behind HTTP: prerendered pages from the out folder, the others by calling them.

#![cfg_attr(not(test), expect(dead_code, reason = "the commands that listen come on top"))]

mod admission;

mod authority;

mod body_limit;

mod connection;

mod deadline;

mod framing;

mod gate;

mod head;

mod limits;

mod linger;

mod listen;

mod reception;

mod record;

mod refusal;

mod request_id;

mod request_line;

mod shared;

#[cfg(test)]
mod support;

#[cfg(test)]
mod vectors;

#[cfg(test)]
mod times;

#[cfg(test)]
mod order;

#[cfg(test)]
mod load;

#[cfg(test)]
mod frames;
