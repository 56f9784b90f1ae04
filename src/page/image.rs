//! An image, as pages write it into their HTML.

use std::fmt::{self, Display, Formatter};
use std::sync::{Arc, Mutex, PoisonError};

use crate::assets::error::AssetError;
use crate::assets::images::{Candidate, Element, Original};
use crate::page::rewrite::Rewrite;

/// An image, which is written into HTML as an `<img>` element, or as `<picture>` if it has [`widths`](Image::widths).
///
/// The element has the width and the height of the image, so that the page does not move when it arrives. `html!` and `format!` both
/// write it, and everything in it is escaped. [`Context::image`](crate::Context::image) returns it.
///
/// # Example
///
/// ```
/// use kiln::prelude::*;
///
/// # #[cfg(feature = "html")]
/// pub fn get(ctx: &Context) -> Result<Markup> {
///     let cover = ctx.image("cover.jpg")?.alt("A kiln at night").lazy(false);
///     Ok(html! { h1 { "Welcome" } (cover) })
/// }
/// ```
#[derive(Clone, Debug)]
#[must_use = "an image does nothing unless it is written into HTML"]
pub struct Image {
    engine: Arc<dyn Rewrite>,
    failed: Arc<Failed>,
    original: Arc<Original>,
    alt: String,
    title: Option<String>,
    sizes: Option<String>,
    is_lazy: bool,
    own: Vec<Candidate>,
    webp: Vec<Candidate>,
}

impl Image {
    pub(crate) fn new(
        engine: Arc<dyn Rewrite>,
        failed: Arc<Failed>,
        original: Arc<Original>,
    ) -> Self {
        Image {
            engine,
            failed,
            original,
            alt: String::new(),
            title: None,
            sizes: None,
            is_lazy: true,
            own: vec![],
            webp: vec![],
        }
    }

    /// The URL of the original, with the base, for example `/_assets/cover.3f9a1c2b.jpg`.
    ///
    /// The original becomes a part of the site. If it cannot be read any more, the page fails.
    pub fn url(&self) -> String {
        let store = self.engine.assets();
        match store.file(&self.original.path) {
            Ok(asset) => store.url(&asset),
            Err(error) => {
                self.failed.set(error);
                String::new()
            }
        }
    }

    /// The width of the original in pixels, as browsers show it: a photograph that the camera has turned is upright.
    ///
    /// That of an SVG file is its `width`, or follows from its `viewBox`. If it has neither, it is 300, as in browsers.
    pub fn width(&self) -> u32 {
        self.original.width()
    }

    /// The height of the original in pixels, as browsers show it. That of an SVG file without dimensions is 150.
    pub fn height(&self) -> u32 {
        self.original.height()
    }

    /// Sets the text for people who do not see the image. Without it, `alt` is empty: the image is an ornament.
    pub fn alt(mut self, alt: impl Into<String>) -> Self {
        self.alt = alt.into();
        self
    }

    /// Sets the `title` of the element.
    #[cfg(feature = "content")]
    pub(crate) fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Sets how wide the image is shown, from which browsers choose a width: `sizes` of the element. It only matters with
    /// [`widths`](Self::widths). Without it, the image is expected to be as wide as the screen, `100vw`.
    pub fn sizes(mut self, sizes: impl Into<String>) -> Self {
        self.sizes = Some(sizes.into());
        self
    }

    /// Sets whether browsers may load the image late, once it is nearly in sight. That is the default.
    ///
    /// An image that is in sight at first should not be lazy. Browsers then load it before others (`fetchpriority="high"`).
    pub fn lazy(mut self, is_lazy: bool) -> Self {
        self.is_lazy = is_lazy;
        self
    }

    /// Offers the image in several widths, in pixels: in its own format, and in WebP.
    ///
    /// Widths that are not smaller than the original stand for the original. SVG, AVIF and animated images are not resized. If the
    /// image is broken, the page fails.
    ///
    /// This needs the feature `images`. Without it, a site that calls this does not compile.
    ///
    /// # Example
    ///
    /// ```
    /// use kiln::prelude::*;
    ///
    /// # #[cfg(feature = "images")]
    /// fn cover(ctx: &Context) -> Result<String> {
    ///     let image = ctx.image("cover.jpg")?.alt("A kiln at night");
    ///     Ok(image.widths(&[480, 960]).sizes("(min-width: 40em) 40em, 100vw").to_string())
    /// }
    /// ```
    #[cfg(feature = "images")]
    pub fn widths(self, widths: impl AsRef<[u32]>) -> Self {
        self.with_widths(widths.as_ref())
    }

    /// Offers the image in several widths. This needs the feature `images`.
    #[cfg(not(feature = "images"))]
    pub fn widths<W: AsRef<[u32]>>(self, _: W) -> Self {
        const {
            // It depends on the type, so that it only fails where it is called.
            assert!(
                size_of::<W>() > usize::MAX - 1,
                "`Image::widths` needs the feature `images` of kiln, which is off\n\
                 hint: add the feature where Cargo.toml names kiln, for example kiln = {{ version = \"0.1\", features = [\"images\"] }}"
            );
        }
        self
    }

    #[cfg(feature = "images")]
    pub(crate) fn with_widths(mut self, widths: &[u32]) -> Self {
        let store = self.engine.assets();
        match store.resized(&self.original, widths) {
            Ok(resized) => (self.own, self.webp) = store.candidates(&resized),
            Err(error) => self.failed.set(error),
        }
        self
    }
}

impl Display for Image {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let url = match self.own.last() {
            Some(widest) => widest.url.clone(),
            None => self.url(),
        };
        let element = Element {
            url: &url,
            width: self.width(),
            height: self.height(),
            alt: &self.alt,
            title: self.title.as_deref(),
            is_lazy: self.is_lazy,
            sizes: self.sizes.as_deref().unwrap_or("100vw"),
            own: &self.own,
            webp: &self.webp,
        };
        element.fmt(f)
    }
}

#[cfg(feature = "html")]
impl maud::Render for Image {
    fn render_to(&self, buffer: &mut String) {
        use fmt::Write;
        // Writing into a string does not fail.
        let _ = write!(buffer, "{self}");
    }
}

/// The first error that came up when an image of a page was written, where no `Result` can be returned.
#[derive(Debug, Default)]
pub(crate) struct Failed(Mutex<Option<AssetError>>);

impl Failed {
    fn set(&self, error: AssetError) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }

    pub(crate) fn take(&self) -> Option<AssetError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
