//! The boxes of task lists.

use pulldown_cmark::Event;
use pulldown_cmark_escape::escape_html;

use super::options::Spanned;
use super::text::{is_block, plain_text};

/// The box of a task, of which the events of the text follow. Its name for screen readers is that text.
pub(super) fn checkbox(is_done: bool, rest: &[Spanned<'_>]) -> String {
    let mut html = String::from("<input disabled=\"\" type=\"checkbox\"");
    if is_done {
        html.push_str(" checked=\"\"");
    }
    let end = rest.iter().position(|(event, _)| ends_text(event)).unwrap_or(rest.len());
    let name = plain_text(&rest[..end]);
    if !name.is_empty() {
        html.push_str(" aria-label=\"");
        let _ = escape_html(&mut html, &name);
        html.push('"');
    }
    html.push_str("/>\n");
    html
}

/// Returns true if and only if the text of a task ends before an event: with its paragraph, its item, or before a list in it.
fn ends_text(event: &Event<'_>) -> bool {
    match event {
        Event::Start(tag) => is_block(tag.to_end()),
        Event::End(tag) => is_block(*tag),
        Event::Html(_) | Event::Rule => true,
        _ => false,
    }
}
