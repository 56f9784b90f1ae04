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

/// Texts.
pub const MARKDOWN: [&str; 10] = [
    "# Title\n\nText with *emphasis*, `code`, [a link](b.md#x \"title\") and ![an image](c.png).\n",
    "<Note n=\"1\">\n\n- a\n  <Note />\n\n> <Note>\n> b\n> </Note>\n\n</Note>\n<Toc />\n",
    "A[^1] and[^b].\n\n[^1]: Note[^b]\n[^b]:\n    - list\n    ## heading\n",
    "| a | b |\n|---|:-:|\n| $x^2$ | \\| |\n\nTerm\n: Definition\n\n- [x] done\n",
    "```rust {1,3-4} title=\"a\"\n<Note>\n```\n\n~~~\n</Note>\n",
    "<div>\n<Note>\n\n<!-- more -->\n\n</Note>\n<pre>\n<Note>\n</pre>\n",
    "> [!NOTE]\n> a\n\n$$\\frac{1}{2} \\text{a<b}$$\n\n\"quotes\" -- ...\n",
    "[a]: javascript:x\n\n[a] [b](java&#9;script:x) <ftp://a> [c](//d) [e](/f?g#h) [i](#title)\n",
    "## A {#id .class key=value}\n## A\nA\n---\n## \u{1f680}\n### \u{c9}\u{301}\n",
    "\u{feff}a\r\n\r\n<Note>\r\n*b*\r\n</Note>\r\n\tcode\r\n",
];

/// Pieces that matter to texts.
pub const MARKDOWN_PIECES: [&str; 44] = [
    "\n",
    "\n\n",
    "\r\n",
    "\t",
    "    ",
    "> ",
    "- ",
    "1. ",
    "# ",
    "---\n",
    "```",
    "`",
    "*",
    "_",
    "~~",
    "[",
    "](",
    ")",
    "![",
    "<",
    ">",
    "</",
    "<Note>\n",
    "\n</Note>\n",
    "<Note",
    " />",
    "<!--",
    "-->",
    "<pre>",
    "&#9;",
    "&lt;",
    "\\",
    "$",
    "$$",
    "{",
    "}",
    "[^1]",
    "[^1]: ",
    "|",
    ": ",
    "\"",
    "\0",
    "\u{e9}",
    "javascript:",
];

/// Markdown files and files of data.
pub const FRONT_MATTER: [&str; 9] = [
    "---\ntitle: A\ndate: 2026-11-27\ntags: [a, \"b\"]\nrating: 5\n---\nText\n",
    "+++\ntitle = \"A\"\ndate = 2026-11-27T10:00:00+01:00\n[nested]\ntitle = 'B'\n+++\nText\n",
    "---\r\ntitle: |\r\n  A\r\n  b\r\nkind: {sized: {width: 1.5}}\r\n---\r\n",
    "---\na: &x [1, &y 2]\nb: *x\nc: {<<: *y, ? d : e}\n---\n",
    "{\"title\": \"\\u00e9\\n\", \"rating\": 1e2, \"nested\": {\"title\": null}, \"tags\": [true, -0.5]}",
    "title: A\ntags:\n- a\n- !x b\nkind: {numbered: -7}\nnested:\n  title: 0x1F\n",
    "[[tags]]\ntitle = 1\n[nested.nested]\nrating = 0b11\nx.y = [1, [2]] # z\n",
    "\u{feff}---  \n\ttitle: >-\n  \u{1f525}\n--- \n",
    "---\n\"title\" : 'it''s'\n... \n---\n",
];

/// Pieces that matter to them.
pub const FRONT_MATTER_PIECES: [&str; 30] = [
    "---", "+++", "\n", "\r\n", "\t", "  ", ": ", "- ", "? ", "&a ", "*a", "!!str ", "!x ", "|", ">",
    "#", "\"", "'", "[", "]", "{", "}", ",", "=", "\\u", "title", "\u{e9}", "\u{1f525}", "null", "1e999",
];
