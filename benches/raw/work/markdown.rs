//! Renders Markdown as the sites do.

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

/// As pulldown-cmark alone renders it.
pub(crate) fn plain(text: &str, _origin: &str, out: &mut String) {
    html::push_html(out, Parser::new(text));
}

/// With the extensions that kiln knows, ids of headings, and an origin before links to the site.
///
/// The ids are those of the posts here: ASCII, and none is twice in a post.
pub(crate) fn with_ids(text: &str, origin: &str, out: &mut String) {
    let mut events: Vec<Event<'_>> = Parser::new_ext(text, options()).collect();
    let mut heading = None;
    for at in 0..events.len() {
        match &mut events[at] {
            Event::Start(Tag::Heading { .. }) => heading = Some((at, String::new())),
            Event::End(TagEnd::Heading(_)) => {
                let Some((at, id)) = heading.take() else { continue };
                if let Event::Start(Tag::Heading { id: own, .. }) = &mut events[at] {
                    *own = Some(id.into());
                }
            }
            Event::Text(text) => {
                if let Some((_, id)) = &mut heading {
                    id.push_str(&text.to_ascii_lowercase().replace(' ', "-"));
                }
            }
            Event::Start(Tag::Link { dest_url, .. }) if !origin.is_empty() => {
                *dest_url = CowStr::from(format!("{origin}{dest_url}"));
            }
            _ => {}
        }
    }
    html::push_html(out, events.into_iter());
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_GFM
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST
}
