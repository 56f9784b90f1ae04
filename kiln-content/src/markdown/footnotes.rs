//! Footnotes: numbered in the order in which the text refers to them, and shown at its end.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::options::Spanned;

/// The footnotes of a text.
#[derive(Default)]
pub(super) struct Footnotes<'a> {
    /// The content of each footnote, with its label in lower case.
    contents: Vec<(String, Vec<Spanned<'a>>)>,
    /// In the order of their numbers.
    numbered: Vec<Numbered>,
}

/// A footnote that the text refers to.
struct Numbered {
    label: String,
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
                    open.push(footnotes.place(label.to_lowercase()));
                }
                (Event::End(TagEnd::FootnoteDefinition), _) => drop(open.pop()),
                (event, None) => text.push((event, at)),
                (event, Some(&place)) => footnotes.contents[place].1.push((event, at)),
            }
        }
        footnotes.number(&text);
        *events = text;
        footnotes
    }

    /// The place of the content with a label, which is new if there is none.
    fn place(&mut self, label: String) -> usize {
        let known = self.contents.iter().position(|(known, _)| *known == label);
        known.unwrap_or_else(|| {
            self.contents.push((label, Vec::new()));
            self.contents.len() - 1
        })
    }

    /// Gives numbers to the footnotes that the text refers to, and to those that these refer to.
    fn number(&mut self, text: &[Spanned<'_>]) {
        self.count(&references(text));
        let mut next = 0;
        while let Some(Numbered { label, .. }) = self.numbered.get(next) {
            let found = self.contents.iter().find(|(known, _)| known == label);
            self.count(&found.map(|(_, content)| references(content)).unwrap_or_default());
            next += 1;
        }
    }

    fn count(&mut self, labels: &[String]) {
        for label in labels {
            match self.numbered.iter_mut().find(|known| known.label == *label) {
                Some(known) => known.references += 1,
                None => {
                    self.numbered.push(Numbered {
                        label: label.clone(),
                        references: 1,
                        written: 0,
                    });
                }
            }
        }
    }

    /// The link of a reference to its footnote.
    pub(super) fn reference(&mut self, label: &str, is_excerpt: bool) -> Option<String> {
        let label = label.to_lowercase();
        let at = self.numbered.iter().position(|known| known.label == label)?;
        let (number, written) = (at + 1, &mut self.numbered[at].written);
        *written += 1;
        // In an excerpt, a link back would lead out of it.
        let id = match is_excerpt {
            true => String::new(),
            false => format!(" id=\"{}\"", reference_id(number, *written)),
        };
        Some(format!(
            "<sup class=\"footnote-reference\"><a href=\"#fn-{number}\"{id} role=\"doc-noteref\">{number}</a></sup>"
        ))
    }

    /// The list of footnotes: each is an item that ends with links to where the text refers to it.
    pub(super) fn list(&mut self) -> Vec<Spanned<'a>> {
        let mut list = Vec::new();
        let html = |html: String| (Event::Html(html.into()), 0..0);
        for (number, Numbered { label, references, .. }) in (1..).zip(&self.numbered) {
            let content = self.contents.iter_mut().find(|(known, _)| known == label);
            let mut content =
                content.map(|(_, content)| std::mem::take(content)).unwrap_or_default();
            let is_paragraph = matches!(content.last(), Some((Event::End(TagEnd::Paragraph), _)));
            let end = content.len() - usize::from(is_paragraph);
            content.insert(end, (Event::InlineHtml(back_links(number, *references).into()), 0..0));
            list.push(html(format!("<li id=\"fn-{number}\">\n")));
            list.append(&mut content);
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

fn references(events: &[Spanned<'_>]) -> Vec<String> {
    let label = |(event, _): &Spanned<'_>| match event {
        Event::FootnoteReference(label) => Some(label.to_lowercase()),
        _ => None,
    };
    events.iter().filter_map(label).collect()
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
