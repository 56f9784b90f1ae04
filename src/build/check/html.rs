//! What a page contains that is checked: links, ids, and what is missing.
//!
//! The tokenizer follows the HTML standard, so comments, scripts and unusual quotes are read as browsers read them. No tree is
//! built: what is checked does not depend on it, and a page with a million open elements takes no more time than another one.

mod contents;
mod element;
mod values;

use std::convert::Infallible;
use std::io::{self, Read};

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{IoReader, Span, Tokenizer};

pub(crate) use self::contents::Html;
use self::element::Element;

impl Html {
    /// Reads a page.
    ///
    /// # Errors
    ///
    /// Fails if the reader fails.
    pub(crate) fn read(page: &mut dyn Read) -> io::Result<Self> {
        let mut scan = Scan::default();
        scan.read(page)?;
        Ok(scan.html)
    }

    /// Returns true if and only if the page has an element that a decoded fragment matches.
    pub(crate) fn has(&self, fragment: &str) -> bool {
        self.ids.contains(fragment) || self.names.contains(fragment)
    }
}

/// A page that is being read.
#[derive(Debug, Default)]
struct Scan {
    html: Html,
    /// The start tag that is being read.
    element: Element,
    /// The name of the last attribute if it matters; its value follows unless it is empty.
    attribute: Option<&'static str>,
    /// The number of open `<svg>`: a `<title>` there is not that of the page.
    svg: usize,
    /// The number of open `<template>`: what is there is not in the page yet, and may be copied into it many times.
    template: usize,
    /// The open element whose text matters.
    text: Text,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Text {
    #[default]
    Other,
    Title,
    /// Its text is HTML, which browsers without scripts read.
    Noscript,
    /// The text of a `<noscript>` is being read. What looks like another one is not read as HTML again, or the time would grow
    /// with the square of the number of tags.
    InsideNoscript,
}

impl Scan {
    fn read(&mut self, page: &mut dyn Read) -> io::Result<()> {
        let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| {
            self.event(&event);
            None::<Infallible>
        });
        emitter.naively_switch_states(true);
        Tokenizer::new_with_emitter(IoReader::new(page), emitter).finish()
    }

    fn event(&mut self, event: &CallbackEvent<'_>) {
        match *event {
            CallbackEvent::OpenStartTag { name } => {
                self.element.start(name);
                self.attribute = None;
            }
            CallbackEvent::AttributeName { name } => {
                self.attribute = self.element.attribute(name);
            }
            CallbackEvent::AttributeValue { value } => {
                if let Some(name) = self.attribute.take() {
                    self.element.set(name, value);
                }
            }
            CallbackEvent::CloseStartTag { self_closing } => self.open(self_closing),
            CallbackEvent::EndTag { name } => self.close(name),
            CallbackEvent::String { value } => self.text(value),
            CallbackEvent::Comment { .. }
            | CallbackEvent::Doctype { .. }
            | CallbackEvent::Error(_) => {}
        }
    }

    /// Handles a whole start tag.
    fn open(&mut self, is_empty: bool) {
        self.element.add_to(&mut self.html, self.template > 0);
        match self.element.name() {
            "svg" if !is_empty => self.svg += 1,
            "template" => self.template += 1,
            _ if self.text == Text::InsideNoscript => {}
            "title" if self.svg == 0 => self.text = Text::Title,
            "noscript" => self.text = Text::Noscript,
            _ => {}
        }
    }

    fn close(&mut self, name: &[u8]) {
        match name {
            b"svg" => self.svg = self.svg.saturating_sub(1),
            b"template" => self.template = self.template.saturating_sub(1),
            b"title" | b"noscript" if self.text != Text::InsideNoscript => self.text = Text::Other,
            _ => {}
        }
    }

    fn text(&mut self, text: &[u8]) {
        match self.text {
            Text::Title => self.html.has_title |= !text.trim_ascii().is_empty(),
            Text::Noscript => {
                self.text = Text::InsideNoscript;
                // Memory cannot fail to be read.
                let _ = self.read(&mut &*text);
                self.text = Text::Noscript;
            }
            Text::Other | Text::InsideNoscript => {}
        }
    }
}

#[cfg(test)]
mod tests;
