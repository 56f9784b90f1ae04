//! A tree of values that know their place in the text.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use super::Problem;

/// The most keys that are compared one by one, without a set.
const FEW: usize = 8;

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
                let mut seen = BTreeSet::new();
                entries.iter().position(|(key, _)| !seen.insert(&*key.name))
            }
        };
        let Some(at) = repeated else { return Ok(Value::Map(entries)) };
        let key = &entries[at].0;
        let message = format!("the key `{}` is there twice", key.name);
        Err(Problem::at(key.range.clone(), message).hint("keep one of the two"))
    }
}
