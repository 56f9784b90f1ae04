//! The paths that a site's middleware runs for.

use std::sync::OnceLock;

/// `MATCHER` of src/middleware.rs, as the build script compiles it: each entry is the source of one anchored regex.
///
/// A path is matched as all of kiln sees it: decoded once, segment by segment, NFC-normalised, without base. Next.js
/// tries the path as it was sent as well, where a `?` or `#` of a segment is still encoded and part of a param;
/// so that `/admin/a%3Fb` does not pass by `/admin/:path*`, a param takes both here.
#[doc(hidden)]
#[derive(Debug)]
pub struct Matcher {
    sources: &'static [&'static str],
    /// Compiled once, when the first path is matched.
    entries: OnceLock<Vec<Entry>>,
}

impl Matcher {
    /// Takes what the build script made of the entries.
    ///
    /// # Panics
    ///
    /// Where kiln was compiled without what matches entries: in a static, such a site does not compile.
    pub const fn new(sources: &'static [&'static str]) -> Self {
        assert!(
            cfg!(feature = "matcher") || sources.is_empty(),
            "`MATCHER` in src/middleware.rs needs the feature `matcher` of kiln, which is off\n\
             hint: add the feature where Cargo.toml names kiln, for example kiln = {{ version = \"0.1\", features = [\"matcher\"] }}"
        );
        Matcher { sources, entries: OnceLock::new() }
    }

    /// Returns true if and only if an entry matches the decoded path, which starts with `/`.
    ///
    /// What cannot be decided is a match: where middleware guards a path, to run it once too often is harmless.
    pub(crate) fn is_match(&self, path: &str) -> bool {
        let compile = || self.sources.iter().map(|source| Entry::new(source)).collect();
        self.entries.get_or_init(compile).iter().any(|entry| entry.is_match(path))
    }
}

/// An entry, compiled; `None` where it does not compile, which the build script rules out.
#[cfg(feature = "matcher")]
#[derive(Debug)]
struct Entry(Option<fancy_regex::Regex>);

#[cfg(feature = "matcher")]
impl Entry {
    /// How often an entry may go back and try another way, in a path that is made to let it. It takes some
    /// milliseconds, and is far above what a path of a thousand characters takes with the params of one segment.
    const MAX_STEPS_BACK: usize = 100_000;

    fn new(source: &str) -> Self {
        let mut builder = fancy_regex::RegexBuilder::new(source);
        Entry(builder.backtrack_limit(Self::MAX_STEPS_BACK).build().ok())
    }

    fn is_match(&self, path: &str) -> bool {
        self.0.as_ref().is_none_or(|regex| regex.is_match(path).unwrap_or(true))
    }
}

/// Stands in where there can be no entries.
#[cfg(not(feature = "matcher"))]
#[derive(Debug)]
struct Entry;

#[cfg(not(feature = "matcher"))]
impl Entry {
    fn new(_: &str) -> Self {
        Entry
    }

    #[expect(clippy::unused_self, reason = "it is called as what it stands in for")]
    fn is_match(&self, _: &str) -> bool {
        true
    }
}

#[cfg(all(test, feature = "matcher"))]
mod tests {
    use super::Matcher;

    #[track_caller]
    fn check(sources: &'static [&'static str], cases: &[(&str, bool)]) {
        let matcher = Matcher::new(sources);
        for &(path, expected) in cases {
            assert_eq!(matcher.is_match(path), expected, "{sources:?}: {path}");
        }
    }

    #[test]
    fn matcher_without_entries_matches_nothing() {
        check(&[], &[("/", false), ("/about", false)]);
    }

    #[test]
    fn matcher_matches_what_any_entry_does() {
        let sources =
            &["^/about(?:/[^/]+)*/?$", r"^/(?:(?!api|(?s:.)*\.png$)(?s:.)*)/?$", "^/api/x/?$"];
        check(
            sources,
            &[("/about/a/b/", true), ("/api/x", true), ("/api/y", false), ("/a.png", false)],
        );
    }

    #[test]
    fn matcher_lets_nothing_pass_by_a_param() {
        check(
            &["^/admin(?:/[^/]+)*/?$"],
            &[
                ("/admin/a?b", true),
                ("/admin/a#b", true),
                ("/admin/100%", true),
                ("/admin/a b/%2F/\u{e9}\u{1f980}\u{2028}", true),
                ("/administrator", false),
            ],
        );
    }

    /// Each `a` can be taken in two ways, and nothing ends the path.
    #[test]
    fn matcher_that_gives_up_matches() {
        let long = format!("/{}/c", "a".repeat(60));
        check(&["^/(?:(?:(?!b)a|(?!c)a)*)/?$"], &[(&long, true), ("/c", false)]);
        check(&["("], &[("/", true)]);
    }
}
