//! A mistake in the source of a site: where it is, which rule it breaks, and what to write instead.

use std::fmt;
use std::ops::Range;

use proc_macro2::Span;

/// A mistake in a site's source.
///
/// The message is lower case and names the rule that is broken; the hint says what to type. The order of
/// the fields is the order in which mistakes are shown: by file, then by position.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Diagnostic {
    /// Relative to the site's folder, with `/` on every system.
    file: String,
    place: Option<Place>,
    message: String,
    hint: Option<String>,
}

/// A place in a file, and the text that stands there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    /// From 1.
    line: usize,
    /// From 1, in characters.
    column: usize,
    /// The line, or the name of the file where the mistake is in the name.
    excerpt: String,
    /// How many characters of the excerpt stand before those that are marked.
    indent: usize,
    /// How many characters are marked; where there is none, a caret shows the place.
    width: usize,
    /// What stands at the left of the excerpt: its line number, or nothing for a name.
    gutter: String,
}

impl Diagnostic {
    /// A mistake that has no place in a text: a file that is missing, or cannot be read.
    pub(crate) fn whole_file(file: &str, message: impl Into<String>) -> Self {
        Diagnostic { file: file.to_owned(), place: None, message: message.into(), hint: None }
    }

    /// A file that is there, and cannot be read as text.
    pub(crate) fn unreadable(file: &str, error: &std::io::Error) -> Self {
        let (reason, hint) = match error.kind() {
            std::io::ErrorKind::InvalidData => {
                ("it is not valid UTF-8".to_owned(), "save the file as UTF-8")
            }
            std::io::ErrorKind::PermissionDenied => {
                (error.to_string(), "give the user who builds the right to read it")
            }
            std::io::ErrorKind::NotFound => {
                ("it is a link that leads nowhere".to_owned(), "mend the link, or take it away")
            }
            _ => (error.to_string(), "replace it by a file that can be read, or take it away"),
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
        let place = Place {
            line,
            column: marked.start + 1,
            excerpt: excerpt.to_owned(),
            indent: marked.start,
            width: marked.len(),
            gutter: line.to_string(),
        };
        Diagnostic { place: Some(place), ..Self::whole_file(file, message) }
    }

    /// A mistake in the name of a file, at a range of its bytes.
    ///
    /// Its position is the head of the file, since an editor that opens it has nothing nearer to show.
    pub(crate) fn in_name(file: &str, bytes: Range<usize>, message: impl Into<String>) -> Self {
        let place = Place {
            line: 1,
            column: 1,
            excerpt: file.to_owned(),
            indent: file[..bytes.start].chars().count(),
            width: file[bytes].chars().count(),
            gutter: String::new(),
        };
        Diagnostic { place: Some(place), ..Self::whole_file(file, message) }
    }

    /// Adds what to write instead.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl Diagnostic {
    /// What is shown where there is room for one line: the place, the message and the hint.
    pub(crate) fn in_one_line(&self) -> String {
        let mut shown = printable(&self.file);
        if let Some(Place { line, column, .. }) = &self.place {
            shown = format!("{shown}:{line}:{column}");
        }
        shown = format!("{shown}: {}", printable(&self.message));
        match &self.hint {
            Some(hint) => format!("{shown} (hint: {})", printable(hint)),
            None => shown,
        }
    }
}

/// The line and the column of a byte of a text, each from 1; the column in characters.
pub(crate) fn position(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = printable(&self.file);
        match &self.place {
            None => write!(f, "{file}: {}", printable(&self.message))?,
            Some(place) => {
                writeln!(
                    f,
                    "{file}:{}:{}: {}",
                    place.line,
                    place.column,
                    printable(&self.message)
                )?;
                place.fmt(f)?;
            }
        }
        if let Some(hint) = &self.hint {
            write!(f, "\nhint: {}", printable(hint))?;
        }
        Ok(())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { excerpt, indent, width, gutter, .. } = self;
        let margin = " ".repeat(gutter.len());
        // A tab is as wide as the reader's terminal likes: one space keeps the carets in line.
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

/// Text with the characters made visible that would write to the reader's terminal, or turn the order of what
/// stands around them: names of files are shown by it, and named in comments of the generated code.
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

/// Control characters, line separators, and those that have no width or set the direction of text.
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
    fn carets_stand_below_what_is_shown() {
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
