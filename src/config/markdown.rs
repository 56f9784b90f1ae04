//! `[markdown]` of `kiln.toml`.

/// How Markdown is rendered, where a collection does not say otherwise: `[markdown]` in `kiln.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Markdown {
    /// Whether straight quotes, `--` and `...` become typographic ones.
    pub smart_punctuation: bool,
    /// Whether `$x$` and `$$x$$` are formulas.
    pub math: bool,
    /// Whether every heading has a link to itself.
    pub heading_anchors: bool,
    /// How code blocks are highlighted, with the feature `highlight`.
    pub highlight: Highlight,
    /// The widths in pixels that images next to a file are resized to, in ascending order.
    pub image_widths: &'static [u32],
    /// The `rel` of links to other origins, or nothing.
    pub external_links: &'static str,
}

/// How code blocks are highlighted: `highlight` in `kiln.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Highlight {
    /// Not at all.
    Off,
    /// With the colors of two themes of two-face.
    Themes {
        /// The theme for light backgrounds.
        light: &'static str,
        /// The theme for dark backgrounds.
        dark: &'static str,
    },
}

impl Highlight {
    /// The themes of a site that names none.
    pub const DEFAULT: Highlight =
        Highlight::Themes { light: "InspiredGitHub", dark: "OneHalfDark" };
}

impl Markdown {
    /// The default settings, for a site without `[markdown]`.
    pub const DEFAULT: Markdown = Markdown {
        smart_punctuation: false,
        math: false,
        heading_anchors: false,
        highlight: Highlight::DEFAULT,
        image_widths: &[],
        external_links: "",
    };
}

#[cfg(feature = "content")]
impl Markdown {
    /// The settings as the renderer takes them.
    pub(crate) fn settings(&self) -> kiln_content::markdown::Settings {
        use kiln_content::markdown::{Highlight as Colors, Settings};
        let highlight = match self.highlight {
            Highlight::Off => Colors::Off,
            Highlight::Themes { light, dark } => Colors::Themes { light, dark },
        };
        let Markdown {
            smart_punctuation, math, heading_anchors, image_widths, external_links, ..
        } = *self;
        Settings {
            smart_punctuation,
            math,
            heading_anchors,
            highlight,
            image_widths,
            external_links,
        }
    }
}
