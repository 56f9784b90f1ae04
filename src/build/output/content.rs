//! The contents of a page's file: bytes in memory, or a temporary file for a stream.

use std::fs::{self, File};
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use anyhow::{Context, Result};
use axum::body::{Body, HttpBody};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;

use crate::page::response::body;

/// The most bytes of a stream that are kept in memory; longer ones are written to a file as they arrive.
const MAX_IN_MEMORY: usize = 64 << 10;

/// The contents of a page's file.
#[derive(Debug)]
pub(crate) enum Content {
    Bytes(Bytes),
    Streamed(Spool),
}

impl Content {
    /// Reads the body of a response. A body of unknown length is never in memory as a whole.
    ///
    /// # Errors
    ///
    /// Fails if the body fails before its end, or if it cannot be written.
    pub(crate) async fn of(stream: Body, scratch: Arc<Path>) -> Result<Self> {
        if stream.size_hint().exact().is_some() {
            return Ok(Content::Bytes(body::bytes(stream).await?));
        }
        // Boxed, so that the futures of other pages stay small.
        Box::pin(Content::of_stream(stream, scratch)).await
    }

    async fn of_stream(mut stream: Body, scratch: Arc<Path>) -> Result<Self> {
        let mut held = BytesMut::new();
        let mut spool = None;
        while let Some(frame) = stream.frame().await {
            let frame = frame.context("the body of the response ended with an error")?;
            // A file has no trailers.
            let Ok(data) = frame.into_data() else { continue };
            held.extend_from_slice(&data);
            if held.len() > MAX_IN_MEMORY {
                let spool = match &mut spool {
                    Some(spool) => spool,
                    none => none.insert(Spool::new(&scratch)?),
                };
                spool.add(&held)?;
                held.clear();
            }
        }
        match spool {
            None => Ok(Content::Bytes(held.freeze())),
            Some(mut spool) => {
                spool.add(&held)?;
                spool.file.rewind().context("cannot read the streamed body again")?;
                Ok(Content::Streamed(spool))
            }
        }
    }

    /// The number of bytes.
    pub(crate) fn length(&self) -> u64 {
        match self {
            Content::Bytes(bytes) => bytes.len() as u64,
            Content::Streamed(spool) => spool.length,
        }
    }
}

/// A stream in a temporary file, which is removed on drop.
#[derive(Debug)]
pub(crate) struct Spool {
    pub(crate) file: File,
    path: PathBuf,
    length: u64,
}

impl Spool {
    fn new(scratch: &Path) -> Result<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let path = scratch.join(format!("stream-{}", NEXT.fetch_add(1, Relaxed)));
        let opened = File::options().read(true).write(true).create_new(true).open(&path);
        let file = opened.context("cannot create a file for the streamed body")?;
        Ok(Spool { file, path, length: 0 })
    }

    fn add(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).context("cannot write the streamed body")?;
        self.length += bytes.len() as u64;
        Ok(())
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        // Its folder is removed with the build.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::io::Read;

    use super::*;
    use crate::request::runtime::block_on;

    /// A body in chunks of unknown total length.
    fn stream(pieces: usize, length: usize) -> Body {
        let piece = move |at| Ok::<_, Infallible>(vec![byte(at); length]);
        Body::from_stream(futures_util::stream::iter((0..pieces).map(piece)))
    }

    fn byte(at: usize) -> u8 {
        u8::try_from(at % 251).unwrap_or_default()
    }

    #[test]
    fn long_streams_are_stored_in_a_file() {
        let scratch: Arc<Path> =
            std::env::temp_dir().join(format!("kiln-content-{}", std::process::id())).into();
        fs::create_dir_all(&scratch).expect("a folder to make");
        for (pieces, length, is_streamed) in
            [(0, 1, false), (3, 1000, false), (1000, 1000, true), (2, 200_000, true)]
        {
            let content = block_on(Content::of(stream(pieces, length), Arc::clone(&scratch)));
            let content = content.expect("a body");
            assert_eq!(content.length(), (pieces * length) as u64);
            let bytes = match content {
                Content::Bytes(bytes) => {
                    assert!(!is_streamed, "{pieces}");
                    bytes.to_vec()
                }
                Content::Streamed(mut spool) => {
                    assert!(is_streamed, "{pieces}");
                    let mut bytes = Vec::new();
                    spool.file.read_to_end(&mut bytes).expect("a file to read");
                    bytes
                }
            };
            let expected: Vec<u8> = (0..pieces).flat_map(|at| vec![byte(at); length]).collect();
            assert!(bytes == expected, "{pieces} pieces of {length}");
        }
        assert_eq!(fs::read_dir(&scratch).expect("a folder").count(), 0, "a stream was left lying");
        fs::remove_dir_all(&scratch).expect("a folder to remove");
    }
}
