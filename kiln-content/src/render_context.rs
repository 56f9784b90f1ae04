//! What rendering asks of the page that shows the Markdown.

use std::any::Any;
use std::path::PathBuf;

use anyhow::Result;

use crate::markdown::{Memory, Place, Settings};
use crate::mistake::Mistakes;

/// What rendering asks of the page that shows the Markdown. `kiln::Context` implements it.
pub trait RenderContext: Any {
    /// The URL of a path of the site, such as `/about`, with base and trailing slash as its route has them.
    ///
    /// Whether a dynamic route has a page at the path may be unknown until the end of the build. `place` is where the link stands,
    /// for the mistake that is reported then.
    ///
    /// # Errors
    ///
    /// Fails if nothing answers the path.
    fn link(&self, path: &str, place: &dyn Fn() -> Place) -> Result<String>;

    /// Requests a file below `content/` or `assets/`, by its path from the site's folder, and returns its URL.
    ///
    /// # Errors
    ///
    /// Fails if the file is missing, or lies outside.
    fn asset(&self, path: &str) -> Result<String>;

    /// Requests an image below `content/` or `assets/`, and returns its element, for example `<img …>`.
    ///
    /// # Errors
    ///
    /// Like [`asset`](Self::asset), and if the image is broken.
    fn image(&self, path: &str, alt: &str, title: Option<&str>, widths: &[u32]) -> Result<String>;

    /// `site` of kiln.toml, for absolute URLs.
    fn origin(&self) -> Option<&str>;

    /// Returns what an earlier build stored under a key, or else calls `make` and stores the result.
    ///
    /// `room` is the folder of the cache below `target/kiln`, such as `markdown`.
    ///
    /// # Errors
    ///
    /// Fails if `make` fails. A cache that cannot be read or written is not an error.
    fn cached(
        &self,
        room: &str,
        key: &[&str],
        make: &mut dyn FnMut() -> Result<Vec<u8>>,
    ) -> Result<Vec<u8>>;

    /// `[markdown]` of kiln.toml.
    fn settings(&self) -> Settings {
        Settings::DEFAULT
    }

    /// The folder of the site, if the page belongs to one.
    fn site_folder(&self) -> Option<PathBuf> {
        None
    }

    /// Where rendered HTML is remembered for the time of a build.
    fn memory(&self) -> Option<&Memory<Mistakes>> {
        None
    }

    /// Reports a warning, once for each text and build.
    fn warn(&self, warning: &str);
}

/// A page that makes images of its own type. `kiln::Context` implements it.
pub trait ImageContext: RenderContext {
    /// The image, such as `kiln::Image`.
    type Image;

    /// Requests an image below `content/` or `assets/`, by its path from the site's folder.
    ///
    /// # Errors
    ///
    /// Fails if the file is missing, lies outside, or is not an image.
    fn image_at(&self, path: &str) -> Result<Self::Image>;
}
