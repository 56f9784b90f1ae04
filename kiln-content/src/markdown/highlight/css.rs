//! The stylesheet of highlighted code.

use std::fmt::Write as _;

use anyhow::Result;
use syntect::highlighting::{Color, FontStyle};

use super::colors::{Colors, FONTS, Palette, css as color};

/// The rules of two themes: the light one, and the dark one where the reader or the page asks for it.
pub(crate) fn css(light: &str, dark: &str) -> Result<String> {
    let palette = Palette::of(light, dark)?;
    let mut css = String::from(".code .marked{display:inline-block;min-width:100%}\n");
    push_rules(&mut css, "", &palette.light);
    css.push_str("@media (prefers-color-scheme:dark){\n");
    push_dark(&mut css, ":root:not([data-theme=\"light\"]) ", &palette.dark);
    css.push_str("}\n");
    push_dark(&mut css, ":root[data-theme=\"dark\"] ", &palette.dark);
    Ok(css)
}

/// The rules of the dark theme, which take back those of the light one.
fn push_dark(css: &mut String, scope: &str, dark: &Colors) {
    let reset = "color:inherit;font-weight:inherit;font-style:inherit;text-decoration:inherit";
    let _ = writeln!(css, "{scope}.code span{{{reset}}}");
    push_rules(css, scope, dark);
}

fn push_rules(css: &mut String, scope: &str, colors: &Colors) {
    let (foreground, background) = colors.base();
    let _ = writeln!(css, "{scope}.code{{color:{foreground};background-color:{background}}}");
    let _ = writeln!(
        css,
        "{scope}.code .marked{{background-color:{}}}",
        marked(colors.theme.settings.line_highlight)
    );
    for (class, color) in colors.classes() {
        let _ = writeln!(css, "{scope}.code .{class}{{color:{color}}}");
    }
    let fonts = colors.theme.scopes.iter().filter_map(|item| item.style.font_style);
    let used = fonts.fold(FontStyle::empty(), |used, font| used | font);
    for (_, letter, rule) in FONTS.iter().filter(|(font, ..)| used.contains(*font)) {
        let _ = writeln!(css, "{scope}.code .{}{letter}{{{rule}}}", colors.prefix);
    }
}

/// The color behind a marked line.
fn marked(highlight: Option<Color>) -> String {
    match highlight {
        Some(Color { r, g, b, a }) if a > 0 => color([r, g, b, a]),
        _ => "#80808033".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_themes_are_in_the_stylesheet() {
        let css = css("InspiredGitHub", "OneHalfDark").unwrap();
        for rule in [
            ".code{color:#323232;background-color:#ffffff}",
            ".code .l8{color:#969896}",
            ".code .li{font-style:italic}",
            "@media (prefers-color-scheme:dark){",
            ":root:not([data-theme=\"light\"]) .code{color:#dcdfe4;background-color:#282c34}",
            ":root[data-theme=\"dark\"] .code .d1{color:#5c6370}",
        ] {
            assert!(css.contains(&format!("{rule}\n")), "{rule}\n{css}");
        }
        assert_eq!(css.matches('{').count(), css.matches('}').count());
    }

    #[test]
    fn a_theme_that_does_not_exist_is_an_error() {
        assert_eq!(
            css("Nord", "nothing").unwrap_err().to_string(),
            "two-face has no theme `nothing`"
        );
    }
}
