//! Tags of components: `<Note kind="tip">`, `</Note>` and `<Note />`.

/// The component that is the table of contents.
pub(super) const TOC: &str = "Toc";

/// A tag of a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// The attributes in order; a closing tag has none.
    pub(super) attributes: Vec<(String, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `<Note>`
    Open,
    /// `</Note>`
    Close,
    /// `<Note />`
    Empty,
}

/// Returns true if and only if a name starts with a capital letter and has a small one: `Note`, not `DIV`.
pub(super) fn is_component(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && name.bytes().any(|byte| byte.is_ascii_lowercase())
}

/// The name of the component whose tag a text starts with.
pub(super) fn name(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('<')?;
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
    let follows_name = rest[end..].starts_with([' ', '\t', '\r', '\n', '/', '>']);
    (follows_name && is_component(&rest[..end])).then_some(&rest[..end])
}

impl Tag {
    /// Reads a text that is one tag, and nothing else.
    pub(super) fn parse(text: &str) -> Option<Tag> {
        let name = name(text)?;
        let inside = text.strip_prefix('<')?.strip_suffix('>')?;
        if let Some(inside) = inside.strip_prefix('/') {
            let is_bare = inside[name.len()..].trim().is_empty();
            return is_bare.then(|| Tag {
                name: name.to_owned(),
                kind: Kind::Close,
                attributes: vec![],
            });
        }
        let mut rest = &inside[name.len()..];
        let mut attributes: Vec<(String, String)> = Vec::new();
        loop {
            let trimmed = rest.trim_start();
            let kind = match trimmed {
                "" => Kind::Open,
                "/" => Kind::Empty,
                _ if trimmed.len() == rest.len() => return None,
                _ => {
                    let (attribute, after) = attribute(trimmed)?;
                    if attributes.iter().any(|(name, _)| *name == attribute.0) {
                        return None;
                    }
                    attributes.push(attribute);
                    rest = after;
                    continue;
                }
            };
            return Some(Tag { name: name.to_owned(), kind, attributes });
        }
    }
}

/// Reads the attribute that a text starts with, and returns what follows it.
fn attribute(text: &str) -> Option<((String, String), &str)> {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || "-_:.".contains(c);
    let end = text.find(|c| !is_of_name(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if name.is_empty() {
        return None;
    }
    let Some(value) = rest.strip_prefix('=') else {
        return Some(((name.to_owned(), String::new()), rest));
    };
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (value, rest) = value[1..].split_once(quote)?;
    Some(((name.to_owned(), unescape(value)), rest))
}

/// Replaces the entities that a value needs: of the characters that end it, or that start another.
fn unescape(value: &str) -> String {
    let entities = [
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&#39;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ];
    entities.iter().fold(value.to_owned(), |value, (entity, text)| value.replace(entity, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<String> {
        Tag::parse(text).map(|tag| format!("{} {:?} {:?}", tag.name, tag.kind, tag.attributes))
    }

    #[test]
    fn tags_are_read() {
        for (text, expected) in [
            ("<Note>", Some(r"Note Open []")),
            ("<Note />", Some(r"Note Empty []")),
            ("<Note/>", Some(r"Note Empty []")),
            ("</Note>", Some(r"Note Close []")),
            ("</Note >", Some(r"Note Close []")),
            ("<Ab>", Some(r"Ab Open []")),
            (
                r#"<Note kind="a > b" n='1' open>"#,
                Some(r#"Note Open [("kind", "a > b"), ("n", "1"), ("open", "")]"#),
            ),
            (r#"<Note a="&quot;&amp;lt;"/>"#, Some(r#"Note Empty [("a", "\"&lt;")]"#)),
            // Not tags, or not one tag.
            ("<DIV>", None),
            ("<note>", None),
            ("<Note", None),
            ("<Note>x", None),
            ("<Note></Note>", None),
            ("</Note a=\"b\">", None),
            ("<Note a=b>", None),
            ("<Note a=\"b>", None),
            ("<Note a=\"b\"c=\"d\">", None),
            ("<Note a=\"b\" a=\"d\">", None),
            ("<Note:x>", None),
            ("<Http://example.com>", None),
        ] {
            assert_eq!(shown(text).as_deref(), expected, "{text}");
        }
    }
}
