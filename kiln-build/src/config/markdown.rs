//! Reads `[markdown]` of `kiln.toml`.

use toml::Spanned;
use toml::de::DeValue;

use super::settings::{Settings, list, nearest};

/// How Markdown is rendered, where a collection does not say otherwise.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Markdown {
    pub(crate) smart_punctuation: bool,
    pub(crate) math: bool,
    pub(crate) heading_anchors: bool,
    pub(crate) highlight: Highlight,
    /// In pixels, in ascending order.
    pub(crate) image_widths: Vec<u32>,
    /// The `rel` of links to other origins, or nothing.
    pub(crate) external_links: String,
}

/// How code blocks are highlighted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Highlight {
    Off,
    Themes { light: String, dark: String },
}

impl Default for Highlight {
    fn default() -> Self {
        Highlight::Themes { light: "Coldark-Cold".to_owned(), dark: "Coldark-Dark".to_owned() }
    }
}

const KEYS: [&str; 6] =
    ["smart-punctuation", "math", "heading-anchors", "highlight", "image-widths", "external-links"];

/// The themes of two-face, without those that leave the colors to a terminal.
pub(crate) const THEMES: [&str; 29] = [
    "1337",
    "Catppuccin Frappe",
    "Catppuccin Latte",
    "Catppuccin Macchiato",
    "Catppuccin Mocha",
    "Coldark-Cold",
    "Coldark-Dark",
    "DarkNeon",
    "Dracula",
    "GitHub",
    "InspiredGitHub",
    "Monokai Extended",
    "Monokai Extended Bright",
    "Monokai Extended Light",
    "Monokai Extended Origin",
    "Nord",
    "OneHalfDark",
    "OneHalfLight",
    "Solarized (dark)",
    "Solarized (light)",
    "Sublime Snazzy",
    "TwoDark",
    "base16-eighties.dark",
    "base16-mocha.dark",
    "base16-ocean.dark",
    "base16-ocean.light",
    "gruvbox-dark",
    "gruvbox-light",
    "zenburn",
];

/// Browsers do not show wider images, and a larger number is a mistake.
const MAX_WIDTH: u32 = 16_384;

/// Reads the table.
pub(super) fn read(settings: &mut Settings<'_>, value: &Spanned<DeValue<'_>>) -> Markdown {
    let mut markdown = Markdown::default();
    let Some(table) = settings.table(value, "markdown = { heading-anchors = true }") else {
        return markdown;
    };
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "smart-punctuation" => {
                settings
                    .boolean(value, "smart-punctuation = true")
                    .inspect(|v| markdown.smart_punctuation = *v);
            }
            "math" => {
                settings.boolean(value, "math = true").inspect(|v| markdown.math = *v);
            }
            "heading-anchors" => {
                settings
                    .boolean(value, "heading-anchors = true")
                    .inspect(|v| markdown.heading_anchors = *v);
            }
            "highlight" => highlight(settings, value, &mut markdown.highlight),
            "image-widths" => {
                let example = "image-widths = [480, 960]";
                let widths = settings
                    .each_once(value, example, |settings, element| width(settings, element));
                markdown.image_widths = widths.unwrap_or_default();
                markdown.image_widths.sort_unstable();
            }
            "external-links" => {
                settings
                    .string(value, "external-links = \"noopener\"", rel)
                    .inspect(|v| markdown.external_links.clone_from(v));
            }
            _ => settings.unknown_key(key, &KEYS),
        }
    }
    markdown
}

/// Two themes, of which one may be left to its default, or `false`.
fn highlight(settings: &mut Settings<'_>, value: &Spanned<DeValue<'_>>, highlight: &mut Highlight) {
    let example = "highlight = { light = \"GitHub\", dark = \"Nord\" }, or highlight = false";
    let themes = match value.get_ref() {
        DeValue::Boolean(false) => return *highlight = Highlight::Off,
        DeValue::Table(themes) => themes,
        DeValue::Boolean(true) => {
            let message = "`highlight` names two themes, or is `false`".to_owned();
            return settings.report(
                value.span(),
                message,
                format!("write, for example, {example}"),
            );
        }
        _ => return settings.unexpected("a table or `false`", value, example),
    };
    for (key, value) in themes {
        let chosen = match key.get_ref().as_ref() {
            "light" | "dark" => settings.string(value, "light = \"GitHub\"", theme),
            _ => {
                settings.unknown_key(key, &["light", "dark"]);
                None
            }
        };
        if let (Some(theme), Highlight::Themes { light, dark }) = (chosen, &mut *highlight) {
            let field = if key.get_ref() == "light" { light } else { dark };
            *field = theme;
        }
    }
}

/// The name of a theme.
fn theme(name: &str) -> Result<String, (String, String)> {
    if THEMES.contains(&name) {
        return Ok(name.to_owned());
    }
    let hint = match nearest(name, &THEMES) {
        Some(known) => format!("write \"{known}\""),
        None => format!("the themes are {}", list(&THEMES)),
    };
    Err((format!("two-face has no theme `{name}`"), hint))
}

fn width(settings: &mut Settings<'_>, value: &Spanned<DeValue<'_>>) -> Option<u32> {
    let DeValue::Integer(number) = value.get_ref() else {
        settings.unexpected("a width in pixels", value, "image-widths = [480, 960]");
        return None;
    };
    let width = u32::from_str_radix(number.as_str(), number.radix()).ok();
    let width = width.filter(|width| (1..=MAX_WIDTH).contains(width));
    if width.is_none() {
        let message = format!("`{}` is not a valid image width", settings.shown(value.span()));
        settings.report(
            value.span(),
            message,
            format!("write a number of pixels from 1 to {MAX_WIDTH}"),
        );
    }
    width
}

/// The tokens of a `rel` attribute.
fn rel(text: &str) -> Result<String, (String, String)> {
    let is_token =
        |token: &str| token.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let tokens: Vec<&str> = text.split_whitespace().collect();
    match tokens.iter().find(|token| !is_token(token)) {
        Some(token) => Err((
            format!("`{token}` cannot stand in `rel`"),
            "write words of letters, digits and hyphens, for example \"noopener nofollow\""
                .to_owned(),
        )),
        None => Ok(tokens.join(" ")),
    }
}
