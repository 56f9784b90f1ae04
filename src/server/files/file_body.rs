//! The body of a response with a file, read in chunks.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use tokio::task::{JoinHandle, spawn_blocking};

/// The bytes that are read at a time, and the memory that each response takes.
pub(super) const CHUNK: u64 = 64 << 10;

/// Returns the next `length` bytes of a file as a body.
///
/// More than one chunk is read while the client takes it. If the file has become shorter by then, the body ends in an error, and so
/// does the connection, since the client knows the length. `tokio_util::io::ReaderStream` copies each chunk once more, has no
/// length, and ends without an error.
pub(in crate::server) fn body(file: File, length: u64) -> io::Result<Body> {
    let mut rest = Rest { file, left: length };
    match length {
        0 => Ok(Body::empty()),
        1..=CHUNK => rest.chunk().map(Body::from),
        _ => Ok(Body::new(FileBody { left: length, state: State::Idle(rest) })),
    }
}

/// The part of a file that is not read yet.
#[derive(Debug)]
struct Rest {
    file: File,
    left: u64,
}

impl Rest {
    /// Reads the next chunk.
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
    /// The bytes that are not sent yet.
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
