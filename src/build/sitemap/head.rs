//! Reads what the head of a page says to search engines: `noindex`, and where its translations are.
//!
//! This is a scanner for two elements and not a parser of HTML, which each site would have to compile for it. It knows
//! what may stand before or around an element: comments, scripts, quoted values. It stops where the head ends.

use std::borrow::Cow;

/// Elements of a head. Any other one starts the body.
const OF_HEAD: [&[u8]; 10] = [
    b"html",
    b"head",
    b"meta",
    b"link",
    b"title",
    b"style",
    b"script",
    b"base",
    b"noscript",
    b"template",
];

/// Elements whose text is not HTML.
const RAW: [&[u8]; 3] = [b"script", b"style", b"title"];

/// Returns true if and only if a list of rules for crawlers contains `noindex`, or `none`, which implies it.
pub(super) fn is_noindex(rules: &str) -> bool {
    let is = |rule: &str| rule.eq_ignore_ascii_case("noindex") || rule.eq_ignore_ascii_case("none");
    rules.split(',').any(|rule| is(rule.trim()))
}

/// What the head of a page says to search engines.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    /// Whether there is a `<meta name="robots">` with `noindex`.
    pub(super) is_noindex: bool,
    /// The languages and addresses of `<link rel="alternate" hreflang="…">`, in their order.
    pub(super) alternates: Vec<(String, String)>,
}

impl Head {
    /// Reads the start of a page.
    pub(super) fn read(page: &[u8]) -> Self {
        let mut head = Head::default();
        let mut rest = page;
        while let Some(start) = rest.iter().position(|byte| *byte == b'<') {
            rest = &rest[start + 1..];
            if rest.starts_with(b"!--") {
                rest = after(rest, b"-->");
                continue;
            }
            let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
            let name = rest[..length].to_ascii_lowercase();
            // A document type, or an end tag.
            let is_start = length > 0;
            let is_end = rest.get(..5).is_some_and(|end| end.eq_ignore_ascii_case(b"/head"));
            if is_end || (is_start && !OF_HEAD.contains(&&*name)) {
                break;
            }
            let (attributes, behind) = attributes(&rest[length..]);
            rest = behind;
            match &*name {
                b"meta" => head.is_noindex |= is_robots_noindex(&attributes),
                b"link" => head.alternates.extend(alternate(&attributes)),
                _ => {}
            }
            if RAW.contains(&&*name) {
                rest = after_end(rest, &name);
            }
        }
        head
    }
}

fn is_robots_noindex(attributes: &[Attribute<'_>]) -> bool {
    let is_robots = value_of(attributes, b"name")
        .is_some_and(|name| name.trim_ascii().eq_ignore_ascii_case(b"robots"));
    is_robots && text_of(attributes, b"content").is_some_and(|rules| is_noindex(&rules))
}

/// The language and the address of a translation. A link with another type is a feed in that language.
fn alternate(attributes: &[Attribute<'_>]) -> Option<(String, String)> {
    let rel = text_of(attributes, b"rel")?;
    let is_alternate = rel.split_ascii_whitespace().any(|it| it.eq_ignore_ascii_case("alternate"));
    let is_page = text_of(attributes, b"type")
        .is_none_or(|it| it.trim_ascii().eq_ignore_ascii_case("text/html"));
    let language = text_of(attributes, b"hreflang")?.trim_ascii().to_owned();
    let href = text_of(attributes, b"href")?.trim_ascii().to_owned();
    let is_line = !href.contains(|c: char| c.is_ascii_control());
    (is_alternate && is_page && is_line && is_language(&language)).then_some((language, href))
}

/// Returns true if and only if a text has the form of a language tag, such as `de`, `en-GB` or `x-default`.
fn is_language(text: &str) -> bool {
    let is_part = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.split('-').all(is_part)
}

fn value_of<'a>(attributes: &[Attribute<'a>], name: &[u8]) -> Option<&'a [u8]> {
    attributes.iter().find(|(own, _)| own == name).map(|(_, value)| *value)
}

/// The value of an attribute without the references that `html!` writes.
fn text_of<'a>(attributes: &[Attribute<'a>], name: &[u8]) -> Option<Cow<'a, str>> {
    let text = std::str::from_utf8(value_of(attributes, name)?).ok()?;
    if !text.contains('&') {
        return Some(text.into());
    }
    let references =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    let decoded =
        references.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    Some(decoded.into())
}

/// The name of an attribute, in lower case, and its value.
type Attribute<'a> = (Vec<u8>, &'a [u8]);

/// The attributes of a tag, and what follows the tag.
fn attributes(tag: &[u8]) -> (Vec<Attribute<'_>>, &[u8]) {
    let mut attributes: Vec<Attribute<'_>> = Vec::new();
    let mut rest = tag;
    loop {
        rest = trim(rest);
        match rest.first() {
            None => return (attributes, rest),
            Some(b'>') => return (attributes, &rest[1..]),
            Some(_) => {}
        }
        let is_end = |byte: &u8| matches!(byte, b'=' | b'>' | b'/') || byte.is_ascii_whitespace();
        // An attribute may start with `=`.
        let length = 1 + rest[1..].iter().position(is_end).unwrap_or(rest.len() - 1);
        let name = rest[..length].to_ascii_lowercase();
        rest = rest[length..].trim_ascii_start();
        let mut value: &[u8] = b"";
        if let Some(assigned) = rest.strip_prefix(b"=") {
            (value, rest) = self::value(assigned.trim_ascii_start());
        }
        attributes.push((name, value));
    }
}

/// The value of an attribute, and what follows it.
fn value(text: &[u8]) -> (&[u8], &[u8]) {
    let until =
        |text: &'_ [u8], end: &dyn Fn(&u8) -> bool| text.iter().position(end).unwrap_or(text.len());
    match text.first() {
        Some(quote @ (b'"' | b'\'')) => {
            let text = &text[1..];
            let length = until(text, &|byte| byte == quote);
            (&text[..length], text.get(length + 1..).unwrap_or_default())
        }
        _ => {
            let length = until(text, &|byte| *byte == b'>' || byte.is_ascii_whitespace());
            text.split_at(length)
        }
    }
}

/// Skips whitespace, and slashes outside of values.
fn trim(text: &[u8]) -> &[u8] {
    let is_space = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'/';
    &text[text.iter().position(|byte| !is_space(byte)).unwrap_or(text.len())..]
}

/// What follows the end of a comment; nothing if it does not end.
fn after<'a>(text: &'a [u8], end: &[u8]) -> &'a [u8] {
    let at = text.windows(end.len()).position(|window| window == end);
    at.map_or(b"", |at| &text[at + end.len()..])
}

/// What follows the start of an end tag; nothing if there is none.
fn after_end<'a>(text: &'a [u8], name: &[u8]) -> &'a [u8] {
    let is_end =
        |window: &[u8]| window.starts_with(b"</") && window[2..].eq_ignore_ascii_case(name);
    let at = text.windows(name.len() + 2).position(is_end);
    at.map_or(b"", |at| &text[at + 2 + name.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_is_searched_for_noindex() {
        for (page, expected) in [
            (
                r#"<!DOCTYPE html><html lang="en"><head><meta name="robots" content="noindex"></head>"#,
                true,
            ),
            ("<meta content='NoIndex, follow' name='ROBOTS'>", true),
            (r"<META NAME=robots CONTENT=none>", true),
            (r"<meta name = robots content=noindex/>", false),
            (r#"<meta name="robots" content="noindex" />"#, true),
            (r#"<title>a < b</title><meta name="robots" content="noindex">"#, true),
            (r#"<link title="a > b"><meta name="robots" content="noindex">"#, true),
            (r#"<style>p > a {}</style><meta name="robots" content="noindex">"#, true),
            (r#"<!-- <p> --><meta name="robots" content="noindex">"#, true),
            (r#"<meta name="robots" content="index, follow">"#, false),
            (r#"<meta name="description" content="noindex">"#, false),
            (r#"<meta name="googlebot" content="noindex">"#, false),
            (r#"<!-- <meta name="robots" content="noindex"> -->"#, false),
            (r#"<script>"<meta name='robots' content='noindex'>"</script>"#, false),
            (r#"<title><meta name="robots" content="noindex"></title>"#, false),
            (r#"<link title='<meta name="robots" content="noindex">'>"#, false),
            (r#"</head><body><meta name="robots" content="noindex">"#, false),
            (r#"<p>Text</p><meta name="robots" content="noindex">"#, false),
            (r#"<body><code><meta name="robots" content="noindex"></code>"#, false),
            ("", false),
            ("<", false),
            ("<meta", false),
            ("<meta name=\"robots", false),
            ("<meta =", false),
            ("<script>", false),
            ("<!--", false),
        ] {
            assert_eq!(Head::read(page.as_bytes()).is_noindex, expected, "{page}");
        }
    }

    #[test]
    fn translations_are_read_from_the_head() {
        for (head, expected) in [
            (
                r#"<link rel="alternate" hreflang="de" href="https://a.b/de?x=1&amp;y=2">"#,
                &[("de", "https://a.b/de?x=1&y=2")][..],
            ),
            (
                "<LINK HREF=/en HREFLANG=en-GB REL='Canonical Alternate'><link rel=alternate hreflang=x-default href=/>",
                &[("en-GB", "/en"), ("x-default", "/")],
            ),
            (
                r#"<link rel="alternate" hreflang="de" type="text/html" href="/de">"#,
                &[("de", "/de")],
            ),
            (r#"<link rel="alternate" hreflang="de" type="application/atom+xml" href="/f">"#, &[]),
            (r#"<link rel="alternate" type="application/atom+xml" href="/feed.xml">"#, &[]),
            (r#"<link rel="stylesheet" hreflang="de" href="/de.css">"#, &[]),
            (r#"<link rel="alternate" hreflang="de">"#, &[]),
            (r#"<link rel="alternate" hreflang="d e" href="/de">"#, &[]),
            (r#"<link rel="alternate" hreflang="" href="/de">"#, &[]),
            ("<link rel=\"alternate\" hreflang=\"de\" href=\"/d\te\">", &[]),
            (r#"</head><body><link rel="alternate" hreflang="de" href="/de">"#, &[]),
        ] {
            let expected: Vec<_> =
                expected.iter().map(|(at, href)| ((*at).to_owned(), (*href).to_owned())).collect();
            assert_eq!(Head::read(head.as_bytes()).alternates, expected, "{head}");
        }
    }

    #[test]
    fn any_bytes_are_searched() {
        let mut random = crate::support::random::Random::new(7);
        let parts =
            ["<", ">", "meta", "link", " ", "=", "\"", "'", "/", "!--", "-->", "script", "\u{e9}"];
        for _ in 0..10_000 {
            let page: String = (0..12).map(|_| parts[random.below(parts.len())]).collect();
            Head::read(page.as_bytes());
        }
    }
}
