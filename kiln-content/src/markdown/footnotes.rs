//! Footnotes: numbered in the order in which the text refers to them, and shown at its end.

use std::collections::BTreeMap;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::options::Spanned;

/// The footnotes of a text.
#[derive(Default)]
pub(super) struct Footnotes<'a> {
    /// In the order in which the text names them first.
    notes: Vec<Note<'a>>,
    /// The places of the notes, by their labels in lower case.
    places: BTreeMap<String, usize>,
    /// The places of the notes that the text refers to, in the order of their numbers.
    numbered: Vec<usize>,
}

/// A footnote.
#[derive(Default)]
struct Note<'a> {
    content: Vec<Spanned<'a>>,
    /// Counted from 1; 0 if the text does not refer to it.
    number: usize,
    references: usize,
    /// How many of the references have been written.
    written: usize,
}

impl<'a> Footnotes<'a> {
    /// Takes the footnotes out of a text.
    pub(super) fn take(events: &mut Vec<Spanned<'a>>) -> Self {
        let mut footnotes = Footnotes::default();
        if !events
            .iter()
            .any(|(event, _)| matches!(event, Event::Start(Tag::FootnoteDefinition(_))))
        {
            return footnotes;
        }
        let (mut text, mut open) = (Vec::new(), Vec::new());
        for (event, at) in std::mem::take(events) {
            match (event, open.last()) {
                (Event::Start(Tag::FootnoteDefinition(label)), _) => {
                    open.push(footnotes.place(&label));
                }
                (Event::End(TagEnd::FootnoteDefinition), _) => drop(open.pop()),
                (event, None) => text.push((event, at)),
                (event, Some(&place)) => footnotes.notes[place].content.push((event, at)),
            }
        }
        footnotes.number(&text);
        *events = text;
        footnotes
    }

    /// The place of the note with a label, which is new if there is none.
    fn place(&mut self, label: &str) -> usize {
        let next = self.notes.len();
        let place = *self.places.entry(label.to_lowercase()).or_insert(next);
        if place == next {
            self.notes.push(Note::default());
        }
        place
    }

    /// Gives numbers to the footnotes that the text refers to, and to those that these refer to.
    fn number(&mut self, text: &[Spanned<'a>]) {
        self.count(text);
        let mut next = 0;
        while let Some(&place) = self.numbered.get(next) {
            let content = std::mem::take(&mut self.notes[place].content);
            self.count(&content);
            self.notes[place].content = content;
            next += 1;
        }
    }

    /// Counts the references in a text.
    fn count(&mut self, text: &[Spanned<'a>]) {
        for (event, _) in text {
            let Event::FootnoteReference(label) = event else { continue };
            let place = self.place(label);
            let note = &mut self.notes[place];
            note.references += 1;
            if note.number == 0 {
                self.numbered.push(place);
                note.number = self.numbered.len();
            }
        }
    }

    /// The link of a reference to its footnote.
    pub(super) fn reference(&mut self, label: &str, is_excerpt: bool) -> Option<String> {
        let place = *self.places.get(&label.to_lowercase())?;
        let Note { number, written, .. } = &mut self.notes[place];
        *written += 1;
        // In an excerpt, a link back would lead out of it.
        let id = match is_excerpt {
            true => String::new(),
            false => format!(" id=\"{}\"", reference_id(*number, *written)),
        };
        Some(format!(
            "<sup class=\"footnote-reference\"><a href=\"#fn-{number}\"{id} role=\"doc-noteref\">{number}</a></sup>"
        ))
    }

    /// The list of footnotes: each is an item that ends with links to where the text refers to it.
    pub(super) fn list(&mut self) -> Vec<Spanned<'a>> {
        let mut list = Vec::new();
        let html = |html: String| (Event::Html(html.into()), 0..0);
        for &place in &self.numbered {
            let Note { content, number, references, .. } = &mut self.notes[place];
            let is_paragraph = matches!(content.last(), Some((Event::End(TagEnd::Paragraph), _)));
            let end = content.len() - usize::from(is_paragraph);
            content.insert(end, (Event::InlineHtml(back_links(*number, *references).into()), 0..0));
            list.push(html(format!("<li id=\"fn-{number}\">\n")));
            list.append(content);
            list.push(html("</li>\n".into()));
        }
        if !list.is_empty() {
            list.insert(
                0,
                html("<section class=\"footnotes\" role=\"doc-endnotes\">\n<ol>\n".into()),
            );
            list.push(html("</ol>\n</section>\n".into()));
        }
        list
    }
}

fn reference_id(number: usize, nth: usize) -> String {
    match nth {
        1 => format!("fnref-{number}"),
        _ => format!("fnref-{number}-{nth}"),
    }
}

fn back_links(number: usize, references: usize) -> String {
    let link = |nth| {
        let id = reference_id(number, nth);
        format!(
            " <a class=\"footnote-back\" href=\"#{id}\" role=\"doc-backlink\">\u{21a9}\u{fe0e}</a>"
        )
    };
    (1..=references).map(link).collect()
}
