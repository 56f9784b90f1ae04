//! The list of redirects that a build writes: those of pages, and those of kiln.toml that it has resolved.

use std::io::Read;

use anyhow::{Context, Result};
use http::StatusCode;
use serde_json::Value;

use crate::build::built::View;

const FILE: &str = "redirects.json";

/// The redirects of `redirects.json`.
#[derive(Debug, Default)]
pub(super) struct RedirectList {
    /// The URL path, its target and the status, sorted by path.
    redirects: Vec<(String, String, StatusCode)>,
}

impl RedirectList {
    /// Reads the text of a site's list; `None` where it has no redirects.
    ///
    /// # Errors
    ///
    /// If the list cannot be read.
    pub(super) fn text(view: &View) -> Result<Option<String>> {
        let mut text = String::new();
        match view.read(FILE).and_then(|mut file| file.read_to_string(&mut text)) {
            Ok(_) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| shown(view)),
        }
    }

    /// Parses the text of a list.
    ///
    /// # Errors
    ///
    /// If it is not a list of redirects.
    pub(super) fn parse(text: Option<&str>, view: &View) -> Result<Self> {
        let Some(text) = text else { return Ok(RedirectList::default()) };
        let listed: Vec<Value> = serde_json::from_str(text).with_context(|| shown(view))?;
        let redirect = |redirect: &Value| {
            let text = |key: &str| redirect[key].as_str().map(str::to_owned);
            let status = u16::try_from(redirect["status"].as_u64()?).ok()?;
            Some((text("from")?, text("to")?, StatusCode::from_u16(status).ok()?))
        };
        let redirects: Option<Vec<_>> = listed.iter().map(redirect).collect();
        let mut redirects = redirects.with_context(|| shown(view))?;
        redirects.sort();
        Ok(RedirectList { redirects })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.redirects.is_empty()
    }

    /// Finds the target of a URL path, with or without a trailing slash.
    pub(super) fn find(&self, url: &str) -> Option<(&str, StatusCode)> {
        let of = |url: &str| {
            let at = self.redirects.binary_search_by(|(from, _, _)| from.as_str().cmp(url)).ok()?;
            let (_, to, status) = &self.redirects[at];
            Some((to.as_str(), *status))
        };
        let other = url.strip_suffix('/').map_or_else(|| format!("{url}/"), str::to_owned);
        of(url).or_else(|| of(&other))
    }
}

fn shown(view: &View) -> String {
    format!(
        "{} is not a list of redirects\n  hint: build the site again: `cargo run --release`",
        view.out().join(FILE).display()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trailing_slash_makes_no_difference() {
        let redirect = |from: &str, to: &str| (from.into(), to.into(), StatusCode::FOUND);
        let list = RedirectList { redirects: vec![redirect("/a", "/b"), redirect("/c/", "/d")] };
        for (url, expected) in [
            ("/a", Some("/b")),
            ("/a/", Some("/b")),
            ("/c", Some("/d")),
            ("/c/", Some("/d")),
            ("/b", None),
            ("/", None),
        ] {
            assert_eq!(list.find(url).map(|(to, _)| to), expected, "{url}");
        }
    }
}
