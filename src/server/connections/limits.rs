//! What one client may ask of the server, and for how long.

use std::time::Duration;

/// How much of everything a connection and a request may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// The connections open at once; more wait to be accepted.
    pub(crate) connections: usize,
    /// The bytes of a request's target.
    pub(crate) target: usize,
    /// The header lines of a request.
    pub(crate) headers: usize,
    /// The bytes of all header lines of a request together.
    pub(crate) header_bytes: usize,
    /// The bytes of a request's body.
    pub(crate) body: u64,
    /// From the first byte of a request's head to its last.
    pub(crate) header_time: Duration,
    /// How long the next bytes of a request's body may take.
    pub(crate) body_idle: Duration,
    /// How long a client may take none of an answer that waits for it.
    pub(crate) write_idle: Duration,
    /// How long a connection may stay open without a request.
    pub(crate) idle: Duration,
    /// How long requests may still be answered once the server is told to stop.
    pub(crate) grace: Duration,
    /// How long answers that have begun may still be sent once the server is told to stop.
    pub(crate) stream_grace: Duration,
    /// The requests open at once in one connection of HTTP/2.
    pub(crate) streams: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            connections: 16_384,
            target: 8 << 10,
            headers: 64,
            header_bytes: 32 << 10,
            body: 1 << 20,
            header_time: Duration::from_secs(10),
            body_idle: Duration::from_secs(10),
            write_idle: Duration::from_secs(30),
            idle: Duration::from_secs(75),
            grace: Duration::from_secs(30),
            stream_grace: Duration::from_secs(5),
            streams: 100,
        }
    }
}
