//! The sort key of file names: folder by folder, with names adjacent that some file system treats as equal.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// Ends a component of a key. It sorts before every character of a name, so the files of a folder directly follow it.
const END: u8 = 0;
/// Separates a folded component from its spelling, if they differ.
const SPELLED: u8 = 1;

/// Appends the key of a name. Keys sort as bytes.
///
/// For each component, the key contains the folded name and then the spelling if it differs, so that [`name`] can
/// restore it. The key of a folder is a prefix of the keys of its contents and of nothing else. Names contain no
/// control characters.
pub(crate) fn push(key: &mut Vec<u8>, name: &str) {
    debug_assert!(!name.contains(char::is_control), "{name:?}");
    // Nearly all names. Without branches in the loop, the compiler vectorizes it.
    let is_folded = |so_far: bool, byte: &u8| so_far & byte.is_ascii() & !byte.is_ascii_uppercase();
    if name.as_bytes().iter().fold(true, is_folded) {
        key.extend(name.bytes().map(|byte| if byte == b'/' { END } else { byte }));
        key.push(END);
        return;
    }
    for component in name.split('/') {
        let folded = folded(component);
        key.extend(folded.bytes());
        if *folded != *component {
            key.push(SPELLED);
            key.extend(component.bytes());
        }
        key.push(END);
    }
}

/// The key of a name.
pub(crate) fn of(name: &str) -> Vec<u8> {
    let mut key = Vec::with_capacity(name.len() + 1);
    push(&mut key, name);
    key
}

/// Returns true if and only if a key has a component that is spelled differently.
pub(crate) fn has_spelling(key: &[u8]) -> bool {
    key.contains(&SPELLED)
}

/// Restores the name from a key.
pub(crate) fn name(key: &[u8]) -> String {
    let mut name = Vec::with_capacity(key.len());
    push_name(&mut name, key);
    String::from_utf8(name)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Appends the name from a key.
pub(crate) fn push_name(name: &mut Vec<u8>, key: &[u8]) {
    let key = key.strip_suffix(&[END]).unwrap_or(key);
    // Nearly all names are spelled as they are folded.
    if !has_spelling(key) {
        name.extend(key.iter().map(|byte| if *byte == END { b'/' } else { *byte }));
        return;
    }
    for (at, component) in key.split(|byte| *byte == END).enumerate() {
        let spelling = component.iter().position(|byte| *byte == SPELLED).map_or(0, |at| at + 1);
        name.extend_from_slice(if at > 0 { b"/" } else { b"" });
        name.extend_from_slice(&component[spelling..]);
    }
}

/// The folded name up to and including the first component that two keys spell differently; `None` if they differ in
/// another way.
pub(crate) fn spelled_in_two_ways(a: &[u8], b: &[u8]) -> Option<String> {
    if !has_spelling(a) && !has_spelling(b) {
        return None;
    }
    let mut shared = String::new();
    for (a, b) in a.split(|byte| *byte == END).zip(b.split(|byte| *byte == END)) {
        let folded = |component: &[u8]| {
            let end = component.iter().position(|byte| *byte == SPELLED).unwrap_or(component.len());
            String::from_utf8_lossy(&component[..end]).into_owned()
        };
        if folded(a) != folded(b) {
            return None;
        }
        shared.push_str(&folded(a));
        if a != b {
            return Some(shared);
        }
        shared.push('/');
    }
    None
}

/// A name without case and Unicode form: equal for names that some file system treats as equal.
pub(crate) fn folded(name: &str) -> Cow<'_, str> {
    if !name.is_ascii() {
        return name.nfd().map(fold).collect::<String>().nfc().collect::<String>().into();
    }
    match name.contains(|c: char| c.is_ascii_uppercase()) {
        true => name.to_ascii_lowercase().into(),
        false => name.into(),
    }
}

/// Folds the case of single characters, so that `ss` and `\u{df}` stay different, as on most file systems.
fn fold(c: char) -> char {
    // Its upper-case form is that of the dotted letter, which is a different one.
    if c == '\u{131}' {
        return c;
    }
    let upper = only(c.to_uppercase()).unwrap_or(c);
    only(upper.to_lowercase()).unwrap_or(upper)
}

fn only(mut chars: impl Iterator<Item = char>) -> Option<char> {
    let c = chars.next()?;
    chars.next().is_none().then_some(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 12] = [
        "a",
        "A",
        "a/b",
        "a/B/c",
        "A/b",
        "a-b",
        "a.txt",
        "a b",
        "e\u{301}/x",
        "\u{e9}/x",
        "\u{c9}/x",
        "\u{65e5}\u{672c}/index.html",
    ];

    #[test]
    fn a_key_contains_its_name() {
        for name in NAMES {
            assert_eq!(super::name(&of(name)), name);
        }
    }

    #[test]
    fn the_contents_of_a_folder_directly_follow_its_name() {
        let mut names = NAMES;
        names.sort_by_key(|name| of(name));
        let expected = ["a", "a/b", "a/B/c", "A", "A/b", "a b", "a-b", "a.txt"];
        assert_eq!(names[..expected.len()], expected);
        for (folder, file) in [("a", "a/b"), ("A", "A/b"), ("\u{e9}", "\u{e9}/x")] {
            assert!(of(file).starts_with(&of(folder)), "{file}");
        }
        assert!(!of("a-b").starts_with(&of("a")) && !of("A/b").starts_with(&of("a")));
    }

    #[test]
    fn a_dotless_i_is_a_separate_letter() {
        assert_ne!(folded("k\u{131}r"), folded("kir"));
        assert_eq!(folded("KIR"), folded("kir"));
    }

    #[test]
    fn the_first_difference_of_two_spellings_is_found() {
        let found = |a: &str, b: &str| spelled_in_two_ways(&of(a), &of(b));
        assert_eq!(found("a/b", "A/c").as_deref(), Some("a"));
        assert_eq!(found("x/a/b", "x/A/b").as_deref(), Some("x/a"));
        assert_eq!(found("caf\u{e9}", "cafe\u{301}").as_deref(), Some("caf\u{e9}"));
        assert_eq!(found("A", "A"), None);
        assert_eq!(found("A/b", "A/c"), None);
        assert_eq!(found("a/b", "a/c"), None);
        assert_eq!(found("stra\u{df}e", "strasse"), None);
    }
}
