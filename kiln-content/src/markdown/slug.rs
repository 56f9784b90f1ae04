//! The ids of headings, as GitHub makes them.

use std::collections::BTreeMap;

use unicode_normalization::char::is_combining_mark;

/// The first characters of the blocks of ten decimal digits in Unicode.
const ZEROS: [char; 66] = [
    '\u{30}',
    '\u{660}',
    '\u{6f0}',
    '\u{7c0}',
    '\u{966}',
    '\u{9e6}',
    '\u{a66}',
    '\u{ae6}',
    '\u{b66}',
    '\u{be6}',
    '\u{c66}',
    '\u{ce6}',
    '\u{d66}',
    '\u{de6}',
    '\u{e50}',
    '\u{ed0}',
    '\u{f20}',
    '\u{1040}',
    '\u{1090}',
    '\u{17e0}',
    '\u{1810}',
    '\u{1946}',
    '\u{19d0}',
    '\u{1a80}',
    '\u{1a90}',
    '\u{1b50}',
    '\u{1bb0}',
    '\u{1c40}',
    '\u{1c50}',
    '\u{a620}',
    '\u{a8d0}',
    '\u{a900}',
    '\u{a9d0}',
    '\u{a9f0}',
    '\u{aa50}',
    '\u{abf0}',
    '\u{ff10}',
    '\u{104a0}',
    '\u{10d30}',
    '\u{11066}',
    '\u{110f0}',
    '\u{11136}',
    '\u{111d0}',
    '\u{112f0}',
    '\u{11450}',
    '\u{114d0}',
    '\u{11650}',
    '\u{116c0}',
    '\u{11730}',
    '\u{118e0}',
    '\u{11950}',
    '\u{11c50}',
    '\u{11d50}',
    '\u{11da0}',
    '\u{16a60}',
    '\u{16ac0}',
    '\u{16b50}',
    '\u{1d7ce}',
    '\u{1d7d8}',
    '\u{1d7e2}',
    '\u{1d7ec}',
    '\u{1d7f6}',
    '\u{1e140}',
    '\u{1e2f0}',
    '\u{1e950}',
    '\u{1fbf0}',
];

/// Punctuation that connects words, such as `_`.
const CONNECTORS: [char; 10] = [
    '_', '\u{203f}', '\u{2040}', '\u{2054}', '\u{fe33}', '\u{fe34}', '\u{fe4d}', '\u{fe4e}',
    '\u{fe4f}', '\u{ff3f}',
];

/// The id of a heading that has no rival: in lower case, with `-` for spaces, and without punctuation.
pub(super) fn slug(text: &str) -> String {
    if text.is_ascii() {
        let mut slug = String::with_capacity(text.len());
        slug.extend(text.bytes().filter_map(ascii));
        return slug;
    }
    let lower = text.chars().flat_map(char::to_lowercase);
    lower.filter(|c| is_kept(*c)).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// What becomes of a byte of ASCII.
fn ascii(byte: u8) -> Option<char> {
    let kept = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    match byte {
        b' ' => Some('-'),
        byte => kept.then(|| char::from(byte.to_ascii_lowercase())),
    }
}

fn is_kept(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '_');
    }
    c.is_alphabetic() || is_combining_mark(c) || CONNECTORS.contains(&c) || is_digit(c)
}

fn is_digit(c: char) -> bool {
    let blocks = ZEROS.partition_point(|zero| *zero <= c);
    blocks > 0 && u32::from(c) - u32::from(ZEROS[blocks - 1]) < 10
}

/// The ids of one text.
#[derive(Default)]
pub(super) struct Ids(BTreeMap<String, usize>);

impl Ids {
    /// Adds an id as it is. Returns true if and only if it is new.
    pub(super) fn add(&mut self, id: &str) -> bool {
        self.0.insert(id.to_owned(), 0).is_none()
    }

    /// The id of a heading with a slug. Where nothing is left of a heading, GitHub's ids are the empty one, `-1`, `-2` and so on. An
    /// element cannot have the empty one, so it is `-`.
    pub(super) fn of_heading(&mut self, slug: &str) -> String {
        match slug.is_empty() && !self.0.contains_key("") {
            true => {
                self.add("");
                self.unique("-")
            }
            false => self.unique(slug),
        }
    }

    /// Makes an id unique with `-1`, `-2` and so on.
    pub(super) fn unique(&mut self, id: &str) -> String {
        let mut unique = id.to_owned();
        while self.0.contains_key(&unique) {
            let count = self.0.entry(id.to_owned()).or_default();
            *count += 1;
            unique = format!("{id}-{count}");
        }
        self.0.insert(unique.clone(), 0);
        unique
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(headings: &[(&str, &str)]) {
        let mut ids = Ids::default();
        for (heading, expected) in headings {
            assert_eq!(ids.of_heading(&slug(heading)), *expected, "{heading}");
        }
    }

    #[test]
    fn characters_are_those_of_github() {
        check(&[
            ("Getting started", "getting-started"),
            ("What's new?", "whats-new"),
            ("a.b.c v1.2.3", "abc-v123"),
            ("C++ & C#", "c--c"),
            ("snake_case and kebab-case", "snake_case-and-kebab-case"),
            ("a  -  b", "a-----b"),
            ("f(x, y) -> [z]", "fx-y---z"),
            ("50 % off!", "50--off"),
            ("\u{1f680} Launch", "-launch"),
            ("Tools \u{1f6e0}\u{fe0f}", "tools-\u{fe0f}"),
            ("你好，世界", "你好世界"),
            ("Überschrift ÄÖÜ ß", "überschrift-äöü-ß"),
            ("ΟΔΟΣ", "οδοσ"),
            ("İstanbul", "i\u{307}stanbul"),
            ("e\u{301}te\u{301}", "e\u{301}te\u{301}"),
            ("हिन्दी", "हिन्दी"),
            ("٣ ३ ３", "٣-३-３"),
            ("x² ½ ① Ⅷ Ⓐ", "x---ⅷ-ⓐ"),
            ("a‿b—c–d", "a‿bcd"),
            ("tab\there", "tabhere"),
        ]);
    }

    #[test]
    fn headings_of_which_nothing_is_left_have_ids() {
        check(&[("???", "-"), ("\u{1f680}", "-1"), ("!", "-2"), ("-", "--1"), ("-1", "-1-1")]);
        check(&[("-", "-"), ("-1", "-1"), ("?", "--1"), ("?", "-2")]);
    }

    #[test]
    fn repeated_ids_are_numbered() {
        check(&[("a", "a"), ("a", "a-1"), ("a", "a-2")]);
        check(&[("a", "a"), ("a", "a-1"), ("a-1", "a-1-1"), ("a", "a-2")]);
        check(&[("a-1", "a-1"), ("a", "a"), ("a", "a-2")]);
        check(&[("A", "a"), ("a!", "a-1"), ("a 1", "a-1-1"), ("a-1", "a-1-2"), ("a", "a-2")]);
    }
}
