//! The fonts for text.

use std::sync::Arc;

use resvg::usvg::fontdb::{Database, FaceInfo, ID, Source};
use skrifa::{FontRef, MetadataProvider};

/// The family of the font that is part of this crate.
pub const BUNDLED: &str = "Inter";

/// Under the SIL Open Font License; `fonts/README.md` says how it was made.
static INTER: &[u8] = include_bytes!("../fonts/Inter.ttf");

/// The fonts for text: those of a site, and the bundled one. Fonts of the system are never used.
#[derive(Debug, Clone)]
pub struct Fonts {
    pub(crate) database: Arc<Database>,
}

/// The name of a file that is not a font, or is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoFont(pub String);

impl Fonts {
    /// Reads fonts, each with the name of its file: TrueType, OpenType, or a collection of these.
    ///
    /// # Errors
    ///
    /// Fails at the first file that contains no such font.
    pub fn new(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Result<Self, NoFont> {
        let mut database = Database::new();
        for (name, bytes) in files {
            if database.load_font_source(Source::Binary(Arc::new(bytes))).is_empty() {
                return Err(NoFont(name));
            }
        }
        database.load_font_source(Source::Binary(Arc::new(INTER)));
        database.set_serif_family(BUNDLED);
        database.set_sans_serif_family(BUNDLED);
        database.set_monospace_family(BUNDLED);
        database.set_cursive_family(BUNDLED);
        database.set_fantasy_family(BUNDLED);
        Ok(Fonts { database: Arc::new(database) })
    }
}

/// The font for a character that those in `used` do not have, the first of which is the font of the text.
///
/// If none has it, it is any other font: resvg stops at the first character without a font, and others may follow.
pub(crate) fn fallback(database: &Database, used: &[ID], character: char) -> Option<ID> {
    let wanted = used.first().and_then(|id| database.face(*id))?;
    let unlike = |face: &FaceInfo| {
        let weights = face.weight.0.abs_diff(wanted.weight.0);
        (!has(database, face.id, character), face.style != wanted.style, weights)
    };
    let others = database.faces().filter(|face| !used.contains(&face.id));
    // Among equals, the first: fonts are in the order in which they were added.
    others.min_by_key(|face| unlike(face)).map(|face| face.id)
}

/// Returns true if and only if a font has a glyph for a character.
fn has(database: &Database, id: ID, character: char) -> bool {
    let found = database.with_face_data(id, |bytes, index| {
        let font = FontRef::from_index(bytes, index).ok()?;
        font.charmap().map(character)
    });
    found.flatten().is_some()
}

/// Returns true if and only if a family has a font.
pub(crate) fn has_family(database: &Database, family: &str) -> bool {
    database.faces().any(|face| face.families.iter().any(|(name, _)| name == family))
}
