//! The fonts of a site, which social images are drawn with.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use kiln_og::Fonts;

use super::cache::Key;
use super::error::{AssetError, Mistake};
use super::read::{Stamp, read, unread};

/// The folder of fonts, from the site's folder.
pub(super) const FOLDER: &str = "assets/fonts";

/// The fonts of the site, once a card needs them.
#[derive(Debug, Default)]
pub(super) struct Cards(pub(super) Mutex<Option<Arc<SiteFonts>>>);

#[derive(Debug)]
pub(super) struct SiteFonts {
    pub(super) fonts: Fonts,
    /// A hash of all their bytes.
    pub(super) key: Key,
    pub(super) files: Vec<FontFile>,
}

/// A file with a font, and its state when it was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FontFile {
    /// From the site's folder.
    pub(super) path: String,
    pub(super) file: PathBuf,
    pub(super) stamp: Option<Stamp>,
}

impl SiteFonts {
    pub(super) fn read(files: Vec<FontFile>) -> Result<Self, AssetError> {
        let mut contents = Vec::new();
        for FontFile { path, file, .. } in &files {
            let mut bytes = Vec::new();
            read(file, &mut |chunk| bytes.extend_from_slice(chunk))
                .map_err(|error| unread(path, error))?;
            contents.push((path.clone(), bytes));
        }
        let parts: Vec<&[u8]> = contents.iter().map(|(_, bytes)| &**bytes).collect();
        let key = Key::new(&parts);
        let fonts = Fonts::new(contents).map_err(|unreadable| {
            let hint = "cards read TrueType and OpenType: `.ttf`, `.otf`, `.ttc`, `.otc`";
            Mistake::of(&unreadable.0, "is not a font, or a broken one").hint(hint)
        })?;
        Ok(SiteFonts { fonts, key, files })
    }
}

pub(super) fn is_font(name: &str) -> bool {
    let (_, extension) = name.rsplit_once('.').unwrap_or_default();
    ["ttf", "otf", "ttc", "otc"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}
