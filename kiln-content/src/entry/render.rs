//! What becomes of the Markdown of an entry.

use std::path::Path;
use std::sync::atomic::Ordering::Relaxed;

use anyhow::Result;

use super::{Body, Entry};
use crate::collection::Collection;
use crate::links::SiteLinks;
use crate::markdown::{Heading, Memory, Outline, Renderer, Source, toc};
use crate::mistake::{Mistake, Mistakes};
use crate::render_context::RenderContext;
use crate::rendered::Rendered;

/// The words that somebody reads in a minute.
const WORDS_A_MINUTE: usize = 200;

/// A rendered part of an entry. It is part of the key of remembered HTML.
#[derive(Clone, Copy)]
enum Part {
    Whole,
    Absolute,
    Excerpt,
}

impl<T> Entry<T> {
    /// Renders the Markdown for a page.
    ///
    /// A build renders it once, however many pages show it, unless it has components, which may depend on the page.
    ///
    /// # Errors
    ///
    /// Fails with all mistakes in the Markdown, such as links that lead nowhere.
    pub fn render(&self, ctx: &dyn RenderContext) -> Result<Rendered> {
        self.part(Part::Whole, ctx)
    }

    /// Renders the Markdown with absolute URLs for links and images, as feeds need it.
    ///
    /// # Errors
    ///
    /// Fails like [`render`](Self::render), and if kiln.toml has no `site`.
    pub fn render_absolute(&self, ctx: &dyn RenderContext) -> Result<Rendered> {
        self.part(Part::Absolute, ctx)
    }

    /// Renders what precedes `<!-- more -->`, or else the first paragraph.
    ///
    /// # Errors
    ///
    /// Fails with the mistakes in that part of the Markdown.
    pub fn excerpt(&self, ctx: &dyn RenderContext) -> Result<Rendered> {
        self.part(Part::Excerpt, ctx)
    }

    /// The headings, in the order of the text.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read any more.
    pub fn headings(&self) -> Result<&[Heading]> {
        Ok(&self.outline()?.headings)
    }

    /// The headings of level 2 and 3 as nested lists of links. In Markdown, `<Toc />` puts them where it stands.
    ///
    /// # Errors
    ///
    /// Like [`headings`](Self::headings).
    pub fn toc(&self) -> Result<Rendered> {
        Ok(Rendered::new(toc(self.headings()?)))
    }

    /// The text without markup, with blocks separated by a newline.
    ///
    /// # Errors
    ///
    /// Like [`headings`](Self::headings).
    pub fn plain_text(&self) -> Result<String> {
        self.with_text(|text| self.renderer().plain_text(text))
    }

    /// The number of words in the text, without code blocks.
    ///
    /// # Panics
    ///
    /// Panics if the file cannot be read any more.
    pub fn words(&self) -> usize {
        *self.words.get_or_init(|| {
            let words = self.with_text(|text| self.renderer().words(text));
            words.unwrap_or_else(|error| panic!("{error:#}"))
        })
    }

    /// The minutes that it takes to read the text at 200 words a minute, rounded up, at least 1.
    ///
    /// # Panics
    ///
    /// Like [`words`](Self::words).
    pub fn reading_minutes(&self) -> usize {
        self.words().div_ceil(WORDS_A_MINUTE).max(1)
    }

    pub(crate) fn outline(&self) -> Result<&Outline> {
        if let Some(outline) = self.outline.get() {
            return Ok(outline);
        }
        let outline = self.with_text(|text| self.renderer().outline(text))?;
        Ok(self.outline.get_or_init(|| Box::new(outline)))
    }

    fn part(&self, part: Part, ctx: &dyn RenderContext) -> Result<Rendered> {
        let render = || self.render_part(part, ctx);
        match ctx.memory().filter(|_| self.renderer().is_pure()) {
            None => Ok(Rendered::new(render()?)),
            Some(memory) => {
                let key = [&*self.file, "\n", &self.collection.subject()].concat();
                remembered(memory, part, &key, &render)
            }
        }
    }

    /// The mistakes in the Markdown, which no page shows.
    pub(crate) fn text_mistakes(&self, ctx: &dyn RenderContext) -> Vec<Mistake> {
        text_mistakes(self.collection, &self.file, &self.body, ctx)
    }

    fn render_part(&self, part: Part, ctx: &dyn RenderContext) -> Result<String, Mistakes> {
        if !matches!(part, Part::Excerpt) {
            self.is_shown.store(true, Relaxed);
        }
        let site = self.collection.site_folder();
        let links = SiteLinks { site: &site, page: self.url().ok(), needs_urls: true };
        let rendered = self.with_text(|text| {
            let source = source(self.collection, &self.file, &self.body, text);
            let renderer = self.renderer();
            match part {
                Part::Whole => renderer.html(&source, ctx, &links),
                Part::Absolute => renderer.absolute(&source, ctx, &links),
                Part::Excerpt => renderer.excerpt(&source, ctx, &links),
            }
        });
        match rendered {
            Ok(html) => html.map_err(Mistakes::new),
            Err(error) => {
                let mistake =
                    Mistake::of(&self.file, format!("the text cannot be read: {error:#}"));
                Err(Mistakes::new(vec![mistake]))
            }
        }
    }

    fn with_text<R>(&self, call: impl FnOnce(&str) -> R) -> Result<R> {
        self.body.with(&self.path(), call)
    }

    fn renderer(&self) -> &'static Renderer {
        self.collection.renderer()
    }
}

/// The text of a file of a collection.
fn source<'a, T>(
    collection: &Collection<T>,
    file: &'a str,
    body: &Body,
    text: &'a str,
) -> Source<'a> {
    let folder = file.rsplit_once('/').map_or("content", |(folder, _)| folder);
    Source { file, folder, text, line: body.line(), is_in_file: !collection.has_own_parser() }
}

/// The mistakes in the Markdown of a file, which no page shows.
pub(crate) fn text_mistakes<T>(
    collection: &'static Collection<T>,
    file: &str,
    body: &Body,
    ctx: &dyn RenderContext,
) -> Vec<Mistake> {
    let site = collection.site_folder();
    let links = SiteLinks { site: &site, page: None, needs_urls: false };
    let mistakes = body.with(&site.join(file), |text| {
        collection.renderer().mistakes(&source(collection, file, body, text), ctx, &links)
    });
    // A file that cannot be read any more is no mistake in its text.
    mistakes.unwrap_or_default()
}

/// What is remembered of an entry, or its HTML. It is compiled once, and not for each type of entries.
fn remembered(
    memory: &Memory<Mistakes>,
    part: Part,
    key: &str,
    render: &dyn Fn() -> Result<String, Mistakes>,
) -> Result<Rendered> {
    let html = memory.get(part as u8, key, render);
    html.map(Rendered::new).map_err(|error| (*error).clone().into())
}

/// Renders any Markdown for a page. Relative links start at `content/`.
///
/// # Errors
///
/// Fails with all mistakes in the Markdown, whose places count from the start of the text.
///
/// # Example
///
/// ```no_run
/// # use kiln_content::{RenderContext, render};
/// fn greeting(ctx: &dyn RenderContext) -> anyhow::Result<String> {
///     Ok(render(ctx, "Hello, **world**!")?.to_string())
/// }
/// ```
pub fn render(ctx: &dyn RenderContext, text: &str) -> Result<Rendered> {
    let renderer = Renderer::new(ctx.settings(), crate::markdown::Markdown::new());
    let file = "Markdown of a page";
    let source = Source { file, folder: "content", text, line: 1, is_in_file: false };
    let site = ctx.site_folder();
    let links =
        SiteLinks { site: site.as_deref().unwrap_or(Path::new("")), page: None, needs_urls: true };
    let html = renderer.html(&source, ctx, &links).map_err(Mistakes::new)?;
    Ok(Rendered::new(html))
}
