//! Connections: who may open them, what may come in, and that every answer goes out whole.

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

#[cfg(feature = "fuzzing")]
pub mod fuzzing;

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

pub(super) use self::admission::IsOurs;
pub(super) use self::authority::Authority;
pub(super) use self::body_limit::BodyError;
pub(super) use self::limits::Limits;
pub(super) use self::listen::serve;
pub(super) use self::request_id::RequestId;
