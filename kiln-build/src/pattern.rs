//! The pattern of a route, read from the name of its page file.
//!
//! This is the only module that parses brackets, with `brackets.rs` below it. All others, at build time and at run time, get segments and parts as
//! data.

mod brackets;

use std::fmt;
use std::ops::Range;

use self::brackets::{Origin, parse_segment};
pub(crate) use self::brackets::{brackets, read_brackets};

/// The longest path of a page, in bytes.
const MAX_PATH: usize = 1024;

/// The paths that a route matches: `/posts/[slug]` as segments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoutePattern {
    /// In the order of the path.
    pub segments: Vec<Segment>,
}

/// The text between two slashes of a pattern: at least one part, and no two adjacent params.
pub type Segment = Vec<Part>;

/// Part of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Literal text, NFC-normalised.
    Text(String),
    /// `[name]`: one value without a slash.
    Param(String),
    /// `[...name]`: any number of segments.
    Rest(String),
}

/// A mistake in a pattern, and its bytes in the text.
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
    /// Returns all mistakes in the name, in order.
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

    /// Parses a path of kiln.toml, without its leading slash: `blog/[...slug]`. A trailing slash is ignored.
    ///
    /// # Errors
    ///
    /// Returns all mistakes in the path, in order.
    pub(crate) fn parse_path(path: &str) -> Result<Self, Vec<Mistake>> {
        let (pattern, mistakes) = Self::read_path(path);
        if mistakes.is_empty() { Ok(pattern) } else { Err(mistakes) }
    }

    /// Parses a path of kiln.toml and returns its mistakes too; an invalid bracket is left out.
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
                        "" => "a path cannot have an empty segment".into(),
                        dots => format!("a path cannot have the segment `{dots}`"),
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

    /// The params, in the order of the path.
    pub(crate) fn params(&self) -> impl Iterator<Item = &Part> {
        self.segments.iter().flatten().filter(|part| part.name().is_some())
    }

    /// Returns true if and only if it is the pattern of an error page, which matches no path: `404.rs` in any folder,
    /// or `500.rs` at the root.
    pub(crate) fn is_error_page(&self) -> bool {
        let Some((last, folders)) = self.segments.split_last() else { return false };
        match last.as_slice() {
            [Part::Text(text)] => text == "404" || (text == "500" && folders.is_empty()),
            _ => false,
        }
    }

    /// Returns true if and only if the pattern has no params.
    pub(crate) fn is_static(&self) -> bool {
        self.params().next().is_none()
    }

    fn check_length(&self, stem: &str, mistakes: &mut Vec<Mistake>) {
        // The length of a dynamic route is only known once its params have values.
        let length = self.to_string().len() - 1;
        if self.is_static() && length > MAX_PATH {
            mistakes.push(Mistake {
                bytes: 0..stem.len(),
                message: format!(
                    "the path of a page can have at most {MAX_PATH} bytes, and this one has {length}"
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
                    hint: "give each bracket its own name".into(),
                });
            }
            let is_rest = |part: &&Part| matches!(part, Part::Rest(_));
            if is_rest(part) && params[..at].iter().any(is_rest) {
                mistakes.push(Mistake {
                    bytes: last_bracket(stem, part),
                    message: "a route can have only one rest param".into(),
                    hint:
                        "kiln could not tell where one ends and the next begins: keep one `[...name]`"
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::printable;

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
    fn parts_distinguish_text_and_params() {
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
        refuses("[[a]]", "[", "brackets cannot be nested");
        refuses("[(a)]", "(", "params have no patterns, and their names cannot contain `(`");
        refuses("x/[a-b]", "-", "the name of a param cannot contain `-`");
        refuses("[..a]", ".", "a rest param starts with three dots, `...`");
        refuses("[\u{2026}a]", "\u{2026}", "a rest param starts with three dots, `...`");
        refuses("[\u{e9}a]", "\u{e9}", "the name of a param cannot contain `\u{e9}`");
        refuses("x/[a", "[a", "brackets are unbalanced: `[` is never closed");
        refuses("x/a]", "]", "brackets are unbalanced: `]` closes nothing");
        refuses("[a][b]", "[b]", "two params need text between them");
        refuses("[a]/[a]", "[a]", "the param `a` is used twice in one route");
        refuses("[...a]/[...b]", "[...b]", "a route can have only one rest param");
        for odd in ["%", "?", "#", ":", "\\", "\n", "\u{7f}"] {
            let shown = printable(odd);
            refuses(
                &format!("a{odd}b"),
                odd,
                &format!("the name of a page cannot contain `{shown}`"),
            );
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
            ("[a(b)]", "write `[a]`, and check the value in the page"),
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
