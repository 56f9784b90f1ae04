//! How the Markdown of a collection is rendered.

use std::fmt;
use std::ops::Range;

use anyhow::Result;
use pulldown_cmark::Event;

use super::code::CodeBlock;
use super::component::{Attributes, Component};
use crate::RenderContext;

/// An event of pulldown-cmark, and the bytes of the Markdown that it stands for.
pub type Spanned<'a> = (Event<'a>, Range<usize>);

/// How the Markdown of a collection is rendered. What is not set is as `[markdown]` of kiln.toml says.
///
/// ```
/// use kiln_content::markdown::Markdown;
///
/// let options = Markdown::new().smart_punctuation(true).external_links("noopener");
/// ```
#[derive(Default)]
pub struct Markdown {
    pub(super) smart_punctuation: Option<bool>,
    pub(super) math: Option<bool>,
    pub(super) heading_anchors: Option<bool>,
    pub(super) external_links: Option<String>,
    /// By name, sorted.
    pub(super) components: Vec<(String, Component)>,
    pub(super) events: Vec<Box<Rewrite>>,
    pub(super) highlighter: Option<Box<Highlighter>>,
}

type Rewrite = dyn for<'a> Fn(Vec<Spanned<'a>>) -> Vec<Spanned<'a>> + Send + Sync;
pub(super) type Highlighter = dyn Fn(&CodeBlock) -> Result<Option<String>> + Send + Sync;

impl Markdown {
    /// The options of kiln.toml, without components.
    pub fn new() -> Self {
        Markdown::default()
    }

    /// Whether straight quotes, `--` and `...` become typographic ones.
    #[must_use]
    pub fn smart_punctuation(mut self, on: bool) -> Self {
        self.smart_punctuation = Some(on);
        self
    }

    /// Whether `$x$` and `$$x$$` are formulas, which become `MathML`.
    #[must_use]
    pub fn math(mut self, on: bool) -> Self {
        self.math = Some(on);
        self
    }

    /// Whether every heading has a link to itself.
    #[must_use]
    pub fn heading_anchors(mut self, on: bool) -> Self {
        self.heading_anchors = Some(on);
        self
    }

    /// The `rel` of links to other origins, for example `noopener nofollow`. Nothing, if it is empty.
    #[must_use]
    pub fn external_links(mut self, rel: &str) -> Self {
        self.external_links = Some(rel.to_owned());
        self
    }

    /// Calls a function where the Markdown has `<Name>` and `</Name>`, or `<Name />`, on lines of their own.
    ///
    /// The function gets the page that shows the Markdown, the attributes of the tag, and the rendered Markdown between
    /// the two tags, which is empty for `<Name />`. What it returns is HTML, which is not escaped again. If it fails,
    /// the message has the place of the tag.
    ///
    /// # Panics
    ///
    /// Panics if the name is not a capital letter and then letters and digits of ASCII, one of them a small letter, or
    /// if it is `Toc`, which is the table of contents.
    #[must_use]
    pub fn component<C: RenderContext>(
        mut self,
        name: &str,
        function: impl Fn(&C, &Attributes, &str) -> Result<String> + Send + Sync + 'static,
    ) -> Self {
        self.add(name, Component::new(name, function));
        self
    }

    /// It is compiled once, and `component` for each function.
    fn add(&mut self, name: &str, component: Component) {
        match self.place(name) {
            Ok(at) => self.components[at].1 = component,
            Err(at) => self.components.insert(at, (name.to_owned(), component)),
        }
    }

    pub(super) fn component_named(&self, name: &str) -> Option<&Component> {
        Some(&self.components[self.place(name).ok()?].1)
    }

    pub(super) fn component_names(&self) -> impl Iterator<Item = &str> {
        self.components.iter().map(|(name, _)| &**name)
    }

    fn place(&self, name: &str) -> Result<usize, usize> {
        self.components.binary_search_by(|(known, _)| (**known).cmp(name))
    }

    /// Changes the events of pulldown-cmark before they are rendered. Several functions are called in order.
    ///
    /// The range of an event is the place that mistakes in it are reported at. Tags of components are `Event::Html` with
    /// the tag as it is written.
    ///
    /// ```
    /// use kiln_content::markdown::Markdown;
    /// use kiln_content::markdown::pulldown_cmark::Event;
    ///
    /// // A line break in the source is one in the page.
    /// let options = Markdown::new().events(|mut events| {
    ///     for (event, _) in &mut events {
    ///         if *event == Event::SoftBreak {
    ///             *event = Event::HardBreak;
    ///         }
    ///     }
    ///     events
    /// });
    /// ```
    #[must_use]
    pub fn events(
        mut self,
        rewrite: impl for<'a> Fn(Vec<Spanned<'a>>) -> Vec<Spanned<'a>> + Send + Sync + 'static,
    ) -> Self {
        self.events.push(Box::new(rewrite));
        self
    }

    /// Renders code blocks instead of kiln. Where the function returns `None`, kiln does.
    ///
    /// What it returns is the HTML of the whole block. It is called in every build: kiln caches what its own highlighter
    /// does, and cannot know what yours depends on.
    #[must_use]
    pub fn highlighter(
        mut self,
        highlighter: impl Fn(&CodeBlock) -> Result<Option<String>> + Send + Sync + 'static,
    ) -> Self {
        self.highlighter = Some(Box::new(highlighter));
        self
    }
}

impl fmt::Debug for Markdown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Markdown")
            .field("smart_punctuation", &self.smart_punctuation)
            .field("math", &self.math)
            .field("heading_anchors", &self.heading_anchors)
            .field("external_links", &self.external_links)
            .field("components", &self.component_names().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
