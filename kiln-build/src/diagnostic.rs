//! A mistake in the source of a site: its position, the broken rule, and what to write instead.

use std::fmt;
use std::ops::Range;

use proc_macro2::Span;

/// A mistake in a site's source.
///
/// The message is lower case and names the broken rule; the hint says what to type. The order of the fields is the
/// order of the report: by file, then by position.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Diagnostic {
    /// Relative to the site's folder, with `/` on every system.
    file: String,
    location: Option<Location>,
    message: String,
    hint: Option<String>,
}

/// A position in a file, and the text there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Location {
    /// From 1.
    line: usize,
    /// From 1, in characters.
    column: usize,
    /// The line, or the name of the file if the mistake is in the name.
    excerpt: String,
    /// The number of characters before the marked ones.
    indent: usize,
    /// The number of marked characters. If it is zero, a caret shows the position.
    width: usize,
    /// The text to the left of the excerpt: the line number, or nothing for a name.
    gutter: String,
}

impl Diagnostic {
    /// A mistake without a position: a file that is missing or cannot be read.
    pub(crate) fn whole_file(file: &str, message: impl Into<String>) -> Self {
        Diagnostic { file: file.to_owned(), location: None, message: message.into(), hint: None }
    }

    /// An existing file that cannot be read as text.
    pub(crate) fn unreadable(file: &str, error: &std::io::Error) -> Self {
        let (reason, hint) = match error.kind() {
            std::io::ErrorKind::InvalidData => {
                ("it is not valid UTF-8".to_owned(), "save the file as UTF-8")
            }
            std::io::ErrorKind::PermissionDenied => {
                (error.to_string(), "make it readable for the user who builds the site")
            }
            std::io::ErrorKind::NotFound => {
                ("it is a broken link".to_owned(), "repair or remove the link")
            }
            _ => (error.to_string(), "replace it with a readable file, or remove it"),
        };
        Self::whole_file(file, format!("cannot be read: {reason}")).hint(hint)
    }

    /// A mistake at a span of a file that syn parsed.
    pub(crate) fn at(file: &str, text: &str, span: Span, message: impl Into<String>) -> Self {
        let (start, end) = (span.start(), span.end());
        let excerpt = text.lines().nth(start.line - 1).unwrap_or_default();
        let end = if end.line == start.line { end.column } else { excerpt.chars().count() };
        Self::in_line(file, start.line, excerpt, start.column..end, message)
    }

    /// A mistake at a range of bytes of a text.
    pub(crate) fn at_bytes(
        file: &str,
        text: &str,
        bytes: Range<usize>,
        message: impl Into<String>,
    ) -> Self {
        let (line, column) = position(text, bytes.start);
        let excerpt = text.lines().nth(line - 1).unwrap_or_default();
        let marked = text.get(bytes).and_then(|marked| marked.lines().next()).unwrap_or_default();
        let marked = column - 1..column - 1 + marked.chars().count();
        Self::in_line(file, line, excerpt, marked, message)
    }

    fn in_line(
        file: &str,
        line: usize,
        excerpt: &str,
        marked: Range<usize>,
        message: impl Into<String>,
    ) -> Self {
        let location = Location {
            line,
            column: marked.start + 1,
            excerpt: excerpt.to_owned(),
            indent: marked.start,
            width: marked.len(),
            gutter: line.to_string(),
        };
        Diagnostic { location: Some(location), ..Self::whole_file(file, message) }
    }

    /// A mistake in the name of a file, at a range of its bytes.
    ///
    /// Its position is the start of the file, since an editor that opens it has nothing closer to show.
    pub(crate) fn in_name(file: &str, bytes: Range<usize>, message: impl Into<String>) -> Self {
        let location = Location {
            line: 1,
            column: 1,
            excerpt: file.to_owned(),
            indent: file[..bytes.start].chars().count(),
            width: file[bytes].chars().count(),
            gutter: String::new(),
        };
        Diagnostic { location: Some(location), ..Self::whole_file(file, message) }
    }

    /// The file, relative to the site's folder.
    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    /// Adds what to write instead.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl Diagnostic {
    /// The diagnostic on a single line: the position, the message and the hint.
    pub(crate) fn in_one_line(&self) -> String {
        let mut shown = printable(&self.file);
        if let Some(Location { line, column, .. }) = &self.location {
            shown = format!("{shown}:{line}:{column}");
        }
        shown = format!("{shown}: {}", printable(&self.message));
        match &self.hint {
            Some(hint) => format!("{shown} (hint: {})", printable(hint)),
            None => shown,
        }
    }
}

/// The line and the column of a byte, both counted from 1; the column in characters.
pub(crate) fn position(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = printable(&self.file);
        match &self.location {
            None => write!(f, "{file}: {}", printable(&self.message))?,
            Some(location) => {
                writeln!(
                    f,
                    "{file}:{}:{}: {}",
                    location.line,
                    location.column,
                    printable(&self.message)
                )?;
                location.fmt(f)?;
            }
        }
        if let Some(hint) = &self.hint {
            write!(f, "\nhint: {}", printable(hint))?;
        }
        Ok(())
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Location { excerpt, indent, width, gutter, .. } = self;
        let margin = " ".repeat(gutter.len());
        // The width of a tab depends on the terminal. A single space keeps the carets aligned.
        let shown =
            |c: char| if c == '\t' { " ".into() } else { printable(c.encode_utf8(&mut [0; 4])) };
        let shown: Vec<String> = excerpt.chars().map(shown).collect();
        let columns =
            |chars: &[String]| chars.iter().map(|shown| shown.chars().count()).sum::<usize>();
        let (before, rest) = shown.split_at((*indent).min(shown.len()));
        let (marked, _) = rest.split_at((*width).min(rest.len()));
        writeln!(f, "{margin} |")?;
        writeln!(f, "{}", format!("{gutter} | {}", shown.concat()).trim_end())?;
        write!(
            f,
            "{margin} | {}{}",
            " ".repeat(columns(before)),
            "^".repeat(columns(marked).max(1))
        )
    }
}

/// Escapes characters that would control the reader's terminal or reorder the surrounding text. File names are escaped
/// with it, also in comments of the generated code.
pub(crate) fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match is_unseen(c) {
            true => shown.extend(c.escape_default()),
            false => shown.push(c),
        }
    }
    shown
}

/// Control characters, line separators, and characters that are invisible or set the direction of text.
fn is_unseen(c: char) -> bool {
    let is_format = matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
    );
    c.is_control() || is_format
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_a_range_of_bytes_in_its_line() {
        let text = "site = 1\nbäse = \"x\"\n";
        let shown = Diagnostic::at_bytes("kiln.toml", text, 9..14, "unknown key `bäse`")
            .hint("write `base`")
            .to_string();
        assert_eq!(
            shown,
            "kiln.toml:2:1: unknown key `bäse`\n  |\n2 | bäse = \"x\"\n  | ^^^^\nhint: write `base`"
        );
    }

    #[test]
    fn marks_a_part_of_a_name() {
        let shown =
            Diagnostic::in_name("src/pages/[].rs", 10..12, "a param has no name").to_string();
        assert_eq!(
            shown,
            "src/pages/[].rs:1:1: a param has no name\n |\n | src/pages/[].rs\n |           ^^"
        );
    }

    #[test]
    fn carets_are_below_the_marked_text() {
        let shown = Diagnostic::in_name("a\n\u{202e}b", 2..5, "no").to_string();
        assert_eq!(shown, "a\\n\\u{202e}b:1:1: no\n |\n | a\\n\\u{202e}b\n |    ^^^^^^^^");
        let shown = Diagnostic::at_bytes("a", "\t\tx = 1\r\n", 2..3, "no").to_string();
        assert_eq!(shown, "a:1:3: no\n  |\n1 |   x = 1\n  |   ^");
        let shown = Diagnostic::at_bytes("a", "x =", 3..3, "no").to_string();
        assert_eq!(shown, "a:1:4: no\n  |\n1 | x =\n  |    ^");
    }

    #[test]
    fn a_name_cannot_write_to_the_terminal() {
        let shown = Diagnostic::whole_file("a\u{1b}[2Jb\n.rs", "no").to_string();
        assert_eq!(shown, "a\\u{1b}[2Jb\\n.rs: no");
    }

    #[test]
    fn sorts_by_file_and_position() {
        let at = |line| Diagnostic::at_bytes("b.rs", &"\n".repeat(12), line..line, "x");
        let mut all = vec![at(10), at(2), Diagnostic::whole_file("a.rs", "z")];
        all.sort();
        assert_eq!(all, [Diagnostic::whole_file("a.rs", "z"), at(2), at(10)]);
    }
}
