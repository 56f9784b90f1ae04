//! The tags of components among the events of a text.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event};

use super::html_scan;
use super::source::Fault;
use super::tag::{self, Kind, Tag};
use super::write::{Extent, Hole, Writer};
use crate::nearest::nearest;

/// A component that is open.
pub(super) struct Open {
    name: String,
    at: Range<usize>,
    /// The elements that are open around it.
    depth: usize,
}

impl<'a> Writer<'_, 'a> {
    /// Writes a line of HTML, which may be the tag of a component.
    pub(super) fn html(&mut self, html: CowStr<'a>, at: &Range<usize>) {
        let index = self.tags.partition_point(|(tag, _)| tag.start < at.start);
        match self.tags.get(index).filter(|(tag, _)| tag.end <= at.end) {
            Some((at, tag)) => self.tag(tag.clone(), at.clone()),
            None => {
                if !self.is_verbatim {
                    self.refuse_tags(&html, at);
                }
                self.push(Event::Html(html));
            }
        }
    }

    pub(super) fn inline_html(&mut self, html: CowStr<'a>, at: Range<usize>) {
        self.refuse_tags(&html, &at);
        self.push(Event::InlineHtml(html));
    }

    /// Reports tags of components where none can stand.
    fn refuse_tags(&mut self, html: &str, at: &Range<usize>) {
        for tag in html_scan::tags(html) {
            let Some(name) = tag::name(tag) else { continue };
            let fault = self.unknown(name).unwrap_or_else(|| misplaced(tag, name));
            let is_closing = tag.starts_with("</");
            self.refuse(name, is_closing, at.clone(), fault);
        }
    }

    /// Reports the start of a tag that is text, since its end stands on another line, behind what `CommonMark` takes for a quote.
    pub(super) fn refuse_start_of_tag(&mut self, at: &Range<usize>) {
        let rest = self.source.get(at.start..).unwrap_or_default();
        let paragraph = rest.split("\n\n").next().unwrap_or_default();
        let line = rest.lines().next().unwrap_or_default();
        let Some(name) = tag::name(rest).filter(|_| !line.contains('>')) else { return };
        if self.unknown(name).is_none() {
            let end = paragraph.find('>').map_or(line.len(), |end| end + 1);
            self.refuse(name, false, at.start..at.start + line.len(), long(&rest[..end], name));
        }
    }

    fn refuse(&mut self, name: &str, is_closing: bool, at: Range<usize>, fault: Fault) {
        let opening = self.refused.iter().position(|refused| refused == name);
        match opening.filter(|_| is_closing) {
            Some(opening) => drop(self.refused.remove(opening)),
            None => {
                if !is_closing {
                    self.refused.push(name.to_owned());
                }
                self.faults.push((at, fault));
            }
        }
    }

    fn tag(&mut self, tag: Tag, at: Range<usize>) {
        if let Some(fault) = self.unknown(&tag.name) {
            return self.refuse(&tag.name, tag.kind == Kind::Close, at, fault);
        }
        match tag.kind {
            Kind::Close => self.close(&tag, at),
            _ if tag.name == tag::TOC => self.toc(&tag, at),
            Kind::Empty => self.hole(Hole::Empty { tag, at }),
            Kind::Open => {
                self.open.push(Open { name: tag.name.clone(), at: at.clone(), depth: self.depth });
                self.hole(Hole::Open { tag, at });
            }
        }
    }

    fn toc(&mut self, tag: &Tag, at: Range<usize>) {
        match tag.kind == Kind::Empty && tag.attributes.is_empty() {
            true => self.hole(Hole::Toc),
            false => {
                let fault = Fault::new(
                    "the table of contents has no attributes and no content",
                    "write `<Toc />`",
                );
                self.refuse(tag::TOC, false, at, fault);
            }
        }
    }

    fn close(&mut self, tag: &Tag, at: Range<usize>) {
        let name = &tag.name;
        let fault = match self.open.pop() {
            Some(open) if open.name != *name => {
                let fault = Fault::new(
                    format!("`</{name}>` closes `<{}>`", open.name),
                    format!("write `</{}>` before it", open.name),
                );
                self.open.push(open);
                fault
            }
            Some(open) if open.depth != self.depth => Fault::new(
                format!("`</{name}>` and its `<{name}>` stand in different lists or quotes"),
                "indent both by the same number of spaces",
            ),
            Some(_) => return self.hole(Hole::Close),
            None => Fault::new(
                format!("`</{name}>` closes nothing"),
                format!("write `<{name}>` before it, or remove it"),
            ),
        };
        self.refuse(name, true, at, fault);
    }

    /// Reports the components that are still open. An excerpt may end in one.
    pub(super) fn close_all(&mut self) {
        while let Some(open) = self.open.pop() {
            match self.extent {
                Extent::Excerpt => self.hole(Hole::Close),
                Extent::Whole => {
                    let name = open.name;
                    let fault = Fault::new(
                        format!("`<{name}>` is never closed"),
                        format!(
                            "write `</{name}>` on a line of its own, or `<{name} />` if it has no content"
                        ),
                    );
                    self.faults.push((open.at, fault));
                }
            }
        }
    }

    fn unknown(&self, name: &str) -> Option<Fault> {
        let markdown = &self.renderer.markdown;
        if name == tag::TOC || markdown.component_named(name).is_some() {
            return None;
        }
        let known = markdown.component_names().chain([tag::TOC]);
        let hint = match nearest(name, known) {
            Some(known) => format!("write `<{known}>`"),
            None => format!(
                "call `.component(\"{name}\", …)` in `markdown_options`, or write `&lt;{name}>` for text; elements of HTML are in small letters"
            ),
        };
        Some(Fault::new(format!("no component is named `{name}`"), hint))
    }
}

/// The fault of a tag in a paragraph, or of one that cannot be read.
fn misplaced(tag: &str, name: &str) -> Fault {
    match Tag::parse(tag) {
        Some(_) if tag.contains('\n') => long(tag, name),
        Some(_) => Fault::new(
            format!("`{tag}` does not stand on a line of its own"),
            format!(
                "put `<{name}>` and `</{name}>` on lines of their own, indented as the text around them"
            ),
        ),
        None => Fault::new(
            format!("the attributes of `<{name}>` cannot be read"),
            "write each attribute once, on the line of the tag, as name=\"value\"",
        ),
    }
}

/// The fault of a tag that spans several lines.
fn long(tag: &str, name: &str) -> Fault {
    let words: Vec<&str> = tag.split_whitespace().collect();
    let line = words.join(" ").replace(" >", ">");
    Fault::new(
        format!("the tag `<{name}>` spans several lines"),
        format!("write it on one line: `{line}`"),
    )
}
