//! Social images: SVG documents of pages, drawn with the fonts of the site.

use std::sync::Arc;

use anyhow::Result;
use bytes::Bytes;
use kiln_og::{BUNDLED, Drawing};
use walkdir::WalkDir;

use super::cache::Key;
use super::error::AssetError;
use super::fonts::{FOLDER, FontFile, SiteFonts, is_font};
use super::path;
use super::published;
use super::read::Stamp;
use super::store::{Store, lock};

/// The folder of the cache.
const ROOM: &str = "og";

/// A drawn card.
#[derive(Debug, Clone)]
pub(crate) struct Drawn {
    /// The PNG file.
    pub(crate) png: Bytes,
    pub(crate) warnings: Vec<CardWarning>,
}

/// What the author of a card did not mean, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CardWarning {
    pub(crate) message: String,
    pub(crate) hint: String,
}

impl Store {
    /// Draws an SVG document in a size in pixels, or takes what an earlier build has drawn.
    ///
    /// # Errors
    ///
    /// Fails if the document cannot be drawn, or if a font of the site cannot be read.
    pub(crate) fn card(&self, markup: &str, width: u32, height: u32) -> Result<Drawn> {
        let fonts = self.fonts()?;
        let draw =
            || kiln_og::draw(markup, width, height, &fonts.fonts).map_err(anyhow::Error::new);
        // A server may draw anything, and nothing would limit its cache.
        if !self.lasts() {
            return draw().map(Drawn::from);
        }
        let (recipe, fonts_key) = (kiln_og::RECIPE, fonts.key.hex());
        let size = format!("{width} {height}");
        let key = Key::new(&[recipe, &fonts_key, &size, markup].map(str::as_bytes));
        let entry = self.cache.cached(ROOM, &key, &mut || draw().map(stored))?;
        Ok(Drawn::from(restored(entry)))
    }

    fn fonts(&self) -> Result<Arc<SiteFonts>, AssetError> {
        let mut known = lock(&self.cards.0);
        if let Some(fonts) = known.as_ref().filter(|_| self.lasts()) {
            return Ok(Arc::clone(fonts));
        }
        let files = self.font_files()?;
        if let Some(fonts) = known.as_ref().filter(|fonts| fonts.files == files) {
            return Ok(Arc::clone(fonts));
        }
        let fonts = Arc::new(SiteFonts::read(files)?);
        *known = Some(Arc::clone(&fonts));
        Ok(fonts)
    }

    /// The fonts of the site that text can be drawn in, sorted by path. Those for browsers alone are not among them.
    fn font_files(&self) -> Result<Vec<FontFile>, AssetError> {
        let top = self.folder.join(FOLDER);
        let entries = WalkDir::new(&top).sort_by_file_name().into_iter().filter_map(Result::ok);
        let names = entries.filter_map(|entry| {
            let name = path::slashed(entry.path().strip_prefix(&top).ok()?)?;
            (is_font(&name) && published::is_published(&name)).then(|| format!("{FOLDER}/{name}"))
        });
        let of = |path: String| {
            let file = path::locate(&self.folder, &path)?;
            Ok(FontFile { stamp: Stamp::of(&file), file, path })
        };
        names.map(of).collect()
    }
}

/// An entry of the cache: what the warnings are about, as a line of JSON, and the file.
fn stored(drawing: Drawing) -> Vec<u8> {
    let about = (Vec::from_iter(drawing.missing), Vec::from_iter(drawing.unknown));
    let line = serde_json::json!(about).to_string() + "\n";
    [line.into_bytes(), drawing.png].concat()
}

fn restored(mut entry: Vec<u8>) -> Drawing {
    let end = entry.iter().position(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let png = entry.split_off(end);
    let (missing, unknown) = serde_json::from_slice(&entry).unwrap_or_default();
    Drawing { png, missing, unknown }
}

impl From<Drawing> for Drawn {
    fn from(drawing: Drawing) -> Self {
        let missing = (!drawing.missing.is_empty()).then(|| {
            let characters =
                drawing.missing.iter().map(|it| format!("`{it}` (U+{:04X})", *it as u32));
            let characters = characters.collect::<Vec<_>>().join(", ");
            CardWarning {
                message: format!(
                    "shows boxes in place of characters that no font has: {characters}"
                ),
                hint: format!("put a font that has them into `{FOLDER}/`, as .ttf or .otf"),
            }
        });
        let unknown = drawing.unknown.iter().map(|family| CardWarning {
            message: format!("names the font `{family}`, which is not there"),
            hint: format!(
                "put it into `{FOLDER}/` as .ttf or .otf, or name `{BUNDLED}`, which kiln has"
            ),
        });
        let warnings = missing.into_iter().chain(unknown).collect();
        Drawn { png: Bytes::from(drawing.png), warnings }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::fs;
    use std::path::PathBuf;

    use crate::assets::cache::Cache;
    use crate::assets::store::Lifetime;

    /// The bundled font: one that is there without a file.
    const FONT: &[u8] = include_bytes!("../../kiln-og/fonts/Inter.ttf");

    struct Site(PathBuf);

    impl Site {
        fn new(name: &str) -> Self {
            let folder =
                std::env::temp_dir().join(format!("kiln-og-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&folder);
            fs::create_dir_all(folder.join(FOLDER).join("deep")).expect("a folder");
            Site(folder)
        }

        fn store(&self, lifetime: Lifetime) -> Store {
            let mut store = Store::new(self.0.clone(), "", lifetime);
            store.cache = Cache::at(self.0.join("cache"));
            store
        }

        fn font(&self, name: &str, bytes: &[u8]) {
            fs::write(self.0.join(FOLDER).join(name), bytes).expect("a file to write");
        }

        /// The number of cards in the cache.
        fn cached(&self) -> usize {
            let entries = fs::read_dir(self.0.join("cache").join(ROOM)).into_iter().flatten();
            let names = entries.map(|entry| entry.expect("an entry").file_name());
            names.filter(|name| !name.to_string_lossy().starts_with('.')).count()
        }
    }

    impl Drop for Site {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn svg(text: &str) -> String {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 400 210\">\
             <text x=\"20\" y=\"90\" font-size=\"40\" font-family=\"Nowhere\">{text}</text></svg>"
        )
    }

    #[test]
    fn a_second_build_draws_nothing_and_warns_again() {
        let site = Site::new("cache");
        let draw =
            |markup: &str| site.store(Lifetime::Once).card(markup, 400, 210).expect("a card");
        let first = draw(&svg("\u{65e5} \u{1f600}"));
        assert!(first.png.starts_with(b"\x89PNG"));
        let messages: Vec<&str> = first.warnings.iter().map(|it| &*it.message).collect();
        assert_eq!(
            messages,
            [
                "shows boxes in place of characters that no font has: `\u{65e5}` (U+65E5), `\u{1f600}` (U+1F600)",
                "names the font `Nowhere`, which is not there",
            ]
        );
        assert_eq!(site.cached(), 1);
        let again = draw(&svg("\u{65e5} \u{1f600}"));
        assert_eq!((again.png, again.warnings), (first.png, first.warnings));
        assert_eq!(site.cached(), 1);
        draw(&svg("b"));
        assert_eq!(site.cached(), 2, "another text");
        site.store(Lifetime::Once).card(&svg("b"), 800, 420).expect("a card");
        assert_eq!(site.cached(), 3, "another size");
        site.font("deep/a.TTF", FONT);
        draw(&svg("b"));
        assert_eq!(site.cached(), 4, "other fonts");
    }

    #[test]
    fn a_server_keeps_nothing_and_notices_new_fonts() {
        let site = Site::new("server");
        let store = site.store(Lifetime::UntilChanged);
        store.card(&svg("a"), 400, 210).expect("a card");
        assert_eq!(site.cached(), 0);
        site.font("a.woff2", b"for browsers");
        site.font("._a.ttf", b"of a file manager");
        store.card(&svg("a"), 400, 210).expect("a card");
        site.font("b.ttf", b"text");
        let error = store.card(&svg("a"), 400, 210).expect_err("no font").to_string();
        assert!(
            error.starts_with("assets/fonts/b.ttf: is not a font, or a broken one\n"),
            "{error}"
        );
        site.font("b.ttf", FONT);
        store.card(&svg("a"), 400, 210).expect("a card");
    }

    #[test]
    fn a_font_outside_of_the_site_is_not_read() {
        let site = Site::new("outside");
        let outside = Site::new("outside-font");
        outside.font("a.ttf", FONT);
        #[cfg(unix)]
        {
            let font = outside.0.join(FOLDER).join("a.ttf");
            std::os::unix::fs::symlink(font, site.0.join(FOLDER).join("a.ttf")).expect("a link");
            let error = site.store(Lifetime::Once).card(&svg("a"), 400, 210).expect_err("a link");
            assert!(error.to_string().contains("leads out of `assets/`"), "{error}");
        }
    }
}
