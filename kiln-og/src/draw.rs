//! Draws a document: its text is wrapped, then resvg paints it, then it becomes a PNG file.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{
    Font, FontFamily, FontResolver, Group, ImageHrefResolver, Node, Options, Size, Tree,
};

use crate::error::Error;
use crate::fonts::{self, BUNDLED, Fonts};
use crate::{document, png, wrap};

/// The most pixels of a picture.
pub const MAX_PIXELS: u64 = 1 << 24;

/// What a picture depends on beside document, size and fonts. It changes when the same document would become another file.
pub const RECIPE: &str = concat!("1 ", env!("CARGO_PKG_VERSION"));

/// A picture, and what is not as its author meant it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// The PNG file.
    pub png: Vec<u8>,
    /// The characters that no font has.
    pub missing: BTreeSet<char>,
    /// The font families that the document names in vain.
    pub unknown: BTreeSet<String>,
}

/// Draws an SVG document in a size in pixels.
///
/// The document is made as large as fits, and is in the middle. A `<text>` with the attribute `inline-size` is wrapped to that width.
///
/// # Errors
///
/// Fails if the size is 0 or larger than [`MAX_PIXELS`], and if the document is not valid SVG, or refers to an image in a file.
pub fn draw(markup: &str, width: u32, height: u32, fonts: &Fonts) -> Result<Drawing, Error> {
    let (mut pixmap, document) = (canvas(width, height)?, document::parse(markup)?);
    let texts = wrap::texts(&document)?;
    let wrapped = wrap::wrap(&document, texts, &mut |markup| Ok(read(markup, fonts)?.0))?;
    let (tree, unknown) = read(wrapped.as_deref().unwrap_or(markup), fonts)?;
    resvg::render(&tree, fitting(tree.size(), width, height), &mut pixmap.as_mut());
    let mut missing = BTreeSet::new();
    collect_missing(tree.root(), &mut missing);
    Ok(Drawing { png: png::encode(&pixmap), missing, unknown })
}

/// Checks a document without drawing it, which takes no more than a millisecond.
///
/// # Errors
///
/// Fails like [`draw`], except for mistakes that only resvg finds.
pub fn check(markup: &str, width: u32, height: u32) -> Result<(), Error> {
    check_size(width, height)?;
    wrap::texts(&document::parse(markup)?).map(drop)
}

fn canvas(width: u32, height: u32) -> Result<Pixmap, Error> {
    check_size(width, height)?;
    Pixmap::new(width, height).ok_or_else(|| size_error("empty", width, height))
}

fn check_size(width: u32, height: u32) -> Result<(), Error> {
    match u64::from(width) * u64::from(height) {
        0 => Err(size_error("empty", width, height)),
        1..=MAX_PIXELS => Ok(()),
        _ => Err(size_error("too large", width, height)),
    }
}

fn size_error(what: &str, width: u32, height: u32) -> Error {
    let message = format!("a picture of {width}\u{d7}{height} pixels is {what}");
    Error::new(message, "most sites show 1200\u{d7}630 pixels")
}

/// Scales a document so that it fits, and moves it to the middle.
#[expect(clippy::cast_precision_loss, reason = "there are at most 2^24 pixels")]
fn fitting(size: Size, width: u32, height: u32) -> Transform {
    let (width, height) = (width as f32, height as f32);
    let scale = (width / size.width()).min(height / size.height());
    let left = (width - size.width() * scale) / 2.0;
    let top = (height - size.height() * scale) / 2.0;
    Transform::from_row(scale, 0.0, 0.0, scale, left, top)
}

/// Reads a document with its text, and the font families that it names in vain.
fn read(markup: &str, fonts: &Fonts) -> Result<(Tree, BTreeSet<String>), Error> {
    let unknown = Mutex::new(BTreeSet::new());
    let select = FontResolver::default_font_selector();
    let options = Options {
        font_family: BUNDLED.to_owned(),
        fontdb: Arc::clone(&fonts.database),
        font_resolver: FontResolver {
            select_font: Box::new(|font, database| {
                let names = unknown_families(font, |name| fonts::has_family(database, name));
                unknown.lock().unwrap_or_else(PoisonError::into_inner).extend(names);
                select(font, database)
            }),
            select_fallback: Box::new(|character, used, database| {
                fonts::fallback(database, used, character)
            }),
        },
        image_href_resolver: ImageHrefResolver {
            resolve_data: ImageHrefResolver::default_data_resolver(),
            // By default, it would be the path of a file.
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    };
    let tree = Tree::from_str(markup, &options).map_err(|error| {
        let hint = "give it a `viewBox`, such as `viewBox=\"0 0 1200 630\"`";
        Error::new(format!("the SVG cannot be drawn: {error}"), hint)
    })?;
    drop(options);
    Ok((tree, unknown.into_inner().unwrap_or_else(PoisonError::into_inner)))
}

/// The families of a font that are not there, unless a later one in the list is.
fn unknown_families(font: &Font, has: impl Fn(&str) -> bool) -> Vec<String> {
    let mut unknown = Vec::new();
    for family in font.families() {
        match family {
            FontFamily::Named(name) if !has(name) => unknown.push(name.clone()),
            _ => return Vec::new(),
        }
    }
    unknown
}

/// Collects the characters of a group, and of what it refers to, that have no glyph.
fn collect_missing(group: &Group, missing: &mut BTreeSet<char>) {
    for node in group.children() {
        match node {
            Node::Group(group) => collect_missing(group, missing),
            Node::Text(text) => {
                let glyphs = text.layouted().iter().flat_map(|span| &span.positioned_glyphs);
                let without = glyphs.filter(|glyph| glyph.id.0 == 0);
                missing.extend(without.flat_map(|glyph| glyph.text.chars()));
            }
            Node::Path(_) | Node::Image(_) => {}
        }
        node.subroots(|group| collect_missing(group, missing));
    }
}
