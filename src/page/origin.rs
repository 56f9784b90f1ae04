//! The origin of a site.

use std::borrow::Cow;

use anyhow::{Result, bail};
use bytes::Bytes;
use http::Uri;
use http::uri::{Authority, Parts, PathAndQuery, Scheme};

use crate::config::Config;

/// The origin of a site, which is parsed once for all its pages.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    text: Cow<'static, str>,
    scheme: Option<Scheme>,
    /// `None` if the text is not an origin.
    authority: Option<Authority>,
}

impl Origin {
    /// `site` of kiln.toml, or the usual one of a development server.
    pub(crate) fn of(config: &Config) -> Self {
        config.origin().into()
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The URL of a path, which has the base and is percent-encoded.
    ///
    /// # Errors
    ///
    /// Fails if `site` of kiln.toml is not an origin.
    #[inline]
    pub(crate) fn url(&self, path: PathAndQuery) -> Result<Uri> {
        if self.authority.is_none() {
            bail!("`site` of kiln.toml is not an origin");
        }
        let mut parts = Parts::default();
        parts.scheme.clone_from(&self.scheme);
        parts.authority.clone_from(&self.authority);
        parts.path_and_query = Some(path);
        Ok(Uri::from_parts(parts)?)
    }
}

impl<T: Into<Cow<'static, str>>> From<T> for Origin {
    fn from(text: T) -> Self {
        let text = text.into();
        let bytes = match &text {
            Cow::Borrowed(text) => Bytes::from_static(text.as_bytes()),
            Cow::Owned(text) => Bytes::copy_from_slice(text.as_bytes()),
        };
        let parts = Uri::from_maybe_shared(bytes).map(Uri::into_parts).unwrap_or_default();
        let Parts { scheme, authority, .. } = parts;
        Origin { text, scheme, authority }
    }
}
