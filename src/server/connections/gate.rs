//! What stands between a socket and the library that speaks HTTP: it lets through whole heads that are in order.

use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::deadline::Deadline;
use super::head::{self, Framing};
use super::limits::Limits;
use super::linger::Linger;
use super::refusal::Refusal;
use super::request_line::is_token_byte;
use super::shared::Shared;

/// What a connection of HTTP/2 starts with.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The bytes read from the socket at once where a head is due.
const READ: usize = 4096;

/// What a connection speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    Http1,
    Http2,
}

/// The bytes that come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Those of a head, which are held until it is whole.
    Head,
    /// Those held, up to here: a head that is in order.
    Pass(usize, Framing),
    /// A body's.
    Body(u64),
    /// Whatever they are: they are HTTP/2, or the last body of the connection and all that follows it.
    Open,
    /// The head of the refused request, made up here, of which so much is left.
    Refused(&'static [u8]),
    /// None.
    End,
}

/// A socket whose requests are checked head by head before anything reads them.
///
/// A head that is refused is replaced by that of a plain request, and [`Shared::refusal`] says what to answer to it: so the
/// refusal comes behind the answers to the requests before it. The body of a request is counted where its length is
/// known. Where it comes in chunks, the request is the last of its connection, and nothing is looked for behind it.
///
/// The library reads no head before it has answered the request before: where a head is due, the connection is idle.
#[derive(Debug)]
pub(super) struct Gate<S> {
    socket: S,
    limits: Limits,
    shared: Arc<Shared>,
    held: BytesMut,
    /// How many of the bytes held have been searched for the end of the head.
    scanned: usize,
    stage: Stage,
    is_first: bool,
    reading: Deadline,
    writing: Deadline,
    linger: Linger,
}

impl<S: AsyncRead + Unpin> Gate<S> {
    pub(super) fn new(socket: S, limits: Limits, shared: Arc<Shared>) -> Self {
        Gate {
            socket,
            limits,
            shared,
            held: BytesMut::new(),
            scanned: 0,
            stage: Stage::Head,
            is_first: true,
            reading: Deadline::default(),
            writing: Deadline::default(),
            linger: Linger::default(),
        }
    }

    /// Waits for the first head, and says what the connection speaks; `None` if nothing comes.
    pub(super) fn poll_protocol(&mut self, cx: &mut Context<'_>) -> Poll<Option<Protocol>> {
        // Where the socket is broken, all is said by closing it.
        let _ = ready!(self.poll_head(cx));
        Poll::Ready(match self.stage {
            Stage::End | Stage::Head => None,
            Stage::Open if self.held.starts_with(PREFACE) => Some(Protocol::Http2),
            _ => Some(Protocol::Http1),
        })
    }

    /// Holds back what comes until it is a head, and sets the stage that follows.
    fn poll_head(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            if let Some(stage) = self.judge() {
                self.stage = stage;
                self.scanned = 0;
                self.is_first = false;
                self.reading.clear();
                return Poll::Ready(Ok(()));
            }
            let mut bytes = [const { MaybeUninit::uninit() }; READ];
            let mut buffer = ReadBuf::uninit(&mut bytes);
            match Pin::new(&mut self.socket).poll_read(cx, &mut buffer)? {
                Poll::Ready(()) if buffer.filled().is_empty() => {
                    self.linger.skip();
                    self.stage = Stage::End;
                    return Poll::Ready(Ok(()));
                }
                Poll::Ready(()) => {
                    if self.held.is_empty() {
                        self.reading.clear();
                    }
                    self.held.extend_from_slice(buffer.filled());
                }
                Poll::Pending => {
                    self.stage = ready!(self.poll_patience(cx));
                    return Poll::Ready(Ok(()));
                }
            }
        }
    }

    /// Waits as long as a head may take, or as a connection may be idle.
    fn poll_patience(&mut self, cx: &mut Context<'_>) -> Poll<Stage> {
        let is_idle = self.held.is_empty();
        let patience = if is_idle { self.limits.idle } else { self.limits.header_time };
        let is_over = self.reading.poll(patience, cx).is_ready();
        match is_idle {
            true if is_over || self.shared.is_stopping() => {
                self.linger.skip();
                Poll::Ready(Stage::End)
            }
            false if is_over => Poll::Ready(self.refuse(Refusal::Time)),
            _ => Poll::Pending,
        }
    }

    /// What follows from the bytes held; `None` while they are no whole head.
    fn judge(&mut self) -> Option<Stage> {
        if self.is_first && !self.held.is_empty() {
            if self.held.starts_with(PREFACE) {
                return Some(Stage::Open);
            }
            if PREFACE.starts_with(&self.held) {
                return None;
            }
        }
        // Some clients end a body with an empty line that its length does not count.
        while self.held.starts_with(b"\r\n") {
            self.held.advance(2);
            self.scanned = 0;
            self.is_first = false;
        }
        let first = *self.held.first()?;
        let may_be_empty_line = first == b'\r' && self.held.len() == 1;
        if !is_token_byte(first) && !may_be_empty_line {
            return Some(self.refuse(Refusal::Head));
        }
        match head::end(&self.held, self.scanned) {
            Some(end) => match head::check(&self.held[..end], &self.limits) {
                Ok(framing) => return Some(Stage::Pass(end, framing)),
                Err(refusal) => return Some(self.refuse(refusal)),
            },
            None if self.held.len() > head::longest(&self.limits) => {
                let refusal = head::too_long(&self.held, &self.limits);
                return Some(self.refuse(refusal));
            }
            None => self.scanned = self.held.len(),
        }
        None
    }

    fn refuse(&mut self, refusal: Refusal) -> Stage {
        self.shared.refuse(refusal);
        // Behind the answer to `HEAD`, a body would be read as the next answer.
        let head: &[u8] = match self.held.starts_with(b"HEAD ") {
            true => b"HEAD / HTTP/1.1\r\n\r\n",
            false => b"GET / HTTP/1.1\r\n\r\n",
        };
        self.held.clear();
        Stage::Refused(head)
    }

    /// Reads at most so many bytes: those held first, then the socket's.
    fn poll_bytes(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
        most: usize,
    ) -> Poll<io::Result<usize>> {
        let most = most.min(buffer.remaining());
        if !self.held.is_empty() {
            let length = most.min(self.held.len());
            buffer.put_slice(&self.held.split_to(length));
            return Poll::Ready(Ok(length));
        }
        let length = match most == buffer.remaining() {
            true => {
                let before = buffer.filled().len();
                ready!(Pin::new(&mut self.socket).poll_read(cx, buffer))?;
                buffer.filled().len() - before
            }
            false => {
                let mut part = ReadBuf::new(buffer.initialize_unfilled_to(most));
                ready!(Pin::new(&mut self.socket).poll_read(cx, &mut part))?;
                let length = part.filled().len();
                buffer.advance(length);
                length
            }
        };
        if length == 0 {
            self.linger.skip();
        }
        Poll::Ready(Ok(length))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Gate<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let gate = &mut *self;
        loop {
            match gate.stage {
                Stage::Head | Stage::Body(0) => {
                    gate.stage = Stage::Head;
                    ready!(gate.poll_head(cx))?;
                }
                Stage::Pass(0, Framing::Length(length)) => gate.stage = Stage::Body(length),
                Stage::Pass(0, Framing::Chunked) => gate.stage = Stage::Open,
                Stage::Pass(left, framing) => {
                    let length = ready!(gate.poll_bytes(cx, buffer, left))?;
                    gate.stage = Stage::Pass(left - length, framing);
                    // Else the next read would go on to the next head.
                    if left == length && framing == Framing::Length(0) {
                        gate.stage = Stage::Head;
                    }
                    return Poll::Ready(Ok(()));
                }
                Stage::Body(left) => {
                    let most = usize::try_from(left).unwrap_or(usize::MAX);
                    let length = ready!(gate.poll_bytes(cx, buffer, most))?;
                    gate.stage = Stage::Body(left - length as u64);
                    return Poll::Ready(Ok(()));
                }
                Stage::Open => return gate.poll_bytes(cx, buffer, usize::MAX).map_ok(|_| ()),
                Stage::Refused(left) => {
                    let (now, later) = left.split_at(left.len().min(buffer.remaining()));
                    buffer.put_slice(now);
                    gate.stage = if later.is_empty() { Stage::End } else { Stage::Refused(later) };
                    return Poll::Ready(Ok(()));
                }
                Stage::End => return Poll::Ready(Ok(())),
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> Gate<S> {
    /// Gives up on a client that takes nothing of its answer.
    fn bounded<T>(
        &mut self,
        result: Poll<io::Result<T>>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if result.is_ready() {
            self.writing.clear();
            return result;
        }
        ready!(self.writing.poll(self.limits.write_idle, cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Gate<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.socket).poll_write(cx, bytes);
        self.bounded(result, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.socket).poll_write_vectored(cx, slices);
        self.bounded(result, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.socket).poll_shutdown(cx))?;
        let gate = &mut *self;
        gate.linger.poll(&mut gate.socket, cx).map(Ok)
    }
}
