//! What random bytes are made from.

/// Paths.
pub const TARGETS: [&str; 16] = [
    "/",
    "/posts/new",
    "/posts/caf%C3%A9.json",
    "/posts/cafe%CC%81/",
    "/range/a-b-c",
    "/og/a/b/c.png",
    "/en/a/b/edit",
    "/all/a/b/c/",
    "/docs/all/%2e%2e",
    "/docs/posts/a%2Fb",
    "/docs/range/%E2%80%AE-.",
    "/docs//posts/%ff%00",
    "/docs/all/.../a:b@c;d=e,f+g",
    "/404",
    "/all/%EA%B0%80%E1%84%80%E1%85%A1",
    "/..%5c/%25%32%65",
];

/// What clients send over a connection.
pub const HEADS: [&str; 10] = [
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "HEAD /a?b HTTP/1.0\r\n\r\n",
    "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET http://a:80/b HTTP/1.1\r\nHost: a\r\nA:\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: b\r\n\r\n",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0",
    "GET / HTTP/1.1\nHost: a\n\nGET /b HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n",
    "GET / HTTP/1.1\r\nContent-Length: 18446744073709551616\r\nX: \t\x01\r\n\r\n",
];

/// Pieces that matter to one or the other.
pub const PIECES: [&str; 30] = [
    "/",
    "//",
    ".",
    "..",
    "%2e",
    "%2F",
    "%5c",
    "%00",
    "%",
    "%C3%A9",
    "e%CC%81",
    "\u{e9}",
    "?",
    "#",
    "\\",
    "\r\n",
    "\n",
    "\r",
    ":",
    " ",
    "\t",
    "\0",
    "\r\n\r\n",
    "Content-Length: 1\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Host: a\r\n",
    "HTTP/1.1",
    "GET ",
    "-",
    ".json",
];
