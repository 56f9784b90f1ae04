//! The colors of two themes, as classes.
//!
//! A token has the classes of its colors: `l3` is the fourth color of the light theme, `d5` the sixth of the dark one.
//! What has the color of all text has no class. So the HTML is small, and the stylesheet has one rule for each color.

use std::fmt::Write as _;
use std::sync::{LazyLock, Mutex, PoisonError};

use anyhow::{Context as _, Result};
use syntect::highlighting::{Color, FontStyle, Highlighter, Theme};
use syntect::parsing::Scope;
use two_face::theme::{EmbeddedLazyThemeSet, EmbeddedThemeName};

use crate::order;

/// Two themes, the one for light backgrounds first.
pub(super) struct Palette {
    pub(super) light: Colors,
    pub(super) dark: Colors,
}

/// The colors of one theme.
pub(super) struct Colors {
    pub(super) theme: &'static Theme,
    highlighter: Highlighter<'static>,
    /// Each once, in order.
    foregrounds: Vec<[u8; 4]>,
    /// What the names of its classes start with.
    pub(super) prefix: char,
}

/// The font styles of themes, with the letter of their class and their rule.
pub(super) const FONTS: [(FontStyle, char, &str); 3] = [
    (FontStyle::BOLD, 'b', "font-weight:bold"),
    (FontStyle::ITALIC, 'i', "font-style:italic"),
    (FontStyle::UNDERLINE, 'u', "text-decoration:underline"),
];

impl Palette {
    /// The palette of two themes. It is made once, and kept.
    pub(super) fn of(light: &str, dark: &str) -> Result<&'static Palette> {
        static PALETTES: Mutex<Vec<([String; 2], &'static Palette)>> = Mutex::new(Vec::new());
        let mut palettes = PALETTES.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, palette)) = palettes.iter().find(|(names, _)| *names == [light, dark]) {
            return Ok(palette);
        }
        let palette = Palette { light: Colors::of(light, 'l')?, dark: Colors::of(dark, 'd')? };
        let palette: &'static Palette = Box::leak(Box::new(palette));
        palettes.push(([light.to_owned(), dark.to_owned()], palette));
        Ok(palette)
    }

    /// The classes of a token, or nothing.
    pub(super) fn classes(&self, scopes: &[Scope]) -> String {
        let mut classes = String::new();
        for colors in [&self.light, &self.dark] {
            colors.push_classes(&mut classes, scopes);
        }
        classes.truncate(classes.trim_end().len());
        classes
    }
}

impl Colors {
    fn of(name: &str, prefix: char) -> Result<Self> {
        let theme = theme(name).with_context(|| format!("two-face has no theme `{name}`"))?;
        let foregrounds = theme.scopes.iter().filter_map(|item| item.style.foreground).map(bytes);
        let mut foregrounds: Vec<[u8; 4]> = foregrounds.collect();
        order::sort(&mut foregrounds, <[u8; 4]>::cmp);
        foregrounds.dedup();
        Ok(Colors { theme, highlighter: Highlighter::new(theme), foregrounds, prefix })
    }

    fn push_classes(&self, classes: &mut String, scopes: &[Scope]) {
        let style = self.highlighter.style_for_stack(scopes);
        let is_default = style.foreground == self.highlighter.get_default().foreground;
        if let (false, Ok(index)) =
            (is_default, self.foregrounds.binary_search(&bytes(style.foreground)))
        {
            let _ = write!(classes, "{}{index} ", self.prefix);
        }
        for (_, letter, _) in FONTS.iter().filter(|(font, ..)| style.font_style.contains(*font)) {
            let _ = write!(classes, "{}{letter} ", self.prefix);
        }
    }

    /// The classes of colors, each with its color.
    pub(super) fn classes(&self) -> impl Iterator<Item = (String, String)> {
        let class =
            |(index, color): (usize, &[u8; 4])| (format!("{}{index}", self.prefix), css(*color));
        self.foregrounds.iter().enumerate().map(class)
    }

    /// The color of all text, and the one behind it.
    pub(super) fn base(&self) -> (String, String) {
        let default = self.highlighter.get_default();
        (css(bytes(default.foreground)), css(bytes(default.background)))
    }
}

/// A theme by its name. All are unpacked with the program, and each is read when it is used.
fn theme(name: &str) -> Option<&'static Theme> {
    static THEMES: LazyLock<EmbeddedLazyThemeSet> = LazyLock::new(two_face::theme::extra);
    let known: &[EmbeddedThemeName] = EmbeddedLazyThemeSet::theme_names();
    known.iter().find(|theme| theme.as_name() == name).map(|theme| THEMES.get(*theme))
}

fn bytes(color: Color) -> [u8; 4] {
    [color.r, color.g, color.b, color.a]
}

/// A color as CSS writes it.
pub(super) fn css([r, g, b, a]: [u8; 4]) -> String {
    match a {
        255 => format!("#{r:02x}{g:02x}{b:02x}"),
        _ => format!("#{r:02x}{g:02x}{b:02x}{a:02x}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// kiln-build checks kiln.toml without two-face.
    #[test]
    fn the_themes_of_kiln_build_are_those_of_two_face() {
        let names = EmbeddedLazyThemeSet::theme_names().iter().map(|theme| theme.as_name());
        // An alpha of 0 stands for a color of the terminal.
        let is_for_terminals = |name: &str| {
            let mut scopes = theme(name).unwrap().scopes.iter();
            scopes.any(|item| item.style.foreground.is_some_and(|color| color.a == 0))
        };
        let mut names: Vec<&str> = names.filter(|name| !is_for_terminals(name)).collect();
        names.sort_unstable();
        assert_eq!(names, kiln_build::testing::themes());
    }

    #[test]
    fn colors_have_a_class_each() {
        let palette = Palette::of("InspiredGitHub", "OneHalfDark").unwrap();
        let scopes = |text: &str| {
            text.split(' ').map(|scope| Scope::new(scope).unwrap()).collect::<Vec<_>>()
        };
        let comment = palette.classes(&scopes("source.rust comment.line"));
        assert_eq!(palette.classes(&scopes("source.rust")), "");
        assert_eq!(comment, "l8 li d1");
        let light: Vec<(String, String)> = palette.light.classes().collect();
        assert!(light.contains(&("l8".into(), "#969896".into())), "{light:?}");
    }
}
