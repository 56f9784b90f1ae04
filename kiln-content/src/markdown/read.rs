//! Reads Markdown into the events of pulldown-cmark.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag as Element, TagEnd};

use super::mask::Masked;
use super::options::Spanned;
use super::renderer::Renderer;
use super::tag::Tag;

/// A text as events.
pub(super) struct Read<'a> {
    pub(super) events: Vec<Spanned<'a>>,
    /// The tags of components, in the order of the text. Tags in code are none of them.
    pub(super) tags: Vec<(Range<usize>, Tag)>,
}

/// Reads a text, and calls the functions of the site over its events.
pub(super) fn read<'a>(masked: &'a Masked<'a>, renderer: &Renderer) -> Read<'a> {
    let options = options(renderer.smart_punctuation(), renderer.math());
    let parser = Parser::new_ext(&masked.text, options).into_offset_iter();
    // Prose has an event for each twenty bytes or so. A longer list grows as usual.
    let mut events = Vec::with_capacity(masked.text.len() / 16 + 8);
    events.extend(parser);
    let mut read = Read { events, tags: vec![] };
    if !masked.tags.is_empty() {
        unmask(&mut read, masked);
    }
    for rewrite in &renderer.markdown.events {
        read.events = rewrite(read.events);
    }
    read
}

fn options(smart_punctuation: bool, math: bool) -> Options {
    let mut options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_GFM
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST;
    options.set(Options::ENABLE_SMART_PUNCTUATION, smart_punctuation);
    options.set(Options::ENABLE_MATH, math);
    options
}

/// Puts the tags back, and keeps those that are tags of components.
fn unmask<'a>(read: &mut Read<'a>, masked: &'a Masked<'a>) {
    let mut block = None;
    for (event, at) in &mut read.events {
        match event {
            Event::Start(Element::HtmlBlock) => block = Some(at.clone()),
            Event::End(TagEnd::HtmlBlock) => block = None,
            Event::Html(text) => {
                if let (Some(block), Some(tag)) = (&block, masked.tag(at))
                    && (block.start == tag.0.start || !is_verbatim(&masked.original[block.clone()]))
                    && *text.trim() == masked.text[tag.0.clone()]
                {
                    read.tags.push(tag.clone());
                }
                unmask_text(text, at, masked);
            }
            Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) => {
                unmask_text(text, at, masked);
            }
            _ => {}
        }
    }
}

fn unmask_text(text: &mut CowStr<'_>, at: &Range<usize>, masked: &Masked<'_>) {
    for (tag, _) in masked.tags_in(at) {
        *text = text.replacen(&masked.text[tag.clone()], &masked.original[tag.clone()], 1).into();
    }
}

/// Returns true if and only if a block of HTML is one in which tags are text: a comment, or an element such as `<pre>`.
pub(super) fn is_verbatim(html: &str) -> bool {
    let html = html.trim_start().to_ascii_lowercase();
    ["<!", "<?", "<pre", "<script", "<style", "<textarea"]
        .iter()
        .any(|start| html.starts_with(start))
}
