//! The names of the files that a page could request.

use std::time::Instant;

use crate::text::names::Names;

/// The files of the folders by name in NFC.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) made: Option<Instant>,
    pub(super) paths: Names<Vec<String>>,
}
