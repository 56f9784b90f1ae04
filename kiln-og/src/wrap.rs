//! Wraps text, as SVG 2 does for a `<text>` with the property `inline-size`, which resvg does not know yet.
//!
//! resvg itself measures: in a copy of the document, each piece of a text stands in a `<text>` of its own, with the same style and
//! in the same place. Then the text is replaced by its lines.

use std::fmt::Write;
use std::ops::Range;

use resvg::usvg::roxmltree::{Document, Node};
use resvg::usvg::{self, Tree};

use crate::document::is_text;
use crate::error::Error;
use crate::lines::{self, Gaps, Piece, Setting};

/// Attributes of a text that its lines do not have: they are its own, or set the place.
const OWN: [&str; 8] = ["id", "x", "y", "dx", "dy", "text-anchor", "transform", "textLength"];

/// What is measured beside the pieces: a letter, two of them, two with a space between, and the sign at the end of a text that is cut.
const SAMPLES: [&str; 4] = ["x", "xx", "x x", "\u{2026}"];

/// A text that is wrapped.
pub(crate) struct Wrapped<'a, 'input> {
    element: Node<'a, 'input>,
    setting: Setting,
    line_height: f32,
    pieces: Vec<Piece>,
}

/// Reads a document, for its measures.
pub(crate) type Read<'a> = dyn FnMut(&str) -> Result<Tree, Error> + 'a;

/// The texts of a document that are to be wrapped.
///
/// # Errors
///
/// Fails if the attributes of a text are not numbers, or if it contains elements.
pub(crate) fn texts<'a, 'input>(
    document: &'a Document<'input>,
) -> Result<Vec<Wrapped<'a, 'input>>, Error> {
    let texts = document.descendants().filter(is_text);
    texts.filter_map(|element| Wrapped::of(element).transpose()).collect()
}

/// The document with texts wrapped; `None` if there are none.
///
/// # Errors
///
/// Fails if the document cannot be read.
pub(crate) fn wrap(
    document: &Document<'_>,
    mut texts: Vec<Wrapped<'_, '_>>,
    read: &mut Read<'_>,
) -> Result<Option<String>, Error> {
    if texts.is_empty() {
        return Ok(None);
    }
    let mut widths = measure(document, &texts, read)?;
    if divide(&mut texts, &widths) {
        widths = measure(document, &texts, read)?;
    }
    let lines = texts.iter().zip(&widths).map(|(text, widths)| (text.range(), text.lines(widths)));
    Ok(Some(replaced(document.input_text(), lines)))
}

impl<'a, 'input> Wrapped<'a, 'input> {
    fn of(element: Node<'a, 'input>) -> Result<Option<Self>, Error> {
        let Some(width) = number(element, "inline-size")? else { return Ok(None) };
        if element.children().any(|child| child.is_element()) {
            let hint = "write each style as a `<text>` of its own, or remove `inline-size`";
            return Err(Error::new("a `<text>` with `inline-size` contains an element", hint));
        }
        let text: String = element.children().filter_map(|child| child.text()).collect();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            return Ok(None);
        }
        let clamp = number(element, "line-clamp")?.map_or(usize::MAX, at_least_one);
        let is_balanced = element.attribute("text-wrap") == Some("balance");
        Ok(Some(Wrapped {
            element,
            setting: Setting { width, clamp, is_balanced },
            line_height: number(element, "line-height")?.unwrap_or(1.2),
            pieces: lines::pieces(&text),
        }))
    }

    fn range(&self) -> Range<usize> {
        self.element.range()
    }

    /// Each piece in an element of its own.
    fn measured(&self, index: usize) -> String {
        let attributes = self.attributes(&OWN);
        let pieces = self.pieces.iter().map(|piece| &*piece.text);
        let mut markup = String::new();
        for (at, text) in SAMPLES.into_iter().chain(pieces).enumerate() {
            let id = id(index, at);
            let _ = write!(markup, "<text id=\"{id}\"{attributes}>{}</text>", escaped(text));
        }
        markup
    }

    /// The element with a line in each `<tspan>`.
    fn lines(&self, widths: &[f32]) -> String {
        let [x, xx, x_x, ellipsis] = [0, 1, 2, 3].map(|at| widths[at]);
        let gaps = Gaps { space: x_x - 2.0 * x, joint: xx - 2.0 * x, ellipsis };
        let widths = widths[SAMPLES.len()..].iter().copied();
        let pieces: Vec<_> = self.pieces.iter().cloned().zip(widths).collect();
        let left = escaped(self.element.attribute("x").unwrap_or("0"));
        let mut markup = format!("<text{}>", self.attributes(&[]));
        for (at, line) in lines::lines(&pieces, gaps, self.setting).iter().enumerate() {
            let down = if at == 0 { 0.0 } else { self.line_height };
            let line = escaped(line);
            let _ = write!(markup, "<tspan x=\"{left}\" dy=\"{down}em\">{line}</tspan>");
        }
        markup + "</text>"
    }

    /// The attributes of the element, without those in a list.
    fn attributes(&self, without: &[&str]) -> String {
        let own = self.element.attributes().filter(|attribute| {
            attribute.namespace().is_none() && !without.contains(&attribute.name())
        });
        own.fold(String::new(), |mut markup, attribute| {
            let _ = write!(markup, " {}=\"{}\"", attribute.name(), escaped(attribute.value()));
            markup
        })
    }
}

/// The widths of the samples and of the pieces of each text.
fn measure(
    document: &Document<'_>,
    texts: &[Wrapped<'_, '_>],
    read: &mut Read<'_>,
) -> Result<Vec<Vec<f32>>, Error> {
    let markup = texts.iter().enumerate().map(|(at, text)| (text.range(), text.measured(at)));
    let tree = read(&replaced(document.input_text(), markup))?;
    let width = |id: &str| match tree.node_by_id(id) {
        Some(usvg::Node::Text(text)) => text.bounding_box().width(),
        // It is not shown.
        _ => 0.0,
    };
    let all = |(index, text): (usize, &Wrapped<'_, '_>)| {
        (0..SAMPLES.len() + text.pieces.len()).map(|at| width(&id(index, at))).collect()
    };
    Ok(texts.iter().enumerate().map(all).collect())
}

/// Divides pieces that are wider than their line. Returns true if and only if there are some.
fn divide(texts: &mut [Wrapped<'_, '_>], widths: &[Vec<f32>]) -> bool {
    let mut is_divided = false;
    for (text, widths) in texts.iter_mut().zip(widths) {
        let own = widths[SAMPLES.len()..].iter();
        let parts = text.pieces.iter().zip(own).flat_map(|(piece, own)| {
            let is_wide = *own > text.setting.width;
            is_divided |= is_wide;
            if is_wide { lines::characters(piece) } else { vec![piece.clone()] }
        });
        text.pieces = parts.collect();
    }
    is_divided
}

/// The document with ranges of it replaced, which are in order.
fn replaced(markup: &str, parts: impl Iterator<Item = (Range<usize>, String)>) -> String {
    let mut new = String::with_capacity(markup.len() * 2);
    let mut end = 0;
    for (range, part) in parts {
        new.push_str(&markup[end..range.start]);
        new.push_str(&part);
        end = range.end;
    }
    new + &markup[end..]
}

/// No id of an author contains a space.
fn id(index: usize, at: usize) -> String {
    format!("kiln {index} {at}")
}

fn number(element: Node<'_, '_>, name: &str) -> Result<Option<f32>, Error> {
    let Some(text) = element.attribute(name) else { return Ok(None) };
    let number = text.trim().trim_end_matches("px").parse().ok();
    number.filter(|number: &f32| number.is_finite() && *number > 0.0).map(Some).ok_or_else(|| {
        let message = format!("`{name}=\"{text}\"` of a `<text>` is not a number above 0");
        Error::new(message, "write it without a unit, for example `inline-size=\"1040\"`")
    })
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
fn at_least_one(number: f32) -> usize {
    (number as usize).max(1)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
