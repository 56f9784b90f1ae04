//! Accepts connections, gives their requests to a service, and limits what one client can take.
//!
//! hyper parses HTTP/1 and HTTP/2, and limits and times the heads of requests. This module adds what it leaves to a server:
//! limits of connections, of bodies and of waiting clients, checks of the host and the target, and the access log.

mod addresses;
mod admission;
mod body;
mod connection;
mod framing;
mod handler;
mod limits;
mod listen;
mod record;
mod requests;

#[cfg(test)]
mod frames;
#[cfg(test)]
mod load;
#[cfg(test)]
mod order;
#[cfg(test)]
mod support;
#[cfg(test)]
mod times;
#[cfg(test)]
mod vectors;

pub(super) use self::body::read;
pub(super) use self::handler::Service;
pub(super) use self::limits::Limits;
pub(super) use self::listen::serve;
