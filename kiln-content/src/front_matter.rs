//! Splits a Markdown file into its front matter and its text.

use std::ops::Range;

use crate::data::{Format, Problem};

/// The largest front matter, in bytes.
const MAX_BYTES: usize = 1 << 20;

/// The parts of a Markdown file, as ranges of bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Split {
    /// The front matter between its fences, and its format; `None` without one.
    pub(crate) front: Option<(Format, Range<usize>)>,
    pub(crate) body: Range<usize>,
}

/// Splits a file, which has no byte order mark, into front matter and body.
///
/// A fence is a line `---` for YAML or `+++` for TOML, which may end in spaces. The first must be the first line.
///
/// # Errors
///
/// Fails if the second fence is missing, or the front matter is too large.
pub(crate) fn split(text: &str) -> Result<Split, Problem> {
    let first = text.split_inclusive('\n').next().unwrap_or_default();
    let format = match first.trim_end() {
        "---" => Format::Yaml,
        "+++" => Format::Toml,
        _ => return Ok(Split { front: None, body: 0..text.len() }),
    };
    let fence = first.trim_end();
    let mut at = first.len();
    for line in text[first.len()..].split_inclusive('\n') {
        if line.trim_end() == fence {
            let front = first.len()..at;
            if front.len() > MAX_BYTES {
                let problem = Problem::at(0..fence.len(), "the front matter is larger than 1 MiB");
                return Err(problem.hint("move the data to a file of its own"));
            }
            return Ok(Split { front: Some((format, front)), body: at + line.len()..text.len() });
        }
        at += line.len();
    }
    let problem = Problem::at(0..fence.len(), "the front matter has no end");
    Err(problem.hint(format!("write a line `{fence}` after it")))
}

/// A text without the byte order mark that some editors put in front of it.
pub(crate) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_split_at_their_fences() {
        let cases = [
            ("---\na: 1\n---\nText\n", Some((Format::Yaml, "a: 1\n")), "Text\n"),
            ("+++\na = 1\n+++\nText", Some((Format::Toml, "a = 1\n")), "Text"),
            ("---\r\na: 1\r\n---\r\nText", Some((Format::Yaml, "a: 1\r\n")), "Text"),
            ("--- \t\na: 1\n---  \nText", Some((Format::Yaml, "a: 1\n")), "Text"),
            ("---\n---\n", Some((Format::Yaml, "")), ""),
            ("---\na: 1\n---", Some((Format::Yaml, "a: 1\n")), ""),
            ("---\na: b---\n---\n---\n", Some((Format::Yaml, "a: b---\n")), "---\n"),
            ("---\na: |\n  ---\n---\nText", Some((Format::Yaml, "a: |\n  ---\n")), "Text"),
            ("Text\n---\n", None, "Text\n---\n"),
            ("----\n", None, "----\n"),
            ("", None, ""),
        ];
        for (text, front, body) in cases {
            let split = split(text).expect(text);
            let found = split.front.map(|(format, range)| (format, &text[range]));
            assert_eq!((found, &text[split.body]), (front, body), "{text:?}");
        }
    }

    #[test]
    fn an_open_front_matter_is_a_mistake() {
        for text in ["---\na: 1\n", "---", "+++\na = 1\n---\n"] {
            let problem = split(text).expect_err(text);
            assert_eq!(problem.range, 0..3);
            let hint = problem.hint.expect("a hint");
            assert!(hint.contains(&text[..3]), "{hint}");
        }
        let large = format!("---\na: {}\n---\n", "x".repeat(MAX_BYTES));
        assert!(split(&large).is_err());
    }
}
