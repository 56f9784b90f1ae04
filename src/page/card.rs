//! A social image, which other sites show beside a link to a page.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderValue, header};
use http_body_util::{BodyExt, Full};
use kiln_og::Fonts;

use crate::assets::cards::CardWarning;
use crate::page::context::Context;

/// A social image: an SVG document that becomes a PNG file, as a response with the content type `image/png`.
///
/// It is drawn by resvg. Its text is set in the fonts below `assets/fonts` (TrueType and OpenType) and in Inter, which is part of kiln,
/// and never in fonts of the system: the same document is the same file on every machine. A build keeps what it has drawn in
/// `target/kiln`.
///
/// A `<text>` with the attribute `inline-size`, as in SVG 2, is wrapped to that width. `line-height` is a factor of the font size (1.2),
/// `text-wrap="balance"` makes the lines nearly equal, and `line-clamp` is the most lines, the last of which ends in `…`.
///
/// The document cannot refer to files, so that no text in it can read any. Pictures in it are URLs that start with `data:`.
///
/// # Example
///
/// ```
/// // src/pages/card.png.rs
/// use kiln::og::Card;
/// use kiln::prelude::*;
///
/// # #[cfg(feature = "html")]
/// pub fn get() -> Result<Card> {
///     let svg = html! {
///         svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 630" {
///             rect width="1200" height="630" fill="#29231f" {}
///             text x="80" y="180" inline-size="1040" font-size="84" font-weight="700" fill="#fff" {
///                 "Bowls & plates, fired twice"
///             }
///         }
///     };
///     Card::new(1200, 630).svg(svg)
/// }
/// # #[cfg(feature = "html")]
/// # assert_eq!(get().unwrap().into_response().headers()[header::CONTENT_TYPE], "image/png");
/// ```
#[derive(Debug, Clone)]
#[must_use = "needs to be returned from an endpoint to be useful"]
pub struct Card {
    width: u32,
    height: u32,
    markup: String,
}

impl Card {
    /// Creates an empty card with a width and a height in pixels. Most sites show 1200 × 630.
    pub fn new(width: u32, height: u32) -> Self {
        let markup = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"/>".to_owned();
        Card { width, height, markup }
    }

    /// Sets the SVG document. It is made as large as fits, and stands in the middle.
    ///
    /// # Errors
    ///
    /// Returns an error if the markup is not SVG, refers to a file, or is wrapped to something that is not a width, and if the card is
    /// empty or has more than 16 megapixels.
    pub fn svg(self, markup: impl Into<String>) -> anyhow::Result<Self> {
        let markup = markup.into();
        kiln_og::check(&markup, self.width, self.height)?;
        Ok(Card { markup, ..self })
    }
}

/// A card that is not drawn yet. It is an extension of the response.
#[derive(Debug, Clone)]
struct Undrawn(Card);

/// What is wrong with the card of a response. It is an extension of it.
#[derive(Debug, Clone)]
pub(crate) struct CardWarnings(pub(crate) Vec<CardWarning>);

impl IntoResponse for Card {
    /// The site draws the card, with its fonts and its cache. The body draws itself where there is no site, as in a unit test.
    fn into_response(self) -> Response {
        let undrawn = self.clone();
        let document = Full::new(Bytes::from(self.markup.clone()));
        let drawn = document.map_frame(move |frame| frame.map_data(|_| draw_alone(&self)));
        let content_type = HeaderValue::from_static("image/png");
        let mut response =
            ([(header::CONTENT_TYPE, content_type)], Body::new(drawn)).into_response();
        response.extensions_mut().insert(Undrawn(undrawn));
        response
    }
}

/// Draws a card in the bundled font. `svg` has found the mistakes that an author is likely to make.
fn draw_alone(card: &Card) -> Bytes {
    let Ok(fonts) = Fonts::new([]) else { return Bytes::new() };
    let drawing = kiln_og::draw(&card.markup, card.width, card.height, &fonts);
    drawing.map(|drawing| Bytes::from(drawing.png)).unwrap_or_default()
}

impl Context {
    /// Draws the card of a response, if it has one.
    ///
    /// # Errors
    ///
    /// Returns an error if the card cannot be drawn.
    pub(crate) fn draw_card(&self, response: &mut Response) -> anyhow::Result<()> {
        let Some(Undrawn(card)) = response.extensions_mut().remove() else { return Ok(()) };
        let drawn = self.assets("assets/fonts")?.card(&card.markup, card.width, card.height)?;
        *response.body_mut() = Body::from(drawn.png);
        if !drawn.warnings.is_empty() {
            response.extensions_mut().insert(CardWarnings(drawn.warnings));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use http::Request;

    use crate::page::response::body;
    use crate::page::route::{Endpoint, ResponseFuture, Route};
    use crate::site::Site;
    use crate::support::{self, CONFIG, leak};
    use crate::testing::{block_on, call};

    const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 40 21\"/>";

    #[test]
    fn a_card_is_a_png_file_inside_and_outside_of_a_site() {
        fn page(_: &Context) -> ResponseFuture<'_> {
            Box::pin(async { Ok(Card::new(40, 21).svg(SVG)?.into_response()) })
        }
        let alone = Card::new(40, 21).svg(SVG).expect("a card").into_response();
        let alone = block_on(body::bytes(alone.into_body())).expect("a body");
        assert!(alone.starts_with(b"\x89PNG"));
        let endpoints = &[("GET", Endpoint::OnContext(page))];
        let routes = vec![Route { endpoints, ..*support::route("/card.png", CONFIG) }].leak();
        let site = leak(Site { routes, ..support::site(&[], CONFIG) });
        let request = Request::get("/card.png").body(()).expect("a request");
        let response = block_on(call(site, request));
        assert_eq!(response.headers()[header::CONTENT_TYPE], "image/png");
        assert_eq!(block_on(body::bytes(response.into_body())).expect("a body"), alone);
    }

    #[test]
    fn mistakes_are_found_when_the_document_is_set() {
        for (width, markup, message) in [
            (40, "<svg", "the SVG is not well-formed"),
            (40, "<p>Text</p>", "the markup is not an SVG document"),
            (0, SVG, "a picture of 0\u{d7}21 pixels is empty"),
        ] {
            let error = Card::new(width, 21).svg(markup).expect_err(message).to_string();
            assert!(error.starts_with(message) && error.contains("\nhint: "), "{error}");
        }
    }
}
