//! The files that a page requests: of `assets/`, and next to content.

use std::sync::Arc;

use anyhow::{Context as _, Error, Result, anyhow};

use super::Context;
use crate::assets::Store;
use crate::assets::images::Original;
use crate::page::image::Image;
use crate::page::rewrite::Rewrite;

impl Context {
    /// The URL of a file in `assets/`, with the base: `/_assets/app.3f9a1c2b.css` for `app.css`.
    ///
    /// The file becomes a part of the site because it is requested. Its URL contains a hash of its bytes, so browsers
    /// may keep it forever. In a CSS file, `url(…)` and `@import` of other files are replaced by their URLs.
    ///
    /// # Errors
    ///
    /// Returns an error if the file does not exist, if the path leads out of `assets/`, if the file is a stylesheet with
    /// such a path, and in a context from [`create`](Context::create), which is outside of a site.
    ///
    /// # Example
    ///
    /// ```
    /// use kiln::prelude::*;
    ///
    /// fn head(ctx: &Context) -> Result<String> {
    ///     Ok(format!(r#"<link rel="stylesheet" href="{}">"#, ctx.asset("app.css")?))
    /// }
    /// # let ctx = Context::create(http::Request::new(Bytes::new()));
    /// # assert!(head(&ctx).unwrap_err().to_string().contains("outside of a site"));
    /// ```
    pub fn asset(&self, path: impl AsRef<str>) -> Result<String> {
        let path = path.as_ref();
        Ok(self.site_for(path)?.asset_url(path)?)
    }

    /// An image in `assets/`, with its dimensions read: `cover.jpg` for `assets/cover.jpg`.
    ///
    /// The value is written into HTML as an element. The file becomes a part of the site when that happens.
    ///
    /// # Errors
    ///
    /// Returns an error like [`asset`](Self::asset), if the file is not an image that browsers show, if it is broken, and if it has
    /// more than 100 megapixels.
    ///
    /// # Example
    ///
    /// ```
    /// use kiln::prelude::*;
    ///
    /// fn cover(ctx: &Context) -> Result<String> {
    ///     let image = ctx.image("cover.jpg")?.alt("A kiln at night");
    ///     Ok(format!("<figure>{image}</figure>"))
    /// }
    /// # let ctx = Context::create(http::Request::new(Bytes::new()));
    /// # assert!(cover(&ctx).unwrap_err().to_string().contains("outside of a site"));
    /// ```
    pub fn image(&self, path: impl AsRef<str>) -> Result<Image> {
        let path = path.as_ref();
        let original = self.assets(path)?.image(path)?;
        self.image_of(original)
    }

    /// An image below `assets/` or `content/`, by its path from the site's folder.
    ///
    /// # Errors
    ///
    /// Like [`image`](Self::image).
    #[cfg(feature = "content")]
    pub(crate) fn image_file(&self, path: &str) -> Result<Image> {
        let original = self.assets(path)?.image_file(path)?;
        self.image_of(original)
    }

    fn image_of(&self, original: Arc<Original>) -> Result<Image> {
        let engine = self.engine.clone().context("an image was found outside of a site")?;
        let failed = Arc::clone(self.failed.get_or_init(Arc::default));
        Ok(Image::new(engine, failed, original))
    }

    /// Checks the images that were written into HTML, where no `Result` can be returned. To be called after the page.
    ///
    /// # Errors
    ///
    /// Returns the first error of an image.
    #[inline]
    pub(crate) fn check_images(&self) -> Result<()> {
        match self.failed.get().and_then(|failed| failed.take()) {
            None => Ok(()),
            Some(error) => Err(error.into()),
        }
    }

    /// The files that pages of the site request. `path` is one that a page is about to request.
    ///
    /// # Errors
    ///
    /// Returns an error outside of a site.
    pub(crate) fn assets(&self, path: &str) -> Result<&Store> {
        Ok(self.site_for(path)?.assets())
    }

    /// The site, for the request of a file.
    #[inline]
    fn site_for(&self, path: &str) -> Result<&dyn Rewrite> {
        self.engine.as_deref().ok_or_else(|| outside(path))
    }
}

#[cold]
fn outside(path: &str) -> Error {
    anyhow!("cannot request `{path}`: a context from `Context::create` is outside of a site")
}
