//! Finds `noindex` in the head of a page.
//!
//! This is a scanner for one element and not a parser of HTML, which each site would have to compile for it. It knows
//! what may stand before or around the element: comments, scripts, quoted values. It stops where the head ends.

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

/// Returns true if and only if the head of a page has a `<meta name="robots">` with `noindex`.
pub(super) fn in_head(page: &[u8]) -> bool {
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
        if rest.get(..5).is_some_and(|end| end.eq_ignore_ascii_case(b"/head")) {
            return false;
        }
        if is_start && !OF_HEAD.contains(&&*name) {
            return false;
        }
        let (attributes, behind) = attributes(&rest[length..]);
        rest = behind;
        if name == b"meta" && is_robots_noindex(&attributes) {
            return true;
        }
        if RAW.contains(&&*name) {
            rest = after_end(rest, &name);
        }
    }
    false
}

fn is_robots_noindex(attributes: &[(Vec<u8>, &[u8])]) -> bool {
    let value =
        |name: &[u8]| attributes.iter().find(|(own, _)| own == name).map(|(_, value)| *value);
    let is_robots =
        value(b"name").is_some_and(|name| name.trim_ascii().eq_ignore_ascii_case(b"robots"));
    let rules = value(b"content").and_then(|rules| std::str::from_utf8(rules).ok());
    is_robots && rules.is_some_and(is_noindex)
}

/// The attributes of a tag, with names in lower case, and what follows the tag.
fn attributes(tag: &[u8]) -> (Vec<(Vec<u8>, &[u8])>, &[u8]) {
    let mut attributes: Vec<(Vec<u8>, &[u8])> = Vec::new();
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
            (r#"<meta content='NoIndex, follow' name='ROBOTS'>"#, true),
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
            assert_eq!(in_head(page.as_bytes()), expected, "{page}");
        }
    }

    #[test]
    fn any_bytes_are_searched() {
        let mut random = crate::support::random::Random::new(7);
        let parts = ["<", ">", "meta", " ", "=", "\"", "'", "/", "!--", "-->", "script", "\u{e9}"];
        for _ in 0..10_000 {
            let page: String = (0..12).map(|_| parts[random.below(parts.len())]).collect();
            in_head(page.as_bytes());
        }
    }
}
