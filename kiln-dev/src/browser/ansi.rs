//! Removes the colors of terminals from text.

/// Removes escape sequences, and escapes other control characters except for line breaks and tabs.
pub(crate) fn stripped(text: &str) -> String {
    let mut stripped = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\x1b' => skip_sequence(&mut characters),
            '\n' | '\t' => stripped.push(c),
            '\r' if characters.peek() == Some(&'\n') => {}
            c if c.is_control() => stripped.extend(c.escape_default()),
            c => stripped.push(c),
        }
    }
    stripped
}

/// Skips the rest of a sequence: `[…m` of colors, and `]…` with its end of links.
fn skip_sequence(characters: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    match characters.next() {
        Some('[') => {
            characters.find(|c| ('@'..='~').contains(c));
        }
        Some(']') => {
            while let Some(c) = characters.next() {
                if c == '\x07' {
                    return;
                }
                if c == '\x1b' {
                    characters.next();
                    return;
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colors_and_links_are_removed() {
        for (text, expected) in [
            ("\x1b[1m\x1b[38;5;9merror\x1b[0m: no", "error: no"),
            ("\x1b]8;;https://a\x1b\\E0308\x1b]8;;\x1b\\", "E0308"),
            ("a\r\n\tb\x07", "a\n\tb\\u{7}"),
            ("a\x1b", "a"),
        ] {
            assert_eq!(stripped(text), expected, "{text:?}");
        }
    }
}
