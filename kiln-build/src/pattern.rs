//! The pattern of a route, read from the name of its page file.
//!
//! This is the only place that knows what brackets mean. Everything after it, at build time and at
//! run time, gets segments and parts as data.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use crate::diagnostic::printable;

/// The longest path of a page, in bytes.
const MAX_PATH: usize = 1024;

/// The paths that a route answers: `/posts/[slug]` as segments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoutePattern {
    /// From the first slash to the last.
    pub segments: Vec<Segment>,
}

/// What stands between two slashes of a pattern: at least one part, and no two params side by side.
pub type Segment = Vec<Part>;

/// A piece of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Literal text, NFC-normalised.
    Text(String),
    /// `[name]`: one value without a slash.
    Param(String),
    /// `[...name]`: any number of segments.
    Rest(String),
}

/// What a pattern is read from: the two differ in the characters that text may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// The name of a page file.
    FileName,
    /// A path in kiln.toml.
    Path,
    /// A piece of an address of another site.
    Url,
}

/// A rule of the grammar that a name breaks, and the bytes of the name that break it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    pub(crate) bytes: Range<usize>,
    pub(crate) message: String,
    pub(crate) hint: String,
}

impl RoutePattern {
    /// Reads the path of a page file below `src/pages`, without its `.rs`: `posts/[slug]`.
    ///
    /// # Errors
    ///
    /// All mistakes of the name, in the order in which they stand there.
    pub(crate) fn parse(stem: &str) -> Result<Self, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let mut segments = Vec::new();
        let mut start = 0;
        for component in stem.split('/') {
            let is_last = start + component.len() == stem.len();
            if !(is_last && component == "index") {
                segments.push(parse_segment(component, start, Origin::FileName, &mut mistakes));
            }
            start += component.len() + 1;
        }
        let pattern = RoutePattern { segments };
        pattern.check_params(stem, &mut mistakes);
        pattern.check_length(stem, &mut mistakes);
        if mistakes.is_empty() { Ok(pattern) } else { Err(mistakes) }
    }

    /// Reads a path of kiln.toml, without the slash at its head: `blog/[...slug]`. A slash at its end says nothing.
    ///
    /// # Errors
    ///
    /// All mistakes of the path, in the order in which they stand there.
    pub(crate) fn parse_path(path: &str) -> Result<Self, Vec<Mistake>> {
        let (pattern, mistakes) = Self::read_path(path);
        if mistakes.is_empty() { Ok(pattern) } else { Err(mistakes) }
    }

    /// Reads a path of kiln.toml with all its mistakes; a bracket that cannot be read is left out.
    pub(crate) fn read_path(path: &str) -> (Self, Vec<Mistake>) {
        let mut mistakes = Vec::new();
        let mut segments = Vec::new();
        let mut start = 0;
        let trimmed = path.strip_suffix('/').unwrap_or(path);
        for component in trimmed.split('/').filter(|_| !trimmed.is_empty()) {
            if matches!(component, "" | "." | "..") {
                mistakes.push(Mistake {
                    bytes: start..(start + component.len()).max(start + 1).min(path.len()),
                    message: match component {
                        "" => "a path has no empty segment".into(),
                        dots => format!("a path has no segment `{dots}`"),
                    },
                    hint: "write the path as the address bar shows it, from the first slash on"
                        .into(),
                });
            } else {
                segments.push(parse_segment(component, start, Origin::Path, &mut mistakes));
            }
            start += component.len() + 1;
        }
        let pattern = RoutePattern { segments };
        pattern.check_params(path, &mut mistakes);
        pattern.check_length(path, &mut mistakes);
        (pattern, mistakes)
    }

    /// Its params in the order of their brackets.
    pub(crate) fn params(&self) -> impl Iterator<Item = &Part> {
        self.segments.iter().flatten().filter(|part| part.name().is_some())
    }

    /// Returns true if and only if it is that of an error page, which answers no path by itself: `404.rs` in any folder, or
    /// `500.rs` at the root.
    pub(crate) fn is_error_page(&self) -> bool {
        let Some((last, folders)) = self.segments.split_last() else { return false };
        match last.as_slice() {
            [Part::Text(text)] => text == "404" || (text == "500" && folders.is_empty()),
            _ => false,
        }
    }

    /// Returns true if and only if the pattern has no param.
    pub(crate) fn is_static(&self) -> bool {
        self.params().next().is_none()
    }

    fn check_length(&self, stem: &str, mistakes: &mut Vec<Mistake>) {
        // Of a dynamic route it is known when its params have values.
        let length = self.to_string().len() - 1;
        if self.is_static() && length > MAX_PATH {
            mistakes.push(Mistake {
                bytes: 0..stem.len(),
                message: format!(
                    "the path of a page has {MAX_PATH} bytes at most, and this one {length}"
                ),
                hint: "give its folders shorter names".into(),
            });
        }
    }

    fn check_params(&self, stem: &str, mistakes: &mut Vec<Mistake>) {
        let params: Vec<&Part> = self.params().collect();
        for (at, part) in params.iter().enumerate() {
            let name = part.name().unwrap_or_default();
            if params[..at].iter().any(|earlier| earlier.name() == Some(name)) {
                mistakes.push(Mistake {
                    bytes: last_bracket(stem, part),
                    message: format!("the param `{name}` is used twice in one route"),
                    hint: "give each bracket a name of its own".into(),
                });
            }
            let is_rest = |part: &&Part| matches!(part, Part::Rest(_));
            if is_rest(part) && params[..at].iter().any(is_rest) {
                mistakes.push(Mistake {
                    bytes: last_bracket(stem, part),
                    message: "a route can have one rest param".into(),
                    hint:
                        "where one ends and the next begins could not be told: keep one `[...name]`"
                            .into(),
                });
            }
        }
    }
}

impl fmt::Display for RoutePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.segments.is_empty() {
            return f.write_str("/");
        }
        for segment in &self.segments {
            f.write_str("/")?;
            segment.iter().try_for_each(|part| part.fmt(f))?;
        }
        Ok(())
    }
}

impl Part {
    /// The name of a param; `None` for text.
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Part::Text(_) => None,
            Part::Param(name) | Part::Rest(name) => Some(name),
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Part::Text(text) => f.write_str(text),
            Part::Param(name) => write!(f, "[{name}]"),
            Part::Rest(name) => write!(f, "[...{name}]"),
        }
    }
}

fn last_bracket(stem: &str, part: &Part) -> Range<usize> {
    let bracket = part.to_string();
    let start = stem.rfind(&bracket).unwrap_or_default();
    start..start + bracket.len()
}

/// Reads the brackets in a piece of an address, slashes and all.
///
/// # Errors
///
/// All mistakes of the brackets, in the order in which they stand there.
pub(crate) fn brackets(url: &str) -> Result<Vec<Part>, Vec<Mistake>> {
    let (parts, mistakes) = read_brackets(url);
    if mistakes.is_empty() { Ok(parts) } else { Err(mistakes) }
}

/// The same with all mistakes; a bracket that cannot be read is left out.
pub(crate) fn read_brackets(url: &str) -> (Vec<Part>, Vec<Mistake>) {
    let mut mistakes = Vec::new();
    let parts = parse_segment(url, 0, Origin::Url, &mut mistakes);
    (parts, mistakes)
}

/// Reads one component of a path; `start` is where it stands in the whole name.
fn parse_segment(
    component: &str,
    start: usize,
    origin: Origin,
    mistakes: &mut Vec<Mistake>,
) -> Segment {
    let mut parts: Segment = Vec::new();
    let mut at = 0;
    while at < component.len() {
        let rest = &component[at..];
        if !rest.starts_with('[') {
            let length = rest.find('[').unwrap_or(rest.len());
            check_text(&rest[..length], start + at, origin, mistakes);
            parts.push(Part::Text(text_of(&rest[..length], origin).nfc().collect()));
            at += length;
            continue;
        }
        let Some(length) = bracket_length(rest) else {
            mistakes.push(unbalanced(start + at..start + component.len(), "`[` is never closed"));
            return parts;
        };
        let bytes = start + at..start + at + length;
        if parts.last().is_some_and(|part| part.name().is_some()) {
            mistakes.push(Mistake {
                bytes: bytes.clone(),
                message: "two params need text between them".into(),
                hint:
                    "where one value ends could not be told: write `[a]-[b]`, or make two folders"
                        .into(),
            });
        }
        match parse_bracket(&rest[1..length - 1]) {
            Ok(part) => parts.push(part),
            // Where all that is inside is at fault, the brackets are marked with it.
            Err(mistake) if mistake.bytes.len() == length - 2 => {
                mistakes.push(Mistake { bytes, ..mistake });
            }
            Err(mistake) => {
                let offset = bytes.start + 1;
                let bytes = offset + mistake.bytes.start..offset + mistake.bytes.end;
                mistakes.push(Mistake { bytes, ..mistake });
            }
        }
        at += length;
    }
    parts
}

/// Text as it is meant: in kiln.toml, `%2A` is a `*` that is no pattern of another tool.
fn text_of(text: &str, origin: Origin) -> Cow<'_, str> {
    if origin != Origin::Path || !text.contains('%') {
        return text.into();
    }
    let mut pieces = text.split('%');
    let mut decoded = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match escaped(piece) {
            Some(c) => decoded.extend([c.encode_utf8(&mut [0; 4]), &piece[2..]]),
            None => decoded.extend(["%", piece]),
        }
    }
    decoded.into()
}

/// The character whose escape goes on with a text, behind its `%`; one of those that other tools write patterns with.
fn escaped(text: &str) -> Option<char> {
    let code = text.get(..2).filter(|code| code.bytes().all(|b| b.is_ascii_hexdigit()))?;
    let c = char::from(u8::from_str_radix(code, 16).ok()?);
    "*:(){}<>$+".contains(c).then_some(c)
}

/// The length of `[…]` at the head of the text, with brackets inside counted; `None` where it never ends.
fn bracket_length(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' if depth == 1 => return Some(at + 1),
            b']' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn unbalanced(bytes: Range<usize>, what: &str) -> Mistake {
    Mistake {
        bytes,
        message: format!("brackets are unbalanced: {what}"),
        hint: "write a param as `[name]`, a rest param as `[...name]`".into(),
    }
}

/// Reads what stands between `[` and `]`; a mistake's bytes are those of the inside.
fn parse_bracket(inside: &str) -> Result<Part, Mistake> {
    let (name, is_rest) = match inside.strip_prefix("...") {
        Some(name) => (name, true),
        None => (inside, false),
    };
    if name.is_empty() {
        return Err(Mistake {
            bytes: 0..inside.len(),
            message: "a param needs a name".into(),
            hint: "write `[name]`, or `[...name]` for a rest param".into(),
        });
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    if let Some((at, c)) = name.char_indices().find(|&(_, c)| !is_plain(c)) {
        let at = inside.len() - name.len() + at;
        let (message, hint) = refused_character(inside, c);
        return Err(Mistake { bytes: at..at + c.len_utf8(), message, hint });
    }
    Ok(if is_rest { Part::Rest(name.into()) } else { Part::Param(name.into()) })
}

/// The rule that a character in a bracket breaks, and what was probably meant.
fn refused_character(inside: &str, c: char) -> (String, String) {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let words = inside.split(|c| !is_plain(c)).filter(|word| !word.is_empty());
    let words: Vec<&str> = words.collect();
    let name = if words.is_empty() { "name".to_owned() } else { words.join("_") };
    let starts_with_dots = inside.starts_with(['.', '\u{2026}']);
    let dots = if inside.starts_with("...") { "..." } else { "" };
    match c {
        '[' => (
            "brackets cannot stand in brackets".into(),
            match inside.contains("...") {
                true => format!("write `[...{name}]`, which also matches no segment at all"),
                false => format!("write `[{name}]`, or `[...{name}]` for one that may be empty"),
            },
        ),
        '.' | '\u{2026}' if starts_with_dots => (
            "a rest param starts with three dots, `...`".into(),
            format!("write `[...{name}]`, or `[{name}]` for one segment"),
        ),
        '(' => (
            "a param has no pattern, and its name cannot hold `(`".into(),
            match inside.split('(').next() {
                Some(name) if !name.is_empty() => {
                    format!("write `[{name}]`, and look at the value in the page")
                }
                _ => format!("write `[{name}]`"),
            },
        ),
        c => (
            format!("a param's name cannot hold `{}`", printable(&c.to_string())),
            match inside.is_ascii() {
                true => format!("write `[{dots}{name}]`: ASCII letters, digits, `_` and `$`"),
                false => "use ASCII letters, digits, `_` and `$`, for example `[post_id]`".into(),
            },
        ),
    }
}

fn check_text(text: &str, start: usize, origin: Origin, mistakes: &mut Vec<Mistake>) {
    // An old address may hold a colon, and no file need be named after it.
    let (what, refused): (_, &[char]) = match origin {
        Origin::FileName => ("a page's name", &['%', '?', '#', ':', '\\']),
        Origin::Path => ("a path", &['%', '?', '#', '\\']),
        Origin::Url => ("an address", &[]),
    };
    for (at, c) in text.char_indices() {
        let bytes = start + at..start + at + c.len_utf8();
        if c == ']' {
            mistakes.push(unbalanced(bytes, "`]` closes nothing"));
        } else if origin == Origin::Path && c == '%' && escaped(&text[at + 1..]).is_some() {
            // It stands for another character.
        } else if c.is_control() || refused.contains(&c) {
            mistakes.push(Mistake {
                bytes,
                message: format!("{what} cannot hold `{}`", printable(&c.to_string())),
                hint: match c {
                    '?' | '#' if origin == Origin::Path => {
                        "a host looks at the path alone: leave the query and the fragment out"
                    }
                    '%' => "URLs are encoded for you: write the character that is meant, or another such as `-`",
                    _ => "write another character, such as `-`: URLs or file systems give this one a meaning of its own",
                }
                .into(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(stem: &str, pattern: &str, params: &[&str]) {
        let parsed = RoutePattern::parse(stem).expect(stem);
        assert_eq!(parsed.to_string(), pattern);
        let names: Vec<_> = parsed.params().filter_map(Part::name).collect();
        assert_eq!(names, params, "{stem}");
    }

    #[test]
    fn error_pages_are_known_by_their_name() {
        for (stem, expected) in [
            ("404", true),
            ("404/index", true),
            ("docs/404", true),
            ("[lang]/404", true),
            ("[...path]/404", true),
            ("500", true),
            ("docs/500", false),
            ("404.html", false),
            ("404/a", false),
            ("[code]", false),
            ("404-[x]", false),
            ("index", false),
        ] {
            let pattern = RoutePattern::parse(stem).expect(stem);
            assert_eq!(pattern.is_error_page(), expected, "{stem}");
        }
    }

    #[test]
    fn names_become_patterns() {
        check("index", "/", &[]);
        check("about", "/about", &[]);
        check("about/index", "/about", &[]);
        check("index/index", "/index", &[]);
        check("index.json", "/index.json", &[]);
        check("data.json", "/data.json", &[]);
        check("posts/[slug]", "/posts/[slug]", &["slug"]);
        check("api/[id].json", "/api/[id].json", &["id"]);
        check("v[major].[minor]/notes", "/v[major].[minor]/notes", &["major", "minor"]);
        check("docs/[...path]", "/docs/[...path]", &["path"]);
        check("[...path].json", "/[...path].json", &["path"]);
        check("[$a]/[1]", "/[$a]/[1]", &["$a", "1"]);
        check("(group)/@slot", "/(group)/@slot", &[]);
        check("cafe\u{301}", "/caf\u{e9}", &[]);
    }

    #[test]
    fn parts_tell_text_from_params() {
        let pattern = RoutePattern::parse("a-[b].[...c]").expect("a pattern");
        let text = |text: &str| Part::Text(text.into());
        let parts = vec![text("a-"), Part::Param("b".into()), text("."), Part::Rest("c".into())];
        assert_eq!(pattern.segments, [parts]);
    }

    #[track_caller]
    fn refuses(stem: &str, marked: &str, message: &str) {
        let mistakes = RoutePattern::parse(stem).expect_err(stem);
        assert!(
            mistakes.iter().any(|m| &stem[m.bytes.clone()] == marked && m.message == message),
            "{stem}: {mistakes:?}"
        );
    }

    #[test]
    fn names_that_are_refused() {
        refuses("[]", "[]", "a param needs a name");
        refuses("[...]", "[...]", "a param needs a name");
        refuses("[[a]]", "[", "brackets cannot stand in brackets");
        refuses("[(a)]", "(", "a param has no pattern, and its name cannot hold `(`");
        refuses("x/[a-b]", "-", "a param's name cannot hold `-`");
        refuses("[..a]", ".", "a rest param starts with three dots, `...`");
        refuses("[\u{2026}a]", "\u{2026}", "a rest param starts with three dots, `...`");
        refuses("[\u{e9}a]", "\u{e9}", "a param's name cannot hold `\u{e9}`");
        refuses("x/[a", "[a", "brackets are unbalanced: `[` is never closed");
        refuses("x/a]", "]", "brackets are unbalanced: `]` closes nothing");
        refuses("[a][b]", "[b]", "two params need text between them");
        refuses("[a]/[a]", "[a]", "the param `a` is used twice in one route");
        refuses("[...a]/[...b]", "[...b]", "a route can have one rest param");
        for odd in ["%", "?", "#", ":", "\\", "\n", "\u{7f}"] {
            let shown = printable(odd);
            refuses(&format!("a{odd}b"), odd, &format!("a page's name cannot hold `{shown}`"));
        }
    }

    #[test]
    fn hints_say_what_to_write() {
        let table = [
            ("[[]]", "write `[name]`, or `[...name]` for one that may be empty"),
            ("[[...a]]", "write `[...a]`, which also matches no segment at all"),
            ("[....]", "write `[...name]`, or `[name]` for one segment"),
            ("[...a.b]", "write `[...a_b]`, or `[a_b]` for one segment"),
            ("[...a-b]", "write `[...a_b]`: ASCII letters, digits, `_` and `$`"),
            ("[a.b]", "write `[a_b]`: ASCII letters, digits, `_` and `$`"),
            ("[()]", "write `[name]`"),
            ("[a(b)]", "write `[a]`, and look at the value in the page"),
            ("[-]", "write `[name]`: ASCII letters, digits, `_` and `$`"),
        ];
        for (stem, hint) in table {
            let mistakes = RoutePattern::parse(stem).expect_err(stem);
            assert_eq!(mistakes[0].hint, hint, "{stem}");
        }
    }

    #[test]
    fn a_character_of_other_patterns_can_be_escaped() {
        let path = RoutePattern::parse_path("%3Amemory%2a/%28.%2A%29/[x]").expect("a path");
        assert_eq!(path.to_string(), "/:memory*/(.*)/[x]");
        for refused in ["a%20b", "%", "%2", "%5Ba"] {
            assert!(RoutePattern::parse_path(refused).is_err(), "{refused}");
        }
        assert!(RoutePattern::parse("a%2Ab").is_err());
    }

    #[test]
    fn all_mistakes_of_a_name_are_found() {
        assert_eq!(RoutePattern::parse("[]/a?b#/[x").expect_err("four mistakes").len(), 4);
    }
}
