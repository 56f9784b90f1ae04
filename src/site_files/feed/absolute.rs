//! Absolute URLs, which mean the same outside of the site.

use anyhow::{Result, bail};
use http::Uri;

use crate::routing::url;

/// Percent-encodes an absolute URL. `owner` says in a message what it belongs to.
///
/// # Errors
///
/// Fails if the URL does not start with `http://` or `https://` and a host.
pub(super) fn absolute(text: &str, owner: impl FnOnce() -> String) -> Result<String> {
    let url = url::escaped(text);
    let is_absolute = url.parse::<Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.host().is_some_and(|host| !host.is_empty())
    });
    if !is_absolute {
        bail!(
            "{} has the URL `{text}`, which is not absolute\n  hint: feed readers need the whole URL: put `ctx.site` before the path",
            owner()
        );
    }
    Ok(url)
}
