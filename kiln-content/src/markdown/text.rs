//! The text of Markdown, without markup.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::options::Spanned;

/// The text of events, with each block on lines of its own.
pub(super) fn plain_text(events: &[Spanned<'_>]) -> String {
    let mut text = String::new();
    for (event, _) in events {
        match event {
            Event::Text(part) | Event::Code(part) => text.push_str(part),
            // The lines of `$$` around a formula are not a part of it.
            Event::InlineMath(part) | Event::DisplayMath(part) => text.push_str(part.trim()),
            Event::SoftBreak | Event::End(TagEnd::TableCell) => text.push(' '),
            Event::HardBreak => text.push('\n'),
            Event::Start(tag) if is_block(tag.to_end()) => end_line(&mut text),
            Event::End(tag) if is_block(*tag) => end_line(&mut text),
            _ => {}
        }
    }
    text.truncate(text.trim_end().len());
    text
}

/// The words of events, without code blocks.
pub(super) fn words(events: &[Spanned<'_>]) -> usize {
    let mut is_code = false;
    let prose: Vec<Spanned<'_>> = events
        .iter()
        .filter(|(event, _)| {
            match event {
                Event::Start(Tag::CodeBlock(_)) => is_code = true,
                Event::End(TagEnd::CodeBlock) => is_code = false,
                _ => {}
            }
            !is_code
        })
        .cloned()
        .collect();
    plain_text(&prose).split_whitespace().count()
}

pub(super) fn is_block(tag: TagEnd) -> bool {
    !matches!(
        tag,
        TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link
            | TagEnd::Image
            | TagEnd::TableCell
    )
}

fn end_line(text: &mut String) {
    let end = text.trim_end_matches([' ', '\n']).len();
    text.truncate(end);
    if end > 0 {
        text.push('\n');
    }
}
