//! The number of requested files, by kind.

use std::fmt;

use serde_json::{Value, json};

use crate::routing::media_type;
use crate::text::count;

/// The numbers of requested files.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AssetCounts {
    stylesheets: usize,
    scripts: usize,
    images: usize,
    fonts: usize,
    others: usize,
}

impl AssetCounts {
    /// Counts files by the extensions of their names.
    pub(crate) fn of<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut counts = AssetCounts::default();
        for name in names {
            let kind = media_type::of_extension(name).unwrap_or_default();
            let count = match kind.split_once('/').unwrap_or_default() {
                ("text", "css") => &mut counts.stylesheets,
                ("text" | "application", kind) if kind.ends_with("javascript") => {
                    &mut counts.scripts
                }
                ("image", _) => &mut counts.images,
                (kind, name) if kind == "font" || name.contains("font") => &mut counts.fonts,
                _ => &mut counts.others,
            };
            *count += 1;
        }
        counts
    }

    /// All files.
    pub(crate) fn total(self) -> usize {
        self.kinds().iter().map(|(count, _)| count).sum()
    }

    fn kinds(self) -> [(usize, &'static str); 5] {
        let AssetCounts { stylesheets, scripts, images, fonts, others } = self;
        [
            (stylesheets, "stylesheet"),
            (scripts, "script"),
            (images, "image"),
            (fonts, "font"),
            (others, "other"),
        ]
    }

    /// As in the report: the total, and each kind.
    pub(crate) fn json(self) -> Value {
        let AssetCounts { stylesheets, scripts, images, fonts, others } = self;
        json!({
            "total": self.total(),
            "stylesheets": stylesheets,
            "scripts": scripts,
            "images": images,
            "fonts": fonts,
            "others": others,
        })
    }
}

/// `3 assets: 1 stylesheet, 2 images`.
impl fmt::Display for AssetCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds = self.kinds().into_iter().filter(|(count, _)| *count > 0);
        let kinds: Vec<String> = kinds.map(|(number, kind)| count(number, kind)).collect();
        write!(f, "{}: {}", count(self.total(), "asset"), kinds.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_counted_by_their_extensions() {
        let names = [
            "_assets/a.1.css",
            "_assets/b.1.js",
            "_assets/c.1.mjs",
            "_assets/d.1.svg",
            "_assets/e.1.avif",
            "_assets/f.1.woff2",
            "_assets/g.1.pdf",
            "_assets/LICENSE.1",
        ];
        let counts = AssetCounts::of(names.into_iter());
        assert_eq!(
            counts.to_string(),
            "8 assets: 1 stylesheet, 2 scripts, 2 images, 1 font, 2 others"
        );
        assert_eq!(counts.json()["total"], 8);
        let one = AssetCounts::of(["_assets/a.1.ico"].into_iter());
        assert_eq!(one.to_string(), "1 asset: 1 image");
    }
}
