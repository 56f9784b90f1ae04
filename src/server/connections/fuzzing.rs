//! What programs that send random bytes see of a connection, without a socket.

use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncRead, ReadBuf};

use super::gate::Gate;
use super::limits::Limits;
use super::shared::Shared;

/// Small, so that short texts reach them.
const LIMITS: (usize, usize, usize) = (64, 4, 128);

/// What becomes of the bytes of one connection.
#[derive(Debug, PartialEq, Eq)]
pub struct Passed {
    /// The bytes that the library behind reads.
    pub bytes: Vec<u8>,
    /// The status that the last request is refused with.
    pub refused: Option<u16>,
}

/// Lets bytes through the gate, which come in parts of one length.
///
/// # Panics
///
/// Where the gate is broken.
pub fn pass(bytes: &[u8], part: usize) -> Passed {
    let (target, headers, header_bytes) = LIMITS;
    let limits = Limits { target, headers, header_bytes, ..Limits::default() };
    let shared = Arc::new(Shared::default());
    let mut gate = pin!(Gate::new(Parts { bytes, part }, limits, Arc::clone(&shared)));
    let mut cx = Context::from_waker(Waker::noop());
    let mut passed = Vec::new();
    loop {
        let mut room = [0; 1000];
        let mut buffer = ReadBuf::new(&mut room);
        let read = gate.as_mut().poll_read(&mut cx, &mut buffer);
        assert!(matches!(read, Poll::Ready(Ok(()))), "no socket waits or fails here");
        if buffer.filled().is_empty() {
            let refused = shared.refusal().map(|refusal| refusal.status().as_u16());
            return Passed { bytes: passed, refused };
        }
        passed.extend_from_slice(buffer.filled());
    }
}

/// A socket that gives some bytes, and then ends.
struct Parts<'a> {
    bytes: &'a [u8],
    part: usize,
}

impl AsyncRead for Parts<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let length = self.part.min(buffer.remaining()).min(self.bytes.len());
        let (now, later) = self.bytes.split_at(length);
        buffer.put_slice(now);
        self.bytes = later;
        Poll::Ready(Ok(()))
    }
}
