//! The paths that a site's middleware runs for.

use std::sync::OnceLock;

/// `MATCHER` of src/middleware.rs, as compiled by the build script: each entry is the source of an anchored regex.
///
/// It matches the path that the rest of kiln uses: decoded once, segment by segment, NFC-normalised, without the base.
/// Next.js also tries the raw path, in which a `?` or `#` in a segment is still encoded and part of a param. Here, a
/// param matches both, so `/admin/a%3Fb` cannot bypass `/admin/:path*`.
#[doc(hidden)]
#[derive(Debug)]
pub struct Matcher {
    sources: &'static [&'static str],
    /// Compiled on first use.
    entries: OnceLock<Vec<Entry>>,
}

impl Matcher {
    /// Takes the entries compiled by the build script.
    ///
    /// # Panics
    ///
    /// In a static, this fails to compile if kiln was built without the feature that matches entries.
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
    /// An undecided match counts as a match: running the middleware once too often is harmless if it guards a path.
    pub(crate) fn is_match(&self, path: &str) -> bool {
        let compile = || self.sources.iter().map(|source| Entry::new(source)).collect();
        self.entries.get_or_init(compile).iter().any(|entry| entry.is_match(path))
    }
}

/// A compiled entry; `None` if it does not compile, which the build script rules out.
#[cfg(feature = "matcher")]
#[derive(Debug)]
struct Entry(Option<fancy_regex::Regex>);

#[cfg(feature = "matcher")]
impl Entry {
    /// The most backtracking steps, for paths that are made to cause them. They take some milliseconds, and a path of a
    /// thousand characters needs far fewer with params of one segment.
    const MAX_STEPS_BACK: usize = 100_000;

    fn new(source: &str) -> Self {
        let mut builder = fancy_regex::RegexBuilder::new(source);
        Entry(builder.backtrack_limit(Self::MAX_STEPS_BACK).build().ok())
    }

    fn is_match(&self, path: &str) -> bool {
        self.0.as_ref().is_none_or(|regex| regex.is_match(path).unwrap_or(true))
    }
}

/// A placeholder for builds that cannot have entries.
#[cfg(not(feature = "matcher"))]
#[derive(Debug)]
struct Entry;

#[cfg(not(feature = "matcher"))]
impl Entry {
    fn new(_: &str) -> Self {
        Entry
    }

    #[expect(clippy::unused_self, reason = "it has the signature of the real function")]
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
    fn params_match_all_characters() {
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

    /// Each `a` can match in two ways, and the path has no valid end.
    #[test]
    fn matcher_that_gives_up_matches() {
        let long = format!("/{}/c", "a".repeat(60));
        check(&["^/(?:(?:(?!b)a|(?!c)a)*)/?$"], &[(&long, true), ("/c", false)]);
        check(&["("], &[("/", true)]);
    }
}
