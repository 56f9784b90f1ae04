//! What rendering Markdown asks of a page.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Error, Result, anyhow, bail};
use kiln_content::markdown::{Memory, Place, Settings};
use kiln_content::{ImageContext, Mistakes, RenderContext};

use crate::assets::cache::Key;
use crate::assets::error::{AssetError, Hint};
use crate::assets::rendered::{Link, OTHERS};
use crate::page::context::Context;
use crate::page::image::{Failed, Image};
use crate::page::rewrite::Answer;

impl RenderContext for Context {
    fn link(&self, path: &str, place: &dyn Fn() -> Place) -> Result<String> {
        let Some(engine) = &self.engine else { bail!("cannot link to `{path}`: {OUTSIDE}") };
        match engine.answer(path) {
            Answer::Url(url) => Ok(url),
            Answer::Perhaps { url, path: of_page } => {
                engine
                    .assets()
                    .rendered
                    .note_link(&of_page, Link { place: place(), path: path.into() });
                Ok(url)
            }
            Answer::Nothing { nearest } => {
                bail!("nothing answers `{path}`\nhint: {}", hint(nearest))
            }
        }
    }

    fn asset(&self, path: &str) -> Result<String> {
        let assets = self.assets(path)?;
        let asset = assets.file(path).map_err(|error| in_words(&error))?;
        Ok(assets.url(&asset))
    }

    fn image(&self, path: &str, alt: &str, title: Option<&str>, widths: &[u32]) -> Result<String> {
        let original = self.assets(path)?.image_file(path).map_err(|error| in_words(&error))?;
        let Some(engine) = self.engine.clone() else { bail!("cannot request `{path}`: {OUTSIDE}") };
        // What fails when the element is written has a place in the Markdown, so the page must not fail on its own.
        let failed = Arc::<Failed>::default();
        let mut image = Image::new(engine, Arc::clone(&failed), original).alt(alt);
        if let Some(title) = title {
            image = image.title(title);
        }
        let html = in_widths(image, widths).to_string();
        failed.take().map_or(Ok(html), |error| Err(in_words(&error)))
    }

    fn origin(&self) -> Option<&str> {
        self.site
    }

    fn cached(
        &self,
        room: &str,
        key: &[&str],
        make: &mut dyn FnMut() -> Result<Vec<u8>>,
    ) -> Result<Vec<u8>> {
        let Some(engine) = &self.engine else { return make() };
        let parts: Vec<&[u8]> = key.iter().map(|part| part.as_bytes()).collect();
        engine.assets().cache.cached(room, &Key::new(&parts), make)
    }

    fn settings(&self) -> Settings {
        self.engine.as_ref().map_or(Settings::DEFAULT, |engine| engine.config().markdown)
    }

    fn memory(&self) -> Option<&Memory<Mistakes>> {
        self.engine.as_ref().map(|engine| &engine.assets().rendered.memory)
    }

    fn site_folder(&self) -> Option<PathBuf> {
        self.engine.as_ref().map(|engine| engine.site_folder())
    }

    fn warn(&self, warning: &str) {
        if let Some(engine) = &self.engine {
            engine.assets().rendered.warn(warning);
        }
    }
}

impl ImageContext for Context {
    type Image = Image;

    fn image_at(&self, path: &str) -> Result<Image> {
        self.image_file(path)
    }
}

#[cfg(feature = "images")]
fn in_widths(image: Image, widths: &[u32]) -> Image {
    if widths.is_empty() { image } else { image.with_widths(widths) }
}

/// Without the feature `images`, kiln.toml cannot ask for widths.
#[cfg(not(feature = "images"))]
fn in_widths(image: Image, _: &[u32]) -> Image {
    image
}

/// What to link to instead of a path that nothing answers.
fn hint(nearest: Option<&str>) -> String {
    match nearest {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => OTHERS.to_owned(),
    }
}

/// The first mistake of a request, with a hint as content shows it.
fn in_words(error: &AssetError) -> Error {
    let Some(mistake) = error.mistakes().first() else { return anyhow!("{error}") };
    let place =
        mistake.position.map_or_else(String::new, |(line, column)| format!(":{line}:{column}"));
    let hint = match &mistake.hint {
        Some(Hint::Nearest(path)) => format!("\nhint: did you mean {path}?"),
        Some(Hint::Text(hint)) => format!("\nhint: {hint}"),
        None => String::new(),
    };
    anyhow!("{}{place} {}{hint}", mistake.file, mistake.message)
}

const OUTSIDE: &str = "a context from `Context::create` is outside of a site";
