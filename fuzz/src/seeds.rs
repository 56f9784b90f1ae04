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

/// The values of `Host` and `Range`.
pub const HEADERS: [&str; 12] = [
    "example.com",
    "Example.com.:8080",
    "[::1]:80",
    "[2001:DB8::1]",
    "127.0.0.1:65535",
    "user@host",
    "bytes=0-0",
    "bytes=5-",
    "bytes=-3",
    "bytes=0-1,3-4",
    "BYTES = 2-4 ",
    "bytes=0-18446744073709551616",
];

/// Pieces that matter to one or the other.
pub const PIECES: [&str; 30] = [
    "/", "//", ".", "..", "%2e", "%2F", "%5c", "%00", "%", "%C3%A9", "e%CC%81", "\u{e9}", "?", "#",
    "\\", "\r\n", "\n", "\r", ":", " ", "\t", "\0", "[", "]", "@", ",", "=", "bytes=", "-",
    ".json",
];
