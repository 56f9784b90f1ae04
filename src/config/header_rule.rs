//! The headers of `kiln.toml`. The code generator has read and checked them.

/// A rule of `[headers]`: the headers of all paths that it matches.
#[derive(Debug, Clone, Copy)]
pub struct HeaderRule {
    /// The path up to its `*`, or the whole path if it has none. It has the base, and is encoded as in a URL.
    pub before: &'static str,
    /// The text after the `*`, if the path has one. A `*` matches any text, with slashes or empty.
    pub after: Option<&'static str>,
    /// Names in lower case, each once, and values.
    pub headers: &'static [(&'static str, &'static str)],
    /// The line of kiln.toml, from 1.
    pub line: u32,
}

impl HeaderRule {
    /// Returns true if and only if the headers are for a path of a URL, which is encoded and has the base.
    pub(crate) fn matches(&self, path: &str) -> bool {
        let Some(after) = self.after else {
            // The settings decide which form is canonical, with a slash at the end or without.
            return path.trim_end_matches('/') == self.before.trim_end_matches('/');
        };
        // `/docs/*` is for `/docs` too if that is the root of the site, and has no slash.
        let rest = match path.strip_prefix(self.before) {
            Some(rest) => rest,
            None if self.is_of_all(path) => return true,
            None => return false,
        };
        rest.ends_with(after)
    }

    /// Returns true if and only if the path is the root without its slash, and the rule is for all below the root.
    fn is_of_all(&self, path: &str) -> bool {
        self.after == Some("") && self.before.strip_suffix('/') == Some(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
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
            let rule = HeaderRule { before, after, headers: &[], line: 1 };
            assert_eq!(rule.matches(path), expected, "{before}*{after:?} {path}");
        }
    }
}
