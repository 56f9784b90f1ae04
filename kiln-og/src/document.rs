//! Reads the XML of a document, and refuses what could read files.

use resvg::usvg::roxmltree::{self, Document, Node, ParsingOptions};

use crate::error::Error;

const SVG: &str = "http://www.w3.org/2000/svg";
const ROOT: &str =
    "start with `<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1200 630\">`";
const XLINK: &str = "http://www.w3.org/1999/xlink";

/// Reads a document.
///
/// # Errors
///
/// Fails if it is not well-formed, is not SVG, or refers to a file.
pub(crate) fn parse(markup: &str) -> Result<Document<'_>, Error> {
    // Entities of a document type could grow without end.
    let options = ParsingOptions { allow_dtd: false, ..ParsingOptions::default() };
    let document = Document::parse_with_options(markup, options).map_err(|error| {
        let hint = match error {
            roxmltree::Error::DtdDetected => "remove `<!DOCTYPE …>`, which nothing needs",
            _ if !markup.contains("<svg") => ROOT,
            _ => "`html!` escapes text; with `format!`, write `&amp;` for `&` and `&lt;` for `<`",
        };
        Error::new(format!("the SVG is not well-formed: {error}"), hint)
    })?;
    let root = document.root_element();
    if !root.has_tag_name((SVG, "svg")) {
        return Err(Error::new("the markup is not an SVG document", ROOT));
    }
    root.descendants().try_for_each(check_image)?;
    Ok(document)
}

/// Accepts an image whose bytes are part of the document.
fn check_image(node: Node<'_, '_>) -> Result<(), Error> {
    if !matches!(node.tag_name().name(), "image" | "feImage") {
        return Ok(());
    }
    let href = node.attribute("href").or_else(|| node.attribute((XLINK, "href"))).unwrap_or("");
    let href = href.trim_start();
    let is_allowed = ["#", "data:image/png", "data:image/svg+xml"]
        .iter()
        .any(|start| href.get(..start.len()).is_some_and(|own| own.eq_ignore_ascii_case(start)));
    if is_allowed || href.is_empty() {
        return Ok(());
    }
    let shown: String = href.chars().take(40).collect();
    let hint =
        "a card reads no files: write a PNG or an SVG image as a URL that starts with `data:`";
    Err(Error::new(format!("the SVG refers to the image `{shown}`"), hint))
}

/// Returns true if and only if a node is a `<text>` of SVG.
pub(crate) fn is_text(node: &Node<'_, '_>) -> bool {
    node.has_tag_name((SVG, "text"))
}
