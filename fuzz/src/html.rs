//! The HTML of pages, as `check` reads it: never a panic, and only paths that a page can have.

/// Checks the links of a page.
pub fn check(bytes: &[u8]) {
    for (link, path) in kiln::private::fuzzing::links(bytes) {
        assert!(!link.is_empty(), "an empty link");
        let Some(path) = path else { continue };
        assert!(!path.contains(char::is_control), "{path:?} of {link:?}");
        let is_name = |segment: &str| !matches!(segment, "" | "." | "..");
        assert!(path.is_empty() || path.split('/').all(is_name), "{path:?} of {link:?}");
    }
}
