//! Components: functions that Markdown calls with tags.

use std::any::Any;
use std::fmt::Display;
use std::str::FromStr;

use anyhow::{Context as _, Result, anyhow};

use super::tag;
use crate::RenderContext;

/// The attributes of a component's tag in Markdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attributes {
    component: String,
    attributes: Vec<(String, String)>,
}

impl Attributes {
    pub(super) fn new(component: &str, attributes: Vec<(String, String)>) -> Self {
        Attributes { component: component.to_owned(), attributes }
    }

    /// The value of an attribute: empty where the tag has only its name, `None` where it is missing.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value of an attribute, parsed. For an attribute that may be missing, ask [`get`](Self::get) first.
    ///
    /// # Errors
    ///
    /// Fails if the attribute is missing, or if its value is not a `T`.
    pub fn parse<T>(&self, name: &str) -> Result<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        let value = self
            .get(name)
            .with_context(|| format!("`<{}>` needs the attribute `{name}`", self.component))?;
        let parsed = value.parse();
        parsed.map_err(|error| anyhow!("the attribute `{name}` cannot be `{value}`: {error}"))
    }

    /// The names and values, in the order of the tag.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// A function that Markdown calls.
pub(super) struct Component(Box<Function>);

type Function = dyn Fn(&dyn RenderContext, &Attributes, &str) -> Result<String> + Send + Sync;

impl Component {
    pub(super) fn new<C: RenderContext>(
        name: &str,
        function: impl Fn(&C, &Attributes, &str) -> Result<String> + Send + Sync + 'static,
    ) -> Self {
        assert!(
            tag::is_component(name) && name != tag::TOC,
            "`{name}` cannot be a component: write a capital letter and then letters and digits of ASCII, one of them \
             small, and not `Toc`, which is the table of contents"
        );
        Component(Box::new(move |ctx, attributes, children| {
            let ctx: &dyn Any = ctx;
            let ctx =
                ctx.downcast_ref().context("the component expects another type of context")?;
            function(ctx, attributes, children)
        }))
    }

    pub(super) fn call(
        &self,
        ctx: &dyn RenderContext,
        attributes: &Attributes,
        children: &str,
    ) -> Result<String> {
        (self.0)(ctx, attributes, children)
    }
}
