//! A tree of values that know their place in the text.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use super::Problem;

/// A value, and its place in the text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node<'t> {
    pub(crate) value: Value<'t>,
    /// In bytes.
    pub(crate) range: Range<usize>,
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
        let mut seen = BTreeMap::new();
        for (at, (key, _)) in entries.iter().enumerate() {
            if seen.insert(&*key.name, at).is_some() {
                let message = format!("the key `{}` is there twice", key.name);
                return Err(Problem::at(key.range.clone(), message).hint("keep one of the two"));
            }
        }
        Ok(Value::Map(entries))
    }
}
