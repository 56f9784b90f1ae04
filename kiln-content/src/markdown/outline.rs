//! The headings of a text, and what links can lead to.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::html_scan;
use super::options::Spanned;
use super::slug::{Ids, slug};
use super::source::Fault;
use crate::nearest::nearest;
use crate::order;

/// A heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// 1 for `<h1>`, to 6.
    pub level: u8,
    /// The id of the element, without `#`. Empty if the heading has no text.
    pub id: String,
    /// The text without markup.
    pub text: String,
}

/// The headings of a text, and what links can lead to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// The headings, in the order of the text.
    pub headings: Vec<Heading>,
    /// The ids and names of raw HTML, sorted.
    anchors: Vec<String>,
}

impl Outline {
    /// Checks that a link with a fragment, decoded and without `#`, leads somewhere in the text, which is that of a file.
    ///
    /// # Errors
    ///
    /// Fails if no heading has the fragment as its id, and no raw HTML.
    pub fn check(&self, fragment: &str, file: &str) -> Result<(), Fault> {
        if matches!(fragment, "" | "top") || self.ids().any(|id| id == fragment) {
            return Ok(());
        }
        let ids: Vec<&str> = self.ids().collect();
        let shown: Vec<String> = ids.iter().take(10).map(|id| format!("`#{id}`")).collect();
        let hint = match nearest(fragment, ids.iter().copied()) {
            Some(id) => format!("write `#{id}`"),
            None if ids.is_empty() => "the file has no headings".to_owned(),
            None if ids.len() > shown.len() => {
                format!("its headings are {} and others", shown.join(", "))
            }
            None => format!("its headings are {}", shown.join(", ")),
        };
        Err(Fault::new(format!("no heading of {file} has the id `{fragment}`"), hint))
    }

    /// The ids that links can lead to.
    fn ids(&self) -> impl Iterator<Item = &str> {
        let headings = self.headings.iter().map(|heading| heading.id.as_str());
        headings.filter(|id| !id.is_empty()).chain(self.anchors.iter().map(String::as_str))
    }

    /// Reads events, and gives the headings among them their ids. `source` is what the ranges refer to.
    pub(super) fn read(events: &mut [Spanned<'_>], source: &str) -> Outline {
        let mut outline = Outline::default();
        let mut ids = Ids::default();
        // Ids that the text gives come first, so that they stay as they are.
        for id in events.iter().filter_map(given_id) {
            ids.add(id);
        }
        let mut given = Ids::default();
        for index in 0..events.len() {
            let (current, rest) = events[index..].split_at_mut(1);
            match &mut current[0].0 {
                Event::Start(Tag::Heading { level, id, .. }) => {
                    let (text, raw) = heading_text(rest, source);
                    let unique = match id {
                        Some(id) if given.add(id) => id.to_string(),
                        Some(id) => ids.unique(id),
                        // Nobody could see where a link to it leads.
                        None if text.is_empty() => String::new(),
                        None => ids.of_heading(&slug(&raw)),
                    };
                    *id = (!unique.is_empty()).then(|| unique.clone().into());
                    outline.headings.push(Heading { level: *level as u8, id: unique, text });
                }
                Event::Html(html) | Event::InlineHtml(html) => {
                    html_scan::push_ids(&mut outline.anchors, html);
                }
                _ => {}
            }
        }
        order::sort(&mut outline.anchors, String::cmp);
        outline.anchors.dedup();
        outline
    }
}

fn given_id<'e>((event, _): &'e Spanned<'_>) -> Option<&'e str> {
    match event {
        Event::Start(Tag::Heading { id, .. }) => id.as_deref(),
        _ => None,
    }
}

/// The text of a heading, and the text that its id is made of: GitHub knows no typographic punctuation, joins lines, and leaves images
/// out.
fn heading_text(events: &[Spanned<'_>], source: &str) -> (String, String) {
    let (mut text, mut raw) = (String::with_capacity(64), String::with_capacity(64));
    let mut images = 0;
    for (event, at) in events {
        match event {
            Event::Start(Tag::Image { .. }) => images += 1,
            Event::End(TagEnd::Image) => images -= 1,
            Event::Text(part) | Event::Code(part) if images > 0 => text.push_str(part),
            Event::Text(part) => {
                text.push_str(part);
                raw.push_str(as_written(part, at, source));
            }
            Event::Code(part) | Event::InlineMath(part) | Event::DisplayMath(part) => {
                text.push_str(part);
                raw.push_str(part);
            }
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            Event::End(TagEnd::Heading(_)) => break,
            _ => {}
        }
    }
    (text.trim().to_owned(), raw)
}

/// Punctuation as it was written, before it became typographic.
fn as_written<'t>(text: &'t str, at: &Range<usize>, source: &'t str) -> &'t str {
    match text {
        "“" | "”" | "‘" | "’" | "–" | "—" | "…" => source
            .get(at.clone())
            .filter(|written| written.starts_with(['"', '\'', '-', '.']))
            .unwrap_or(text),
        _ => text,
    }
}
