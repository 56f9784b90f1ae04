//! Renders Markdown with the settings of a site and the options of a collection.

use anyhow::Result;

use super::absolute::{Base, rebase};
use super::code::CodeBlock;
use super::fill::Fill;
use super::links::Links;
use super::mask::mask;
use super::options::Markdown;
use super::outline::Outline;
use super::read::{Read, read};
use super::settings::{Highlight, Settings};
use super::source::{Fault, Source};
use super::write::{Extent, Writer};
use super::{text, toc};
use crate::{Mistake, RenderContext};

/// Renders Markdown with the settings of a site and the options of a collection.
///
/// It keeps nothing of what it renders. [`Memory`](super::Memory) does.
#[derive(Debug)]
pub struct Renderer {
    pub(super) settings: Settings,
    pub(super) markdown: Markdown,
}

impl Renderer {
    /// The options of a collection over the settings of the site.
    pub fn new(settings: Settings, markdown: Markdown) -> Self {
        Renderer { settings, markdown }
    }

    /// Returns true if and only if rendered HTML is the same on every page: if there are no components.
    pub fn is_pure(&self) -> bool {
        self.markdown.components.is_empty()
    }

    /// The headings of a text, and what links can lead to.
    pub fn outline(&self, text: &str) -> Outline {
        let masked = mask(text);
        Outline::read(&mut read(&masked, self).events, text)
    }

    /// The table of contents of a text.
    pub fn toc(&self, text: &str) -> String {
        toc::toc(&self.outline(text).headings)
    }

    /// A text without markup, each block on lines of its own.
    pub fn plain_text(&self, text: &str) -> String {
        text::plain_text(&read(&mask(text), self).events)
    }

    /// The number of words of a text, without code blocks.
    pub fn words(&self, text: &str) -> usize {
        text::words(&read(&mask(text), self).events)
    }

    /// Renders a text for a page.
    ///
    /// # Errors
    ///
    /// Fails with all mistakes in the text, in its order.
    pub fn html(
        &self,
        source: &Source<'_>,
        ctx: &dyn RenderContext,
        links: &dyn Links,
    ) -> Result<String, Vec<Mistake>> {
        self.render(source, ctx, links, Extent::Whole)
    }

    /// Renders a text for feeds: with absolute URLs.
    ///
    /// # Errors
    ///
    /// Like [`html`](Self::html), and if kiln.toml has no `site`.
    pub fn absolute(
        &self,
        source: &Source<'_>,
        ctx: &dyn RenderContext,
        links: &dyn Links,
    ) -> Result<String, Vec<Mistake>> {
        let html = self.html(source, ctx, links)?;
        let Some(origin) = ctx.origin() else {
            let fault = Fault::new(
                "absolute URLs need the origin of the site",
                "write site = \"https://example.com\" in kiln.toml",
            );
            return Err(vec![Mistake {
                file: source.file.to_owned(),
                position: None,
                message: fault.message,
                hint: fault.hint,
            }]);
        };
        let page = links
            .page()
            .map(|page| if page.starts_with('/') { format!("{origin}{page}") } else { page });
        Ok(rebase(&html, &Base { origin, page: &page.unwrap_or_default() }))
    }

    /// Renders what precedes `<!-- more -->`, or else the first paragraph. Links to headings of the text, and to its
    /// footnotes, lead to the page of the text.
    ///
    /// # Errors
    ///
    /// Like [`html`](Self::html), for mistakes in that part.
    pub fn excerpt(
        &self,
        source: &Source<'_>,
        ctx: &dyn RenderContext,
        links: &dyn Links,
    ) -> Result<String, Vec<Mistake>> {
        let html = self.render(source, ctx, links, Extent::Excerpt)?;
        Ok(rebase(&html, &Base { origin: "", page: &links.page().unwrap_or_default() }))
    }

    /// All mistakes in a text that no page shows, in its order. Components are not called.
    pub fn mistakes(
        &self,
        source: &Source<'_>,
        ctx: &dyn RenderContext,
        links: &dyn Links,
    ) -> Vec<Mistake> {
        self.fill(source, ctx, links, Extent::Whole, false).err().unwrap_or_default()
    }

    fn render(
        &self,
        source: &Source<'_>,
        ctx: &dyn RenderContext,
        links: &dyn Links,
        extent: Extent,
    ) -> Result<String, Vec<Mistake>> {
        self.fill(source, ctx, links, extent, true)
    }

    fn fill(
        &self,
        source: &Source<'_>,
        ctx: &dyn RenderContext,
        links: &dyn Links,
        extent: Extent,
        has_page: bool,
    ) -> Result<String, Vec<Mistake>> {
        let masked = mask(source.text);
        let Read { mut events, tags } = read(&masked, self);
        let outline = Outline::read(&mut events, source.text);
        let writer = Writer::new(self, &outline, source.text, &tags);
        let written = match extent {
            Extent::Whole => writer.whole(events),
            Extent::Excerpt => writer.excerpt(events),
        };
        Fill { renderer: self, source, outline: &outline, ctx, links, has_page }.fill(written)
    }

    /// Renders the code blocks of a text.
    pub(super) fn codes(
        &self,
        blocks: &[&CodeBlock],
        ctx: &dyn RenderContext,
    ) -> Vec<Result<String, Fault>> {
        let own = blocks.iter().map(|block| match &self.markdown.highlighter {
            Some(highlighter) => highlighter(block),
            None => Ok(None),
        });
        let own: Vec<Result<Option<String>>> = own.collect();
        let rest = blocks.iter().zip(&own).filter(|(_, own)| matches!(own, Ok(None)));
        let rest: Vec<&CodeBlock> = rest.map(|(block, _)| *block).collect();
        let mut rest = kilns_codes(self.settings.highlight, &rest, ctx).into_iter();
        let or_rest = |own: Result<Option<String>>| match own {
            Ok(None) => rest.next().unwrap_or_else(|| Ok(String::new())),
            Ok(Some(html)) => Ok(html),
            Err(error) => Err(error.into()),
        };
        own.into_iter().map(or_rest).collect()
    }

    pub(super) fn smart_punctuation(&self) -> bool {
        self.markdown.smart_punctuation.unwrap_or(self.settings.smart_punctuation)
    }

    pub(super) fn math(&self) -> bool {
        self.markdown.math.unwrap_or(self.settings.math)
    }

    pub(super) fn heading_anchors(&self) -> bool {
        self.markdown.heading_anchors.unwrap_or(self.settings.heading_anchors)
    }

    pub(super) fn external_links(&self) -> &str {
        self.markdown.external_links.as_deref().unwrap_or(self.settings.external_links)
    }
}

/// Renders code blocks as kiln does.
#[cfg(feature = "highlight")]
fn kilns_codes(
    highlight: Highlight,
    blocks: &[&CodeBlock],
    ctx: &dyn RenderContext,
) -> Vec<Result<String, Fault>> {
    let Highlight::Themes { light, dark } = highlight else { return plain_codes(blocks) };
    match super::highlight::codes(blocks, light, dark, ctx) {
        Ok(codes) => codes.into_iter().map(Ok).collect(),
        Err(error) => {
            let fault = Fault::from(error);
            blocks.iter().map(|_| Err(fault.clone())).collect()
        }
    }
}

/// Renders code blocks as kiln does without the feature `highlight`.
#[cfg(not(feature = "highlight"))]
fn kilns_codes(
    _: Highlight,
    blocks: &[&CodeBlock],
    _: &dyn RenderContext,
) -> Vec<Result<String, Fault>> {
    plain_codes(blocks)
}

fn plain_codes(blocks: &[&CodeBlock]) -> Vec<Result<String, Fault>> {
    blocks.iter().map(|block| Ok(block.plain())).collect()
}
