//! A tree of values that know their place in the text.

use std::borrow::Cow;
use std::ops::Range;

use super::Problem;
use crate::order;

/// The most keys that are compared one by one, without sorting them.
const FEW: usize = 8;

/// A value, and its place in the text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node<'t> {
    pub(crate) value: Value<'t>,
    /// In bytes.
    pub(crate) range: Range<usize>,
}

impl Node<'_> {
    /// The place of the first text that is equal to another: in a range, or else anywhere, since the range of a table in TOML is that
    /// of its header.
    pub(crate) fn place_of(&self, text: &str, range: &Range<usize>) -> Option<Range<usize>> {
        let is_it = |node: &Node<'_>| matches!(&node.value, Value::Text(own) if own == text);
        let is_in_range = |node: &Node<'_>| range.contains(&node.range.start) && is_it(node);
        self.find(&is_in_range).or_else(|| self.find(&is_it))
    }

    /// Adds all texts, each with its start and its end.
    pub(crate) fn add_texts<'n>(&'n self, texts: &mut Vec<(&'n str, usize, usize)>) {
        match &self.value {
            Value::Text(text) => texts.push((text, self.range.start, self.range.end)),
            Value::List(items) => items.iter().for_each(|item| item.add_texts(texts)),
            Value::Map(entries) => entries.iter().for_each(|(_, value)| value.add_texts(texts)),
            Value::Null | Value::Bool(_) | Value::Integer(_) | Value::Float(_) => {}
        }
    }

    /// Returns true if and only if a value is at a place.
    pub(crate) fn has(&self, place: &Range<usize>) -> bool {
        self.find(&|node| node.range == *place).is_some()
    }

    /// The place of the first value that a function accepts.
    fn find(&self, accepts: &dyn Fn(&Node<'_>) -> bool) -> Option<Range<usize>> {
        if accepts(self) {
            return Some(self.range.clone());
        }
        match &self.value {
            Value::List(items) => items.iter().find_map(|item| item.find(accepts)),
            Value::Map(entries) => entries.iter().find_map(|(_, value)| value.find(accepts)),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'t> {
    Null,
    Bool(bool),
    Integer(i128),
    Float(f64),
    Text(Cow<'t, str>),
    List(Vec<Node<'t>>),
    /// In the order of the text. No key occurs twice.
    Map(Vec<(Key<'t>, Node<'t>)>),
}

/// A key, and its place in the text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Key<'t> {
    pub(crate) name: Cow<'t, str>,
    /// In bytes.
    pub(crate) range: Range<usize>,
}

impl Node<'_> {
    /// The same tree, without the text that it was read from.
    pub(crate) fn into_owned(self) -> Node<'static> {
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        let value = match self.value {
            Value::Null => Value::Null,
            Value::Bool(value) => Value::Bool(value),
            Value::Integer(value) => Value::Integer(value),
            Value::Float(value) => Value::Float(value),
            Value::Text(text) => Value::Text(owned(text)),
            Value::List(items) => Value::List(items.into_iter().map(Node::into_owned).collect()),
            Value::Map(entries) => {
                let entries = entries.into_iter().map(|(Key { name, range }, node)| {
                    (Key { name: owned(name), range }, node.into_owned())
                });
                Value::Map(entries.collect())
            }
        };
        Node { value, range: self.range }
    }
}

impl<'t> Value<'t> {
    /// A map, in which no key may occur twice.
    ///
    /// # Errors
    ///
    /// Fails with the first repeated key.
    pub(crate) fn map(entries: Vec<(Key<'t>, Node<'t>)>) -> Result<Self, Problem> {
        let repeated = match entries.len() {
            ..=FEW => (1..entries.len())
                .find(|&at| entries[..at].iter().any(|(key, _)| key.name == entries[at].0.name)),
            _ => {
                let name = |at: usize| &entries[at].0.name;
                let order = order::sorted(entries.len(), &|a, b| name(a).cmp(name(b)));
                let repeated = order.windows(2).filter(|pair| name(pair[0]) == name(pair[1]));
                repeated.map(|pair| pair[1]).min()
            }
        };
        let Some(at) = repeated else { return Ok(Value::Map(entries)) };
        let key = &entries[at].0;
        let message = format!("the key `{}` is there twice", key.name);
        Err(Problem::at(key.range.clone(), message).hint("keep one of the two"))
    }
}
