//! File names that other systems do not allow: a site is also unpacked, cloned and copied there.

use std::fmt;

/// Why Windows does not allow a name, in words that follow `where`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refusal<'a> {
    Character(char),
    Device(&'a str),
    Ending(&'static str),
}

impl fmt::Display for Refusal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Character(c) => write!(f, "a name cannot contain a `{c}`"),
            Refusal::Device(stem) => write!(f, "`{stem}` is a device, with any extension"),
            Refusal::Ending(what) => write!(f, "a name cannot end in a {what}"),
        }
    }
}

/// Why Windows does not allow the name of a file, with `/` between its folders; `None` if it does.
///
/// It is called for every file of a site, so valid names are scanned once and not copied.
pub(crate) fn refusal(name: &str) -> Option<Refusal<'_>> {
    let is_refused = |byte: &u8| IS_REFUSED[usize::from(*byte)];
    // Scanning all bytes is faster than stopping at the first match.
    if name.bytes().fold(false, |any, byte| any | is_refused(&byte)) {
        return name.bytes().find(is_refused).map(|byte| Refusal::Character(char::from(byte)));
    }
    name.as_bytes().split(|byte| *byte == b'/').find_map(|component| match component {
        [.., b'.'] => Some(Refusal::Ending("dot")),
        [.., b' '] => Some(Refusal::Ending("space")),
        // Few names start like a device.
        [b'A' | b'C' | b'L' | b'N' | b'P' | b'a' | b'c' | b'l' | b'n' | b'p', _, _, ..] => {
            device(component).map(Refusal::Device)
        }
        _ => None,
    })
}

/// The bytes that no name contains.
const IS_REFUSED: [bool; 256] = {
    let refused = b"<>:\"|?*";
    let (mut is_refused, mut at) = ([false; 256], 0);
    while at < refused.len() {
        is_refused[refused[at] as usize] = true;
        at += 1;
    }
    is_refused
};

/// The device that a name refers to: the text before the first dot, without trailing spaces.
fn device(component: &[u8]) -> Option<&str> {
    let stem = component.split(|byte| *byte == b'.').next().unwrap_or_default();
    let stem = std::str::from_utf8(stem).ok()?.trim_end_matches(' ');
    let names = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];
    if names.iter().any(|name| stem.eq_ignore_ascii_case(name)) {
        return Some(stem);
    }
    let (port, number) = stem.split_at_checked(3)?;
    let is_port = port.eq_ignore_ascii_case("COM") || port.eq_ignore_ascii_case("LPT");
    let mut number = number.chars();
    let is_numbered = matches!(number.next()?, '0'..='9' | '\u{b9}' | '\u{b2}' | '\u{b3}')
        && number.next().is_none();
    (is_port && is_numbered).then_some(stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_refuses_devices_endings_and_characters() {
        let table = [
            ("con", "`con` is a device, with any extension"),
            ("nul.txt", "`nul` is a device, with any extension"),
            ("a/CON .tar.gz", "`CON` is a device, with any extension"),
            ("prn/index.html", "`prn` is a device, with any extension"),
            ("Aux.html", "`Aux` is a device, with any extension"),
            ("com0", "`com0` is a device, with any extension"),
            ("LPT9.x", "`LPT9` is a device, with any extension"),
            ("COM\u{b9}", "`COM\u{b9}` is a device, with any extension"),
            ("lpt\u{b3}.html", "`lpt\u{b3}` is a device, with any extension"),
            ("conin$", "`conin$` is a device, with any extension"),
            ("CONOUT$.log", "`CONOUT$` is a device, with any extension"),
            ("a.", "a name cannot end in a dot"),
            ("a./index.html", "a name cannot end in a dot"),
            ("a../b", "a name cannot end in a dot"),
            ("a ", "a name cannot end in a space"),
            ("a /b", "a name cannot end in a space"),
            ("10:30.html", "a name cannot contain a `:`"),
            ("why?/index.html", "a name cannot contain a `?`"),
            ("a<b", "a name cannot contain a `<`"),
            ("a>b", "a name cannot contain a `>`"),
            ("a\"b", "a name cannot contain a `\"`"),
            ("a|b", "a name cannot contain a `|`"),
            ("*", "a name cannot contain a `*`"),
        ];
        for (name, reason) in table {
            assert_eq!(refusal(name).map(|r| r.to_string()).as_deref(), Some(reason), "{name:?}");
        }
    }

    #[test]
    fn windows_takes_all_other_names() {
        for name in [
            "",
            "index.html",
            "a/b.c/d",
            ".nul",
            " con",
            "con-a",
            "con_.txt",
            "console.html",
            "a.con",
            "a.nul/b",
            "com",
            "com10",
            "coma",
            "com\u{2074}",
            "com1a.txt",
            "lp\u{e9}",
            "\u{e9}",
            "au",
            "..a",
            " a",
            "aux\u{e9}",
            "conin",
            "conin$$",
        ] {
            assert_eq!(refusal(name), None, "{name:?}");
        }
    }
}
