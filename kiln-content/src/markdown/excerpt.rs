//! What stands for a text in a list.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::options::Spanned;

/// What precedes `<!-- more -->`, or else the first paragraph.
pub(super) fn cut(events: Vec<Spanned<'_>>) -> Vec<Spanned<'_>> {
    match events.iter().position(|(event, _)| is_more(event)) {
        Some(end) => before(events, end),
        None => first_paragraph(events),
    }
}

fn is_more(event: &Event<'_>) -> bool {
    let (Event::Html(html) | Event::InlineHtml(html)) = event else { return false };
    let comment = html.trim().strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->"));
    comment.is_some_and(|comment| comment.trim() == "more")
}

/// The events before an index, with ends for what is open there.
fn before(mut events: Vec<Spanned<'_>>, end: usize) -> Vec<Spanned<'_>> {
    let mut open: Vec<TagEnd> = Vec::new();
    for (event, _) in &events[..end] {
        match event {
            Event::Start(tag) => open.push(tag.to_end()),
            Event::End(_) => drop(open.pop()),
            _ => {}
        }
    }
    let at = events[end].1.clone();
    events.truncate(end);
    events.extend(open.into_iter().rev().map(|tag| (Event::End(tag), at.clone())));
    events
}

/// A paragraph that stands in no list, quote or footnote. One that has only images is not a summary.
fn first_paragraph(mut events: Vec<Spanned<'_>>) -> Vec<Spanned<'_>> {
    let (mut depth, mut start) = (0_usize, None);
    let mut range = None;
    for (index, (event, _)) in events.iter().enumerate() {
        match event {
            Event::Start(Tag::Paragraph) if depth == 0 => start = Some(index),
            Event::End(TagEnd::Paragraph) if depth == 1 => {
                range = start.take().map(|start| start..index + 1);
            }
            _ => {}
        }
        if range.as_ref().is_some_and(|range| has_text(&events[range.clone()])) {
            break;
        }
        range = None;
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    match range {
        Some(range) => {
            events.truncate(range.end);
            events.split_off(range.start)
        }
        None => vec![],
    }
}

fn has_text(events: &[Spanned<'_>]) -> bool {
    let mut images = 0_usize;
    events.iter().any(|(event, _)| match event {
        Event::Start(Tag::Image { .. }) => {
            images += 1;
            false
        }
        Event::End(TagEnd::Image) => {
            images = images.saturating_sub(1);
            false
        }
        Event::Text(text) => images == 0 && !text.trim().is_empty(),
        Event::Code(_) | Event::InlineMath(_) | Event::DisplayMath(_) => images == 0,
        _ => false,
    })
}
