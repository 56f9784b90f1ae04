//! Fills the holes of written HTML for the page that shows it.

use std::ops::Range;

use anyhow::Result;
use pulldown_cmark_escape::{escape_href, escape_html};

use super::code::CodeBlock;
use super::component::Attributes;
use super::links::{Destination, Links, Use};
use super::outline::Outline;
use super::renderer::Renderer;
use super::source::{Fault, Source};
use super::tag::Tag;
use super::toc::toc;
use super::write::{Hole, Written};
use crate::{Mistake, RenderContext, order};

/// What the holes of a text are filled from.
pub(super) struct Fill<'f> {
    pub(super) renderer: &'f Renderer,
    pub(super) source: &'f Source<'f>,
    pub(super) outline: &'f Outline,
    pub(super) ctx: &'f dyn RenderContext,
    pub(super) links: &'f dyn Links,
    /// Whether there is a page, which components are called with.
    pub(super) has_page: bool,
}

impl Fill<'_> {
    /// Fills all holes, and reports all mistakes.
    pub(super) fn fill(&self, written: Written) -> Result<String, Vec<Mistake>> {
        let Written { html, holes, faults } = written;
        let mut mistakes: Vec<Mistake> =
            faults.into_iter().map(|(at, fault)| self.source.mistake(&at, fault)).collect();
        let mut codes = self.codes(&holes, &mut mistakes).into_iter();
        // What is written at the moment, and the components whose children it is.
        let code: usize = codes.as_slice().iter().map(String::len).sum();
        let mut out = String::with_capacity(html.len() * 9 / 8 + code);
        let mut open: Vec<(String, Tag, Range<usize>)> = Vec::new();
        let mut written = 0;
        for (at, hole) in holes {
            out.push_str(&html[written..at]);
            written = at;
            if hole.is_block() && !out.is_empty() && !out.ends_with('\n') {
                out.push('\n');
            }
            let (filled, at) = match hole {
                Hole::Link { url, title, at } => (self.link(&url, &title, &at), at),
                Hole::Image { url, title, alt, at } => (self.image(&url, &alt, &title, &at), at),
                Hole::Code { at, .. } => (Ok(codes.next().unwrap_or_default()), at),
                Hole::Toc => (Ok(toc(&self.outline.headings)), 0..0),
                Hole::Empty { tag, at } => (self.component(&tag, ""), at),
                Hole::Open { tag, at } => {
                    open.push((std::mem::take(&mut out), tag, at));
                    continue;
                }
                Hole::Close => {
                    let Some((outer, tag, at)) = open.pop() else { continue };
                    let children = std::mem::replace(&mut out, outer);
                    (self.component(&tag, &children), at)
                }
            };
            match filled {
                Ok(filled) => out.push_str(&filled),
                Err(fault) => mistakes.push(self.source.mistake(&at, fault)),
            }
        }
        out.push_str(&html[written..]);
        order::sort(&mut mistakes, Mistake::cmp);
        if mistakes.is_empty() { Ok(out) } else { Err(mistakes) }
    }

    /// The code blocks, highlighted together so that they are one thing in the cache.
    fn codes(&self, holes: &[(usize, Hole)], mistakes: &mut Vec<Mistake>) -> Vec<String> {
        // Colors take most of the time, and are never a mistake.
        if !self.has_page && self.renderer.markdown.highlighter.is_none() {
            return Vec::new();
        }
        let blocks = holes.iter().filter_map(|(_, hole)| match hole {
            Hole::Code { block, at } => Some((block, at)),
            _ => None,
        });
        let (blocks, places): (Vec<&CodeBlock>, Vec<&Range<usize>>) = blocks.unzip();
        let rendered = self.renderer.codes(&blocks, self.ctx);
        let or_mistake = |(code, at): (Result<String, Fault>, &Range<usize>)| {
            code.unwrap_or_else(|fault| {
                mistakes.push(self.source.mistake(at, fault));
                String::new()
            })
        };
        rendered.into_iter().zip(places).map(or_mistake).collect()
    }

    fn component(&self, tag: &Tag, children: &str) -> Result<String, Fault> {
        let component = self.renderer.markdown.component_named(&tag.name);
        let Some(component) = component.filter(|_| self.has_page) else {
            return Ok(String::new());
        };
        let attributes = Attributes::new(&tag.name, tag.attributes.clone());
        let mut html = component.call(self.ctx, &attributes, children)?;
        if !html.ends_with('\n') {
            html.push('\n');
        }
        Ok(html)
    }

    fn link(&self, url: &str, title: &str, at: &Range<usize>) -> Result<String, Fault> {
        let url = url.trim();
        let destination = Destination::parse(url, self.source.folder, Use::Link)?;
        let target = self.target(&destination, url, at)?;
        let mut html = String::with_capacity(target.len() + 32);
        html.push_str("<a");
        push_url(&mut html, "href", &target);
        push(&mut html, "title", title);
        if self.is_foreign(&destination, url) {
            push(&mut html, "rel", self.renderer.external_links());
        }
        html.push('>');
        Ok(html)
    }

    fn image(&self, url: &str, alt: &str, title: &str, at: &Range<usize>) -> Result<String, Fault> {
        let url = url.trim();
        let destination = Destination::parse(url, self.source.folder, Use::Image)?;
        if let Destination::File { file, .. } = &destination {
            let title = Some(title).filter(|title| !title.is_empty());
            let widths =
                if self.has_page { self.renderer.settings.image_widths } else { &[] as &[u32] };
            return Ok(self.ctx.image(file, alt, title, widths)?);
        }
        let mut html = String::from("<img");
        push_url(&mut html, "src", &self.target(&destination, url, at)?);
        html.push_str(" alt=\"");
        let _ = escape_html(&mut html, alt);
        html.push('"');
        push(&mut html, "title", title);
        html.push_str(" loading=\"lazy\" decoding=\"async\">");
        Ok(html)
    }

    /// The URL of a destination.
    fn target(
        &self,
        destination: &Destination<'_>,
        url: &str,
        at: &Range<usize>,
    ) -> Result<String, Fault> {
        Ok(match destination {
            Destination::External => url.to_owned(),
            Destination::Fragment(fragment) => {
                self.outline.check(fragment, self.source.file)?;
                url.to_owned()
            }
            Destination::Route { path, suffix } => {
                self.ctx.link(path, &|| self.source.place(at))? + suffix
            }
            Destination::Entry { file, suffix, fragment } => {
                self.links.entry(file, fragment.as_deref())? + suffix
            }
            Destination::File { file, suffix } => self.ctx.asset(file)? + suffix,
        })
    }

    /// Returns true if and only if a link leads to another origin.
    fn is_foreign(&self, destination: &Destination<'_>, url: &str) -> bool {
        let is_web = || {
            url.starts_with("//")
                || url.get(..4).is_some_and(|http| http.eq_ignore_ascii_case("http"))
        };
        *destination == Destination::External
            && is_web()
            && !self.ctx.origin().is_some_and(|origin| is_below(url, origin))
    }
}

/// Returns true if and only if a URL has an origin.
fn is_below(url: &str, origin: &str) -> bool {
    let start = url.get(..origin.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(origin))
        && matches!(url.as_bytes().get(origin.len()), None | Some(b'/' | b'?' | b'#'))
}

fn push_url(html: &mut String, name: &str, url: &str) {
    html.push(' ');
    html.push_str(name);
    html.push_str("=\"");
    let _ = escape_href(&mut *html, url);
    html.push('"');
}

/// Writes an attribute, unless its value is empty.
fn push(html: &mut String, name: &str, value: &str) {
    if !value.is_empty() {
        html.push(' ');
        html.push_str(name);
        html.push_str("=\"");
        let _ = escape_html(&mut *html, value);
        html.push('"');
    }
}
