//! Writes events as HTML with holes: places whose text depends on the page, or on other files.

use std::cell::RefCell;
use std::fmt;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Tag as Element, TagEnd, html};
use pulldown_cmark_escape::{escape_href, escape_html};
use pulldown_latex::config::DisplayMode;

use super::code::CodeBlock;
use super::columns::Columns;
use super::components::Open;
use super::footnotes::Footnotes;
use super::math;
use super::options::Spanned;
use super::outline::Outline;
use super::read::is_verbatim;
use super::renderer::Renderer;
use super::source::Fault;
use super::tag::Tag;
use super::task;
use super::text::plain_text;

/// HTML with holes.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) html: String,
    /// Each with the length of the HTML before it.
    pub(super) holes: Vec<(usize, Hole)>,
    pub(super) faults: Vec<(Range<usize>, Fault)>,
}

/// What stands in a hole, and where it comes from.
#[derive(Debug)]
pub(super) enum Hole {
    /// The start tag of a link.
    Link {
        url: String,
        title: String,
        at: Range<usize>,
    },
    Image {
        url: String,
        title: String,
        alt: String,
        at: Range<usize>,
    },
    Code {
        block: CodeBlock,
        at: Range<usize>,
    },
    Toc,
    /// A component whose children follow.
    Open {
        tag: Tag,
        at: Range<usize>,
    },
    /// The end of the children.
    Close,
    /// A component without children.
    Empty {
        tag: Tag,
        at: Range<usize>,
    },
}

impl Hole {
    /// Returns true if and only if the hole starts a line.
    pub(super) fn is_block(&self) -> bool {
        matches!(self, Hole::Code { .. } | Hole::Toc | Hole::Open { .. } | Hole::Empty { .. })
    }
}

/// How much of a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    Whole,
    Excerpt,
}

enum Item<'a> {
    Event(Event<'a>),
    Hole(Hole),
}

pub(super) struct Writer<'w, 'a> {
    pub(super) renderer: &'w Renderer,
    outline: &'w Outline,
    /// What the ranges of events refer to.
    pub(super) source: &'w str,
    /// The tags of components, in the order of the text.
    pub(super) tags: &'w [(Range<usize>, Tag)],
    pub(super) extent: Extent,
    items: Vec<Item<'a>>,
    pub(super) faults: Vec<(Range<usize>, Fault)>,
    footnotes: Footnotes<'a>,
    /// The id of the heading that is open.
    heading: Option<String>,
    columns: Columns,
    /// Whether what is open is a block of HTML in which tags are text.
    pub(super) is_verbatim: bool,
    /// The elements that are open.
    pub(super) depth: usize,
    /// The components that are open.
    pub(super) open: Vec<Open>,
    /// The names in tags that have been reported: the tag that closes one is not reported too.
    pub(super) refused: Vec<String>,
}

/// The events of a piece of text, one by one.
type Events<'a> = std::vec::IntoIter<Spanned<'a>>;

impl<'w, 'a> Writer<'w, 'a> {
    pub(super) fn new(
        renderer: &'w Renderer,
        outline: &'w Outline,
        source: &'w str,
        tags: &'w [(Range<usize>, Tag)],
    ) -> Self {
        Writer {
            renderer,
            outline,
            source,
            tags,
            extent: Extent::Whole,
            items: vec![],
            faults: vec![],
            footnotes: Footnotes::default(),
            heading: None,
            columns: Columns::default(),
            is_verbatim: false,
            depth: 0,
            open: vec![],
            refused: vec![],
        }
    }

    /// Writes a text, and its footnotes below it.
    pub(super) fn whole(mut self, mut events: Vec<Spanned<'a>>) -> Written {
        self.footnotes = Footnotes::take(&mut events);
        self.items.reserve(events.len());
        self.events(events.into_iter());
        self.close_all();
        let footnotes = self.footnotes.list();
        self.events(footnotes.into_iter());
        self.close_all();
        self.finish()
    }

    /// Writes what stands for a text in a list.
    pub(super) fn excerpt(mut self, mut events: Vec<Spanned<'a>>) -> Written {
        self.extent = Extent::Excerpt;
        self.footnotes = Footnotes::take(&mut events);
        self.events(super::excerpt::cut(events).into_iter());
        self.close_all();
        self.finish()
    }

    fn events(&mut self, mut events: Events<'a>) {
        while let Some((event, at)) = events.next() {
            match &event {
                Event::Start(Element::HtmlBlock) => {
                    self.is_verbatim = self.source.get(at.clone()).is_some_and(is_verbatim);
                }
                Event::End(TagEnd::HtmlBlock) => self.is_verbatim = false,
                Event::Start(_) => self.depth += 1,
                Event::End(_) => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
            self.event(event, at, &mut events);
        }
    }

    fn event(&mut self, event: Event<'a>, at: Range<usize>, events: &mut Events<'a>) {
        match event {
            Event::Start(Element::Link { link_type, dest_url, title, .. }) => {
                let scheme = if link_type == LinkType::Email { "mailto:" } else { "" };
                self.hole(Hole::Link {
                    url: format!("{scheme}{dest_url}"),
                    title: title.to_string(),
                    at,
                });
            }
            Event::Start(Element::Image { dest_url, title, .. }) => {
                let alt = plain_text(&inside(events));
                self.depth -= 1;
                self.hole(Hole::Image {
                    url: dest_url.to_string(),
                    title: title.to_string(),
                    alt,
                    at,
                });
            }
            Event::Start(Element::CodeBlock(kind)) => self.code(&kind, at, events),
            Event::Start(Element::Heading { level, id, classes, attrs }) => {
                // In an excerpt it has none: the page of the entry has it.
                let id = id.filter(|_| self.extent == Extent::Whole);
                self.heading = id.as_deref().map(str::to_owned);
                self.push(Event::Start(Element::Heading { level, id, classes, attrs }));
            }
            Event::End(TagEnd::Heading(_)) => {
                self.anchor();
                self.push(event);
            }
            Event::Start(
                element @ (Element::Table(_) | Element::TableHead | Element::TableRow),
            ) => {
                self.table(element);
            }
            Event::Start(Element::TableCell) => match self.columns.cell() {
                Some(tag) => self.push(Event::InlineHtml(tag.into())),
                None => self.push(event),
            },
            Event::TaskListMarker(is_done) => {
                self.push(Event::InlineHtml(task::checkbox(is_done, events.as_slice()).into()));
            }
            Event::InlineMath(formula) => self.math(&formula, DisplayMode::Inline, at),
            Event::DisplayMath(formula) => self.math(&formula, DisplayMode::Block, at),
            Event::FootnoteReference(label) => {
                let link = self.footnotes.reference(&label, self.extent == Extent::Excerpt);
                self.push(Event::InlineHtml(link.unwrap_or_default().into()));
            }
            Event::Html(html) => self.html(html, &at),
            Event::InlineHtml(html) => self.inline_html(html, at),
            Event::Text(text) => {
                if text.starts_with('<') {
                    self.refuse_start_of_tag(&at);
                }
                self.push(Event::Text(text));
            }
            event => self.push(event),
        }
    }

    pub(super) fn push(&mut self, event: Event<'a>) {
        self.items.push(Item::Event(event));
    }

    pub(super) fn hole(&mut self, hole: Hole) {
        self.items.push(Item::Hole(hole));
    }

    fn code(&mut self, kind: &CodeBlockKind<'a>, at: Range<usize>, events: &mut Events<'a>) {
        let code = inside(events).into_iter().map(|(event, _)| text(event)).collect();
        self.depth -= 1;
        let info = match kind {
            CodeBlockKind::Fenced(info) => info,
            CodeBlockKind::Indented => "",
        };
        self.hole(Hole::Code { block: CodeBlock::new(info, code), at });
    }

    /// Writes the start of a table or of a row. The cells are aligned by their own start tags.
    fn table(&mut self, element: Element<'a>) {
        let element = match element {
            Element::Table(alignments) => {
                self.columns = Columns::new(alignments);
                Element::Table(vec![])
            }
            row => {
                self.columns.start_row(row == Element::TableHead);
                row
            }
        };
        self.push(Event::Start(element));
    }

    fn anchor(&mut self) {
        let Some(id) = self.heading.take().filter(|_| self.renderer.heading_anchors()) else {
            return;
        };
        let heading = self.outline.headings.iter().find(|heading| heading.id == id);
        let mut html = String::from(" <a class=\"anchor\" href=\"#");
        let _ = escape_href(&mut html, &id);
        html.push_str("\" aria-label=\"");
        let _ = escape_html(&mut html, heading.map_or("", |heading| &heading.text));
        html.push_str("\">#</a>");
        self.push(Event::InlineHtml(html.into()));
    }

    fn math(&mut self, formula: &str, mode: DisplayMode, at: Range<usize>) {
        match math::mathml(formula, mode) {
            Ok(html) => self.push(Event::InlineHtml(html.into())),
            Err(fault) => self.faults.push((at, fault)),
        }
    }

    fn finish(self) -> Written {
        let html = String::with_capacity(self.source.len() * 5 / 4 + 256);
        let written = RefCell::new(Written { html, faults: self.faults, ..Written::default() });
        let events = self.items.into_iter().map(|item| match item {
            Item::Event(event) => event,
            Item::Hole(hole) => {
                let mut written = written.borrow_mut();
                let length = written.html.len();
                written.holes.push((length, hole));
                Event::InlineHtml("".into())
            }
        });
        let _ = html::write_html_fmt(Sink(&written), events);
        written.into_inner()
    }
}

/// What stands between a start that was just taken, and its end.
fn inside<'a>(events: &mut Events<'a>) -> Vec<Spanned<'a>> {
    let (mut inside, mut depth) = (Vec::new(), 0_usize);
    for (event, at) in events {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) if depth == 0 => break,
            Event::End(_) => depth -= 1,
            _ => {}
        }
        inside.push((event, at));
    }
    inside
}

fn text(event: Event<'_>) -> String {
    match event {
        Event::Text(text) => text.into_string(),
        _ => String::new(),
    }
}

/// Appends to HTML that the events look at while they are written.
struct Sink<'w>(&'w RefCell<Written>);

impl fmt::Write for Sink<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.borrow_mut().html.push_str(text);
        Ok(())
    }
}
