//! The limits of connections and requests.

use std::time::Duration;

/// How much a client may take of the server, and for how long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Open connections. Further ones wait to be accepted.
    pub(crate) connections: usize,
    /// Open connections from one address of the internet. Further ones are closed.
    pub(crate) connections_per_address: usize,
    /// Bytes of a request's path and query.
    pub(crate) target: usize,
    /// Header lines of a request.
    pub(crate) headers: usize,
    /// Bytes of all header lines of a request.
    pub(crate) header_bytes: usize,
    /// Bytes of a request's body.
    pub(crate) body: usize,
    /// How long an HTTP/1 connection waits for the next request, up to the end of its head.
    pub(crate) header_time: Duration,
    /// How long the server waits for the next bytes of a request's body.
    pub(crate) body_idle: Duration,
    /// How long the server waits for a whole body. With `header_time`, this is the deadline of a whole request.
    pub(crate) body_time: Duration,
    /// How long the server waits for a client that reads nothing of its response.
    pub(crate) write_idle: Duration,
    /// How long a connection may stay open without a request.
    pub(crate) idle: Duration,
    /// How long requests may take to be answered once the server stops.
    pub(crate) grace: Duration,
    /// How long responses may take to be sent once the server stops.
    pub(crate) stream_grace: Duration,
    /// Open requests of one HTTP/2 connection.
    pub(crate) streams: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            connections: 16_384,
            connections_per_address: 1024,
            target: 8 << 10,
            headers: 64,
            header_bytes: 32 << 10,
            body: 1 << 20,
            header_time: Duration::from_secs(10),
            body_idle: Duration::from_secs(10),
            body_time: Duration::from_mins(5),
            write_idle: Duration::from_secs(30),
            idle: Duration::from_secs(75),
            grace: Duration::from_secs(30),
            stream_grace: Duration::from_secs(5),
            streams: 100,
        }
    }
}
