//! The trait through which a context uses its site, which is in a higher layer.

use std::fmt;

use crate::assets::Store;
use crate::assets::error::AssetError;
use crate::config::Config;
use crate::page::context::Context;
use crate::page::route::ResponseFuture;

/// The site of a context, to which requests can be rewritten.
pub(crate) trait Rewrite: fmt::Debug + Send + Sync {
    /// The settings of the site.
    fn config(&self) -> &'static Config;

    /// The files that pages request.
    fn assets(&self) -> &Store;

    /// Requests a file by its path below `assets/`, and returns its URL.
    ///
    /// # Errors
    ///
    /// Fails like [`Store::asset`].
    fn asset_url(&self, path: &str) -> Result<String, AssetError>;

    /// The folder of the site.
    #[cfg(feature = "content")]
    fn site_folder(&self) -> std::path::PathBuf;

    /// What answers a path, which is percent-encoded and without the base.
    #[cfg(feature = "content")]
    fn answer(&self, path: &str) -> Answer;

    /// Answers with the page of another path, through the middleware.
    ///
    /// # Errors
    ///
    /// Fails with status 508 if there are too many rewrites, with 404 if there is no such page, and if the page fails.
    fn rewrite<'a>(&'a self, ctx: &'a mut Context, to: &'a str) -> ResponseFuture<'a>;
}

/// What answers a path, as far as the patterns of the routes tell.
#[cfg(feature = "content")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// A page, a redirect or a file, with its canonical URL.
    Url(String),
    /// A prerendered dynamic route, which may have no such page: the canonical URL, and the path, joined with `/`.
    Perhaps { url: String, path: String },
    /// Nothing. A static route may be near.
    Nothing { nearest: Option<&'static str> },
}
