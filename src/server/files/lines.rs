//! A sorted map of strings in one buffer, for a million files.

use anyhow::{Context, Result};

/// Lines of a key, a tab and a text, or of a key alone.
#[derive(Debug, Default)]
pub(super) struct Lines {
    buffer: String,
    /// Where the lines start, in the order of their keys.
    starts: Vec<u32>,
}

impl Lines {
    /// Sorts lines, each with its end.
    ///
    /// # Errors
    ///
    /// If they are longer than 4 GiB together.
    pub(super) fn new(mut buffer: String) -> Result<Self> {
        buffer.shrink_to_fit();
        let length = u32::try_from(buffer.len());
        length.context("the names of the site's files are longer together than 4 GiB")?;
        let mut starts = Vec::with_capacity(buffer.lines().count());
        let mut start = 0;
        for line in buffer.split_inclusive('\n') {
            starts.push(start);
            start += u32::try_from(line.len())?;
        }
        starts.sort_unstable_by(|a, b| line(&buffer, *a).0.cmp(line(&buffer, *b).0));
        Ok(Lines { buffer, starts })
    }

    /// Finds the key and the text of a line.
    pub(super) fn find(&self, key: &str) -> Option<(&str, Option<&str>)> {
        let at =
            self.starts.binary_search_by(|start| line(&self.buffer, *start).0.cmp(key)).ok()?;
        Some(line(&self.buffer, self.starts[at]))
    }

    /// All lines, in the order of their keys.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.starts.iter().map(|start| line(&self.buffer, *start))
    }
}

/// The key and the text of the line at an offset.
fn line(buffer: &str, start: u32) -> (&str, Option<&str>) {
    let rest = &buffer[start as usize..];
    let end = rest.find('\n').unwrap_or(rest.len());
    match rest[..end].split_once('\t') {
        Some((key, text)) => (key, Some(text)),
        None => (&rest[..end], None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_by_its_key() {
        let lines = Lines::new("b\tB\tB\na/b\n\u{e9}\n-\t\na\t1\n".into()).expect("few lines");
        for (key, expected) in [
            ("a", Some(("a", Some("1")))),
            ("a/b", Some(("a/b", None))),
            ("b", Some(("b", Some("B\tB")))),
            ("\u{e9}", Some(("\u{e9}", None))),
            ("-", Some(("-", Some("")))),
            ("", None),
            ("a/", None),
            ("A", None),
            ("b\tB", None),
            ("z", None),
        ] {
            assert_eq!(lines.find(key), expected, "{key}");
        }
        let keys: Vec<&str> = lines.iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["-", "a", "a/b", "b", "\u{e9}"]);
        assert_eq!(Lines::default().find("a"), None);
    }
}
