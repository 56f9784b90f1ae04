//! `[markdown]` of kiln.toml.

/// How Markdown is rendered where a [`Markdown`](super::Markdown) does not say otherwise: `[markdown]` of kiln.toml.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Whether straight quotes, `--` and `...` become typographic ones.
    pub smart_punctuation: bool,
    /// Whether `$x$` and `$$x$$` are formulas.
    pub math: bool,
    /// Whether every heading has a link to itself.
    pub heading_anchors: bool,
    /// How code blocks are highlighted.
    pub highlight: Highlight,
    /// The widths in pixels that images next to a file are resized to, in ascending order.
    pub image_widths: &'static [u32],
    /// The `rel` of links to other origins, or nothing.
    pub external_links: &'static str,
}

/// How code blocks are highlighted: `highlight` of kiln.toml.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

impl Settings {
    /// The settings of a site without `[markdown]`.
    pub const DEFAULT: Settings = Settings {
        smart_punctuation: false,
        math: false,
        heading_anchors: false,
        highlight: Highlight::DEFAULT,
        image_widths: &[],
        external_links: "",
    };
}

impl Highlight {
    /// The themes of a site that names none.
    pub const DEFAULT: Highlight =
        Highlight::Themes { light: "Coldark-Cold", dark: "Coldark-Dark" };
}

impl Default for Settings {
    fn default() -> Self {
        Settings::DEFAULT
    }
}
