//! Code blocks, as they stand in Markdown.

use std::ops::RangeInclusive;

use pulldown_cmark_escape::{escape_html, escape_html_body_text};

/// A code block of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeBlock {
    /// The language as it is written behind the fence, or nothing.
    pub language: String,
    /// The code.
    pub code: String,
    /// What `title="…"` behind the fence says, usually the name of a file.
    pub title: Option<String>,
    marked: Vec<RangeInclusive<usize>>,
}

impl CodeBlock {
    /// Reads what stands behind a fence, such as `rust {2,4-6} title="src/main.rs"`.
    pub(super) fn new(info: &str, code: String) -> Self {
        let end = info.find(|c: char| c.is_whitespace() || c == '{').unwrap_or(info.len());
        let (language, rest) = info.split_at(end);
        if rest.is_empty() {
            return CodeBlock { language: language.to_owned(), code, title: None, marked: vec![] };
        }
        let title = rest
            .split_once("title=\"")
            .and_then(|(before, rest)| Some((before, rest.split_once('"')?)));
        // The marks may stand on both sides of a title, which may have braces itself.
        let around = match title {
            Some((before, (_, after))) => format!("{before} {after}"),
            None => rest.to_owned(),
        };
        let marks = around.split_once('{').and_then(|(_, rest)| rest.split_once('}'));
        CodeBlock {
            language: language.to_owned(),
            code,
            title: title.map(|(_, (title, _))| title.to_owned()),
            marked: marks
                .map_or_else(Vec::new, |(marks, _)| marks.split(',').filter_map(lines).collect()),
        }
    }

    /// Returns true if and only if a line, counted from 1, is one that `{2,4-6}` marks.
    pub fn is_marked(&self, line: usize) -> bool {
        self.marked.iter().any(|lines| lines.contains(&line))
    }

    /// What its HTML depends on.
    #[cfg(feature = "highlight")]
    pub(super) fn key(&self) -> [String; 3] {
        [self.language.clone(), format!("{:?} {:?}", self.title, self.marked), self.code.clone()]
    }

    /// The block without colors.
    pub(super) fn plain(&self) -> String {
        let mut html = String::with_capacity(self.code.len() * 9 / 8 + 64);
        html.push_str("<pre><code");
        self.push_class(&mut html);
        html.push('>');
        let _ = escape_html_body_text(&mut html, &self.code);
        html.push_str("</code></pre>\n");
        html
    }

    /// Writes the class that names the language.
    pub(super) fn push_class(&self, html: &mut String) {
        if !self.language.is_empty() {
            html.push_str(" class=\"language-");
            let _ = escape_html(&mut *html, &self.language);
            html.push('"');
        }
    }
}

/// Reads `2` or `4-6`.
fn lines(text: &str) -> Option<RangeInclusive<usize>> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    Some(first.trim().parse().ok()?..=last.trim().parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fences_are_read() {
        for (info, language, title, marked) in [
            ("", "", None, &[][..]),
            ("rust", "rust", None, &[]),
            ("rust,ignore", "rust,ignore", None, &[]),
            ("rust {2,4-6} title=\"src/main.rs\"", "rust", Some("src/main.rs"), &[2, 4, 5, 6]),
            ("rust title=\"a {b}.rs\" {1}", "rust", Some("a {b}.rs"), &[1]),
            ("js{ 1 - 2 , 9 }", "js", None, &[1, 2, 9]),
            ("{3}", "", None, &[3]),
            ("rust {x,6-4,-} other=\"1\"", "rust", None, &[]),
            ("rust {1", "rust", None, &[]),
        ] {
            let block = CodeBlock::new(info, String::new());
            assert_eq!(
                (block.language.as_str(), block.title.as_deref()),
                (language, title),
                "{info}"
            );
            let found: Vec<usize> = (1..10).filter(|line| block.is_marked(*line)).collect();
            assert_eq!(found, marked, "{info}");
        }
    }
}
