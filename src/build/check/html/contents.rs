//! What was found in a page.

use std::collections::BTreeSet;

/// The checked contents of a page.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Html {
    /// The value of the first `<base href>`.
    pub(crate) base: Option<String>,
    /// The URLs, as written.
    pub(crate) links: BTreeSet<String>,
    /// The values of `id`.
    pub(crate) ids: BTreeSet<String>,
    /// The values of `name` of links, which fragments match, too.
    pub(crate) names: BTreeSet<String>,
    /// The ids that more than one element has.
    pub(crate) duplicate_ids: BTreeSet<String>,
    /// The `src` of images without `alt`; empty for an image without `src`.
    pub(crate) without_alt: BTreeSet<String>,
    /// Whether there is a `<title>` with text.
    pub(crate) has_title: bool,
    /// Whether `<html>` has a `lang` that is not empty.
    pub(crate) has_lang: bool,
}
