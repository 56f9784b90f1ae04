//! Writes XML: elements with escaped text and attributes.

use std::fmt::{self, Display, Write};

/// An XML document, element by element.
#[derive(Debug)]
pub(crate) struct XmlWriter {
    text: String,
}

impl XmlWriter {
    /// Starts a document with its declaration.
    pub(crate) fn new() -> Self {
        XmlWriter { text: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned() }
    }

    /// Starts a part of a document.
    pub(crate) fn fragment() -> Self {
        XmlWriter { text: String::new() }
    }

    /// Opens an element.
    pub(crate) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes);
        self.text.push('>');
    }

    /// Closes an element.
    pub(crate) fn close(&mut self, name: &str) {
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push('>');
    }

    /// Writes an element that contains only text.
    pub(crate) fn element(&mut self, name: &str, text: impl Display) {
        self.element_with(name, &[], text);
    }

    /// Writes an element with attributes that contains only text.
    pub(crate) fn element_with(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
        text: impl Display,
    ) {
        self.open(name, attributes);
        // Writing to a string cannot fail.
        let _ = write!(Escaped(&mut self.text), "{text}");
        self.close(name);
    }

    /// Writes an element without content.
    pub(crate) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes);
        self.text.push_str("/>");
    }

    /// Breaks the line, which makes a file of many elements readable.
    pub(crate) fn line(&mut self) {
        self.text.push('\n');
    }

    /// The document.
    pub(crate) fn finish(self) -> String {
        self.text
    }

    fn tag(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.text.push('<');
        self.text.push_str(name);
        for (name, value) in attributes {
            self.text.push(' ');
            self.text.push_str(name);
            self.text.push_str("=\"");
            let _ = Escaped(&mut self.text).write_str(value);
            self.text.push('"');
        }
    }
}

/// Escapes what is written to it, for text and for attributes in double quotes. Characters that XML 1.0 cannot contain,
/// even as references, are dropped.
struct Escaped<'a>(&'a mut String);

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                // Parsers read a bare one as a line feed.
                '\r' => self.0.push_str("&#13;"),
                c if is_invalid(c) => {}
                c => self.0.push(c),
            }
        }
        Ok(())
    }
}

/// Returns true if and only if [XML 1.0](https://www.w3.org/TR/xml/#charsets) does not allow a character.
fn is_invalid(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_attributes_are_escaped() {
        for (text, expected) in [
            ("plain \u{e9} \u{1f600}", "plain \u{e9} \u{1f600}"),
            ("<b>\"&'</b>", "&lt;b&gt;&quot;&amp;'&lt;/b&gt;"),
            ("]]>", "]]&gt;"),
            ("a\0\u{1}\u{8}\u{b}\u{c}\u{e}\u{1f}\u{fffe}\u{ffff}b", "ab"),
            ("tab\tline\nreturn\r", "tab\tline\nreturn&#13;"),
            ("\u{1b}[2J", "[2J"),
            (
                "</source><source url=\"https://evil\">",
                "&lt;/source&gt;&lt;source url=&quot;https://evil&quot;&gt;",
            ),
        ] {
            let mut xml = XmlWriter::new();
            xml.element_with("a", &[("b", text)], text);
            let document = xml.finish();
            let (_, element) = document.split_once('\n').expect("a declaration");
            assert_eq!(element, format!("<a b=\"{expected}\">{expected}</a>"));
        }
    }
}
