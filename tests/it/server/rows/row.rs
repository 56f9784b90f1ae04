//! A row of a table: a request and the expected response.

/// The bytes of a request, and the expected response.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) id: &'static str,
    pub(crate) site: &'static str,
    pub(crate) sent: Vec<u8>,
    pub(crate) status: u16,
    /// Parts of the response: `name: value` for headers, or text of the body.
    pub(crate) has: Vec<&'static str>,
    lacks: Vec<&'static str>,
    pub(crate) preview: Preview,
    /// Whether the connection may be closed without an answer.
    pub(crate) may_close: bool,
}

/// The response of `preview`, which calls no pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Preview {
    Same,
    Status(u16),
}

/// Text that no response may have.
const NEVER: [&str; 5] = ["the secret", "root:", "evil", "[package]", "kiln::site"];

impl Row {
    pub(crate) fn raw(id: &'static str, sent: impl Into<Vec<u8>>, status: u16) -> Self {
        let (has, lacks) = (vec![], NEVER.to_vec());
        let (site, preview) = ("served", Preview::Same);
        Row { id, site, sent: sent.into(), status, has, lacks, preview, may_close: false }
    }

    /// A `GET` of a target with additional lines of headers.
    pub(crate) fn get(
        id: &'static str,
        target: impl AsRef<[u8]>,
        headers: &str,
        status: u16,
    ) -> Self {
        Row::of("GET", id, target, headers, status)
    }

    pub(crate) fn of(
        method: &str,
        id: &'static str,
        target: impl AsRef<[u8]>,
        headers: &str,
        status: u16,
    ) -> Self {
        let rest = format!(" HTTP/1.1\r\nHost: good.example\r\nConnection: close\r\n{headers}\r\n");
        let head = [method.as_bytes(), b" ", target.as_ref(), rest.as_bytes()].concat();
        Row::raw(id, head, status)
    }

    /// The same with a body.
    pub(crate) fn body(mut self, body: impl AsRef<[u8]>) -> Self {
        self.sent.extend(body.as_ref());
        self
    }

    pub(crate) fn has(mut self, part: &'static str) -> Self {
        self.has.push(part);
        self
    }

    pub(crate) fn hasnt(mut self, part: &'static str) -> Self {
        self.lacks.push(part);
        self
    }

    /// A row whose input may be repeated as data.
    pub(crate) fn may_have(mut self, part: &str) -> Self {
        self.lacks.retain(|never| *never != part);
        self
    }

    pub(crate) fn at(mut self, site: &'static str) -> Self {
        self.site = site;
        self
    }

    /// A row of a page that is called, and for which `preview` has another status.
    pub(crate) fn preview(mut self, status: u16) -> Self {
        self.preview = Preview::Status(status);
        self
    }

    /// A row that hyper refuses before all of it is sent, so that the client may not get the response.
    pub(crate) fn may_close(mut self) -> Self {
        self.may_close = true;
        self
    }

    pub(crate) fn lacks(&self) -> impl Iterator<Item = &'static str> {
        self.lacks.iter().copied()
    }
}
