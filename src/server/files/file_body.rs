//! The bytes of a file on their way to a client, a chunk after the other.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use tokio::task::{JoinHandle, spawn_blocking};

/// How much is read at once, in bytes. As much of each file is in memory, whatever its length.
pub(super) const CHUNK: u64 = 64 << 10;

/// So many bytes of a file, from where it stands.
///
/// What is longer than a chunk is read as the client takes it; so a file that has become shorter by then ends in an error, and
/// the connection with it: the client was told the length.
pub(super) fn body(file: File, length: u64) -> io::Result<Body> {
    let mut rest = Rest { file, left: length };
    match length {
        0 => Ok(Body::empty()),
        1..=CHUNK => rest.chunk().map(Body::from),
        _ => Ok(Body::new(FileBody { left: length, state: State::Idle(rest) })),
    }
}

/// What of a file is still to be read.
#[derive(Debug)]
struct Rest {
    file: File,
    left: u64,
}

impl Rest {
    /// Reads the next chunk, and all of it.
    fn chunk(&mut self) -> io::Result<Bytes> {
        let length = self.left.min(CHUNK);
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
        let count = (&mut self.file).take(length).read_to_end(&mut bytes)?;
        if count as u64 != length {
            let message = "the file has become shorter while it was sent";
            return Err(io::Error::new(ErrorKind::UnexpectedEof, message));
        }
        self.left -= length;
        Ok(bytes.into())
    }
}

#[derive(Debug)]
struct FileBody {
    /// How many bytes are still to be sent.
    left: u64,
    state: State,
}

#[derive(Debug)]
enum State {
    Idle(Rest),
    /// On a thread that may wait for the disk.
    Reading(JoinHandle<io::Result<(Rest, Bytes)>>),
    Done,
}

impl HttpBody for FileBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        loop {
            match std::mem::replace(&mut self.state, State::Done) {
                State::Done => return Poll::Ready(None),
                State::Idle(rest) if rest.left == 0 => {}
                State::Idle(mut rest) => {
                    let read = move || rest.chunk().map(|bytes| (rest, bytes));
                    self.state = State::Reading(spawn_blocking(read));
                }
                State::Reading(mut reading) => {
                    let Poll::Ready(read) = Pin::new(&mut reading).poll(context) else {
                        self.state = State::Reading(reading);
                        return Poll::Pending;
                    };
                    let frame = read.map_err(io::Error::other).flatten().map(|(rest, bytes)| {
                        self.left = rest.left;
                        self.state = State::Idle(rest);
                        Frame::data(bytes)
                    });
                    return Poll::Ready(Some(frame));
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
