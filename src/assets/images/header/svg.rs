//! SVG: the attributes of its first element. Nothing else of the file is read, and no entity is expanded.

use super::format::{Format, Header};

/// What browsers take for an image without dimensions.
const DEFAULT: (u32, u32) = (300, 150);

/// Whether a file begins as SVG does.
pub(super) fn begins(start: &[u8]) -> bool {
    root(&String::from_utf8_lossy(start)).is_some()
}

/// The dimensions, from `width` and `height`, else from `viewBox`, else those that browsers take.
pub(super) fn read(start: &[u8]) -> Header {
    let text = String::from_utf8_lossy(start);
    let attributes = root(&text).unwrap_or_default();
    let given = (pixels(attributes, "width"), pixels(attributes, "height"));
    let view = attribute(attributes, "viewBox").and_then(view_box);
    let (width, height) = match (given, view) {
        ((Some(width), Some(height)), _) => (width, height),
        ((Some(width), None), Some((w, h))) => (width, width * h / w),
        ((None, Some(height)), Some((w, h))) => (height * w / h, height),
        ((None, None), Some(view)) => view,
        _ => (f64::from(DEFAULT.0), f64::from(DEFAULT.1)),
    };
    let whole = |size: f64| {
        // A whole number of at least one, whatever the size was.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let size = size.round().clamp(1.0, 10_000.0) as u32;
        size
    };
    Header::upright(Format::Svg, whole(width), whole(height))
}

/// The text behind the `<svg` of the first element, whatever comments and declarations stand before it.
fn root(text: &str) -> Option<&str> {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        rest = if let Some(behind) = rest.strip_prefix("<?") {
            behind.split_once("?>")?.1
        } else if let Some(behind) = rest.strip_prefix("<!--") {
            behind.split_once("-->")?.1
        } else if let Some(behind) = rest.strip_prefix("<!DOCTYPE") {
            behind_doctype(behind)?
        } else {
            let behind = rest.strip_prefix("<svg")?;
            return behind.starts_with(|c: char| c.is_whitespace() || c == '>').then_some(behind);
        }
        .trim_start();
    }
}

/// Skips a document type, with the declarations in its brackets.
fn behind_doctype(text: &str) -> Option<&str> {
    let end = text.find(['[', '>'])?;
    let (_, behind) = text.split_at(end);
    match behind.strip_prefix('[') {
        Some(declarations) => declarations.split_once(']')?.1.trim_start().strip_prefix('>'),
        None => behind.strip_prefix('>'),
    }
}

/// The value of an attribute of the first element.
fn attribute<'a>(mut rest: &'a str, wanted: &str) -> Option<&'a str> {
    loop {
        rest = rest.trim_start();
        let (name, behind) = rest.split_once('=')?;
        let behind = behind.trim_start();
        let quote = behind.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let (value, behind) = behind[1..].split_once(quote)?;
        if name.contains('>') {
            return None;
        }
        if name.trim_end() == wanted {
            return Some(value);
        }
        rest = behind;
    }
}

/// A length in pixels; `None` in other units, which only a browser can resolve.
fn pixels(attributes: &str, name: &str) -> Option<f64> {
    let value = attribute(attributes, name)?.trim();
    positive(value.strip_suffix("px").unwrap_or(value))
}

fn view_box(value: &str) -> Option<(f64, f64)> {
    let mut numbers = value.split([' ', ',', '\t', '\n', '\r']).filter(|part| !part.is_empty());
    let (width, height) = (numbers.nth(2)?, numbers.next()?);
    Some((positive(width)?, positive(height)?))
}

fn positive(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|size: &f64| size.is_finite() && *size > 0.0)
}
