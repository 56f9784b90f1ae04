//! The time between the last answer of a connection and its end.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, ReadBuf};

use super::deadline::Deadline;

/// How long a client may still send what nobody reads.
const TIME: Duration = Duration::from_secs(2);

/// How much it may.
const BYTES: usize = 16 << 20;

/// What a client is still granted once it has its last answer.
///
/// Where unread bytes are left in a socket that is closed, the answer is taken back from a client that is yet to read it.
#[derive(Debug)]
pub(super) struct Linger {
    deadline: Deadline,
    bytes: usize,
}

impl Default for Linger {
    fn default() -> Self {
        Linger { deadline: Deadline::default(), bytes: BYTES }
    }
}

impl Linger {
    /// Grants nothing: the client has ended its side, or no answer is on its way to it.
    pub(super) fn skip(&mut self) {
        self.bytes = 0;
    }

    /// Reads what the client still sends until it closes its side too, has sent enough, or has had its time.
    pub(super) fn poll(
        &mut self,
        socket: &mut (impl AsyncRead + Unpin),
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        while self.bytes > 0 && self.deadline.poll(TIME, cx).is_pending() {
            let mut bytes = [0; 4096];
            let mut buffer = ReadBuf::new(&mut bytes);
            match ready!(Pin::new(&mut *socket).poll_read(cx, &mut buffer)) {
                Ok(()) if !buffer.filled().is_empty() => {
                    self.bytes = self.bytes.saturating_sub(buffer.filled().len());
                }
                _ => self.bytes = 0,
            }
        }
        Poll::Ready(())
    }
}
