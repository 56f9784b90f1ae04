//! The body of a response with a file, read in chunks.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use futures_util::stream::{self, Stream};
use hyper::body::{Frame, SizeHint};
use tokio::task::spawn_blocking;

/// The bytes that are read at a time, and the memory that each response takes.
const CHUNK: u64 = 64 << 10;

/// Returns the next `length` bytes of a file as a body.
///
/// More than one chunk is read while the client takes it. If the file has become shorter by then, the body ends in an error, and so
/// does the connection, since the client knows the length. `tokio_util::io::ReaderStream` copies each chunk once more, has no
/// length, and ends without an error.
pub(in crate::server) fn body(file: File, length: u64) -> io::Result<Body> {
    match length {
        0 => Ok(Body::empty()),
        1..=CHUNK => chunk(&file, length).map(Body::from),
        _ => Ok(Body::new(FileBody { left: length, chunks: Box::pin(chunks(file, length)) })),
    }
}

fn chunk(file: &File, length: u64) -> io::Result<Bytes> {
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    match file.take(length).read_to_end(&mut bytes)? as u64 == length {
        true => Ok(bytes.into()),
        false => {
            let message = "the file has become shorter while it was sent";
            Err(io::Error::new(ErrorKind::UnexpectedEof, message))
        }
    }
}

/// The chunks of a file, read on threads that may wait for the disk.
fn chunks(file: File, length: u64) -> impl Stream<Item = io::Result<Bytes>> {
    stream::try_unfold((file, length), async |(file, left)| {
        if left == 0 {
            return Ok(None);
        }
        let read = move || chunk(&file, left.min(CHUNK)).map(|bytes| (bytes, file));
        let (bytes, file) = spawn_blocking(read).await??;
        let left = left - bytes.len() as u64;
        Ok(Some((bytes, (file, left))))
    })
}

/// Chunks of a known length, which a stream does not have.
struct FileBody {
    /// The bytes that are not sent yet.
    left: u64,
    chunks: Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>,
}

impl HttpBody for FileBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let chunk = self.chunks.as_mut().poll_next(context);
        if let Poll::Ready(Some(Ok(bytes))) = &chunk {
            self.left -= bytes.len() as u64;
        }
        chunk.map_ok(Frame::data)
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
