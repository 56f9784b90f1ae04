//! The templates, which are part of the program.

/// A file: its path in the new site, and its bytes.
type File = (&'static str, &'static [u8]);

include!(concat!(env!("OUT_DIR"), "/templates.rs"));

/// What a new site starts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Template {
    /// A blog with pages, posts and a feed: `site-template`.
    Site,
    /// One page.
    Bare,
    /// Data files, and endpoints on request.
    Api,
}

impl Template {
    pub(super) fn files(self) -> &'static [File] {
        match self {
            Template::Site => SITE,
            Template::Bare => BARE,
            Template::Api => API,
        }
    }
}
