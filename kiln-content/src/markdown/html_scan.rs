//! Looks at raw HTML without changing it.

/// Appends the values of `id` and `name` in the tags of a text.
pub(super) fn push_ids(ids: &mut Vec<String>, html: &str) {
    for tag in tags(html) {
        for (name, value) in attributes(tag) {
            let is_anchor = name.eq_ignore_ascii_case("id") || name.eq_ignore_ascii_case("name");
            if is_anchor && !value.is_empty() {
                ids.push(value.to_owned());
            }
        }
    }
}

/// The tags of a text, from `<` to `>`, outside of comments. A quoted value may contain `>`.
pub(super) fn tags(html: &str) -> impl Iterator<Item = &str> {
    let mut rest = html;
    std::iter::from_fn(move || {
        loop {
            rest = &rest[rest.find('<')?..];
            if rest.starts_with("<!--") {
                rest = &rest[rest.find("-->")?..];
                continue;
            }
            let end = tag_end(rest);
            let (tag, after) = rest.split_at(end);
            rest = after;
            if tag[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') {
                return Some(tag);
            }
        }
    })
}

/// The length of the tag that a text starts with.
fn tag_end(text: &str) -> usize {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    // No tag: what follows the bracket may have one.
    1
}

/// The names and values of a tag's attributes. A value stands as it is written, without quotes.
pub(super) fn attributes(tag: &str) -> impl Iterator<Item = (&str, &str)> {
    let inside = tag.strip_suffix('>').unwrap_or(tag);
    let mut rest = inside.find(|c: char| c.is_ascii_whitespace()).map_or("", |at| &inside[at..]);
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        let end = rest.find(|c: char| c.is_ascii_whitespace() || c == '=').unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let trimmed = after.trim_start();
        let Some(value) = trimmed.strip_prefix('=') else {
            rest = after;
            return (!name.is_empty()).then_some((name, ""));
        };
        let value = value.trim_start();
        let (value, after) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
            _ => {
                value.split_at(value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len()))
            }
        };
        rest = after;
        Some((name, value))
    })
}
