//! The list of redirects that a build writes: those of pages, and those of kiln.toml that it has resolved.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read};

use anyhow::{Context, Result};
use http::StatusCode;
use serde_json::Value;

use crate::build::dist::view::View;

const FILE: &str = "redirects.json";

/// The redirects of `redirects.json`: the target and the status of each URL path.
#[derive(Debug, Default)]
pub(crate) struct RedirectList(BTreeMap<String, (String, StatusCode)>);

impl RedirectList {
    /// Reads the list of a site. A site without redirects has none.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or is not a list of redirects.
    pub(crate) fn read(view: &View) -> Result<Self> {
        let mut text = String::new();
        match view.read(FILE).and_then(|mut file| file.read_to_string(&mut text)) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(RedirectList::default()),
            Err(error) => return Err(error).with_context(|| shown(view)),
        }
        let listed: Vec<Value> = serde_json::from_str(&text).with_context(|| shown(view))?;
        let redirects: Option<_> = listed.iter().map(redirect).collect();
        redirects.map(RedirectList).with_context(|| shown(view))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Finds the target of a URL path, with or without a trailing slash.
    pub(crate) fn find(&self, url: &str) -> Option<(&str, StatusCode)> {
        let other = url.strip_suffix('/').map_or_else(|| format!("{url}/"), str::to_owned);
        let (to, status) = self.0.get(url).or_else(|| self.0.get(&other))?;
        Some((to, *status))
    }
}

fn redirect(listed: &Value) -> Option<(String, (String, StatusCode))> {
    let text = |key: &str| listed[key].as_str().map(str::to_owned);
    let status = u16::try_from(listed["status"].as_u64()?).ok()?;
    Some((text("from")?, (text("to")?, StatusCode::from_u16(status).ok()?)))
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
        let redirect = |from: &str, to: &str| (from.into(), (to.into(), StatusCode::FOUND));
        let list = RedirectList([redirect("/a", "/b"), redirect("/c/", "/d")].into());
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
