//! A small HTTP/1.1 client. It writes any bytes, and reads one answer after the other.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

/// How long a test waits for something that should happen at once, on a machine that does other work.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

/// A connection to a server.
#[derive(Debug)]
pub(crate) struct Client<R = TcpStream> {
    reader: BufReader<R>,
}

/// An answer, read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(Client { reader: BufReader::new(stream) })
    }

    /// The address that the server sees.
    pub(crate) fn address(&self) -> SocketAddr {
        self.reader.get_ref().local_addr().expect("an address")
    }

    /// Writes bytes. A server that refuses a request may close before it has read all of it.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.reader.get_mut().write_all(bytes)
    }

    /// Sends nothing more, and returns the bytes that come until the server closes the connection: it would wait for the rest of a
    /// body that it has refused.
    pub(crate) fn finish(&mut self) -> Vec<u8> {
        // The server may have closed the connection.
        let _ = self.reader.get_ref().shutdown(Shutdown::Write);
        self.rest()
    }
}

impl Client<&[u8]> {
    /// Reads an answer from memory.
    pub(crate) fn read(bytes: &[u8]) -> io::Result<Answer> {
        Client { reader: BufReader::new(bytes) }.answer(false)
    }
}

impl<R: Read> Client<R> {
    /// Reads the head of an answer, and skips interim ones.
    pub(crate) fn head(&mut self) -> io::Result<Answer> {
        loop {
            let line = self.line()?;
            let status =
                line.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok());
            let status = status.ok_or_else(|| wrong(format!("no status: {line:?}")))?;
            let mut headers = Vec::new();
            loop {
                let line = self.line()?;
                if line.is_empty() {
                    break;
                }
                let (name, value) = line.split_once(": ").ok_or_else(|| wrong(line.clone()))?;
                headers.push((name.to_ascii_lowercase(), value.to_owned()));
            }
            if status != 100 {
                return Ok(Answer { status, headers, body: Vec::new() });
            }
        }
    }

    /// Reads an answer to its end.
    pub(crate) fn answer(&mut self, is_head: bool) -> io::Result<Answer> {
        let head = self.head()?;
        self.body(head, is_head)
    }

    /// Reads the body of an answer whose head is read.
    pub(crate) fn body(&mut self, mut answer: Answer, is_head: bool) -> io::Result<Answer> {
        if is_head || matches!(answer.status, 204 | 304) {
            return Ok(answer);
        }
        if answer.header("transfer-encoding") == Some("chunked") {
            while let Some(chunk) = self.chunk()? {
                answer.body.extend(chunk);
            }
        } else if let Some(length) = answer.header("content-length") {
            let length = length.parse().map_err(|_| wrong(length.to_owned()))?;
            answer.body = vec![0; length];
            self.reader.read_exact(&mut answer.body)?;
        } else {
            self.reader.read_to_end(&mut answer.body)?;
        }
        Ok(answer)
    }

    /// The next chunk of a body; `None` at its end.
    pub(crate) fn chunk(&mut self) -> io::Result<Option<Vec<u8>>> {
        let line = self.line()?;
        let length = usize::from_str_radix(&line, 16).map_err(|_| wrong(line))?;
        let mut chunk = vec![0; length];
        self.reader.read_exact(&mut chunk)?;
        match self.line()?.is_empty() {
            true => Ok((length > 0).then_some(chunk)),
            false => Err(wrong("a chunk that does not end".to_owned())),
        }
    }

    /// The bytes that come until the server closes the connection.
    pub(crate) fn rest(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        let _ = self.reader.read_to_end(&mut rest);
        rest
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        self.reader.read_until(b'\n', &mut line)?;
        let line = line.strip_suffix(b"\r\n").ok_or(io::ErrorKind::UnexpectedEof)?;
        Ok(String::from_utf8_lossy(line).into_owned())
    }
}

impl Answer {
    /// The first header of a name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|(other, _)| other == name).map(|(_, value)| &**value)
    }

    /// All of it: the status, a line for each header, and the body.
    pub(crate) fn shown(&self) -> String {
        let line = |(name, value): &(String, String)| format!("{name}: {value}\n");
        let headers: String = self.headers.iter().map(line).collect();
        format!("{}\n{headers}\n{}", self.status, self.text())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

fn wrong(what: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
