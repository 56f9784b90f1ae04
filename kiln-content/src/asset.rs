//! A field that names a file of the site.

use std::path::Path;

use anyhow::{Result, bail};
use serde_core::de::{self, Deserialize, Deserializer};

use crate::loading::{self, Loading};
use crate::nearest::nearest;
use crate::order;
use crate::render_context::{ImageContext, RenderContext};

/// A field with the path of a file, relative to the file that it is in: `cover: ./cover.jpg`.
///
/// The file must lie below `content/` or `assets/`. That it exists is checked when the collection is loaded; a mistake is
/// reported with its place and the nearest name. It is written when a page asks for its URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// From the site's folder, with `/`.
    path: Box<str>,
}

impl Asset {
    /// The path of the file from the site's folder, with `/`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Requests the file, and returns its URL.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read any more.
    pub fn url(&self, ctx: &dyn RenderContext) -> Result<String> {
        ctx.asset(&self.path)
    }

    /// The file as an image.
    ///
    /// # Errors
    ///
    /// Fails if it is not an image, or a broken one.
    pub fn image<C: ImageContext>(&self, ctx: &C) -> Result<C::Image> {
        ctx.image_at(&self.path)
    }
}

impl<'de> Deserialize<'de> for Asset {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let found = loading::current(|loading| find(loading, &text));
        let found =
            found.unwrap_or_else(|| bail!("an asset is read from the files of a collection alone"));
        found.map_err(|error| {
            loading::refuse(&text, &error);
            de::Error::custom(error)
        })
    }
}

fn find(loading: &Loading, text: &str) -> Result<Asset> {
    if text.contains("://") {
        bail!("`{text}` is not a file of the site\nhint: a field for a URL has the type `String`");
    }
    if text.starts_with('/') {
        bail!("`{text}` is not relative\nhint: write the path from this file, such as ./cover.jpg");
    }
    let path = match resolve(&loading.file, text) {
        Some(path) if path.starts_with("content/") || path.starts_with("assets/") => path,
        _ => bail!(
            "`{text}` lies outside of `content/` and `assets/`\nhint: move the file next to this one"
        ),
    };
    let full = loading.site.join(&path);
    if !full.is_file() {
        let near = near_file(&full);
        let hint = near.map_or_else(
            || "the path is relative to this file".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        bail!("there is no file {path}\nhint: {hint}");
    }
    Ok(Asset { path: path.into_boxed_str() })
}

/// The path from the site's folder of a link in a file; `None` if it leads out of the site.
pub(crate) fn resolve(file: &str, link: &str) -> Option<String> {
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The nearest name in the folder of a file.
pub(crate) fn near_file(path: &Path) -> Option<String> {
    let wanted = path.file_name()?.to_str()?;
    let entries = std::fs::read_dir(path.parent()?).ok()?;
    let mut names: Vec<String> =
        entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    order::sort(&mut names, String::cmp);
    nearest(wanted, names.iter().map(String::as_str)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::resolve;

    #[test]
    fn paths_are_relative_to_their_file() {
        let file = "content/posts/a/index.md";
        for (link, expected) in [
            ("./cover.jpg", Some("content/posts/a/cover.jpg")),
            ("cover.jpg", Some("content/posts/a/cover.jpg")),
            ("../b/c.jpg", Some("content/posts/b/c.jpg")),
            ("../../../assets/x.svg", Some("assets/x.svg")),
            ("../../../../x", None),
        ] {
            assert_eq!(resolve(file, link).as_deref(), expected, "{link}");
        }
    }
}
