//! Patterns of paths in `kiln.toml`, with a `*` for any text.

/// A path with at most one `*`, which matches any text, including slashes and the empty text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathPattern {
    /// The path up to its `*`, or the whole path if it has none. It includes the base, and is encoded as in a URL.
    pub before: &'static str,
    /// The text after the `*`, if the path has one.
    pub after: Option<&'static str>,
}

impl PathPattern {
    /// Returns true if and only if the pattern matches the path of a URL, which is encoded and includes the base.
    pub(crate) fn matches(&self, path: &str) -> bool {
        let Some(after) = self.after else {
            // Whether the canonical path has a trailing slash depends on the settings.
            return path.trim_end_matches('/') == self.before.trim_end_matches('/');
        };
        // `/docs/*` also matches `/docs`, which may be the root of the site without its slash.
        let rest = match path.strip_prefix(self.before) {
            Some(rest) => rest,
            None if self.is_folder_without_slash(path) => return true,
            None => return false,
        };
        rest.ends_with(after)
    }

    /// Returns true if and only if the pattern stands for everything below a folder, and the path is that folder without its
    /// slash.
    fn is_folder_without_slash(&self, path: &str) -> bool {
        self.after == Some("") && self.before.strip_suffix('/') == Some(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_matches_any_text() {
        for (before, after, path, expected) in [
            ("/a", None, "/a", true),
            ("/a", None, "/a/", true),
            ("/a/", None, "/a", true),
            ("/", None, "/", true),
            ("/", None, "/a", false),
            ("/a", None, "/ab", false),
            ("/a/", Some(""), "/a/", true),
            ("/a/", Some(""), "/a/b/c", true),
            ("/a/", Some(""), "/ab", false),
            ("/", Some(".json"), "/a/b.json", true),
            ("/", Some(".json"), "/.json", true),
            ("/", Some(".json"), "/a.json5", false),
            ("/", Some(""), "/", true),
            ("/docs/", Some(""), "/docs", true),
            ("/docs/", Some(".json"), "/docs", false),
        ] {
            let pattern = PathPattern { before, after };
            assert_eq!(pattern.matches(path), expected, "{before}*{after:?} {path}");
        }
    }
}
