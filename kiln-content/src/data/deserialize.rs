//! The deserializer of serde over a tree.

use std::ops::Range;
use std::slice;

use serde_core::de::value::StrDeserializer;
use serde_core::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _,
    IntoDeserializer, MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde_core::forward_to_deserialize_any;

use super::Source;
use super::error::Error;
use super::node::{Key, Node, Value};
use crate::loading;

/// Reads a value from a tree.
pub(super) fn from_node<T: DeserializeOwned>(node: &Node<'_>, source: &Source) -> Result<T, Error> {
    T::deserialize(Reader { node, optional_key: source.optional_key })
}

#[derive(Clone, Copy)]
struct Reader<'n, 't> {
    node: &'n Node<'t>,
    /// See [`Source`]; for the outermost value only.
    optional_key: Option<&'static str>,
}

impl<'n, 't> Reader<'n, 't> {
    fn of(node: &'n Node<'t>) -> Self {
        Reader { node, optional_key: None }
    }

    fn visit<'de, V: Visitor<'de>>(
        self,
        visitor: V,
        left_out: Option<&str>,
    ) -> Result<V::Value, Error> {
        let value = &self.node.value;
        if !matches!(value, Value::List(_) | Value::Map(_)) {
            loading::set_place(self.node.range.clone());
        }
        let read = match value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Integer(value) => visit_integer(*value, visitor),
            Value::Float(value) => visitor.visit_f64(*value),
            Value::Text(text) => visitor.visit_str(text),
            Value::List(items) => visit_list(items, visitor),
            Value::Map(entries) => {
                visitor.visit_map(Entries { rest: entries.iter(), at: 0, value: None, left_out })
            }
        };
        read.map_err(|error| error.at(&self.node.range))
    }
}

fn visit_integer<'de, V: Visitor<'de>>(value: i128, visitor: V) -> Result<V::Value, Error> {
    match (u64::try_from(value), i64::try_from(value)) {
        (Ok(value), _) => visitor.visit_u64(value),
        (_, Ok(value)) => visitor.visit_i64(value),
        _ => visitor.visit_i128(value),
    }
}

fn visit_list<'de, V: Visitor<'de>>(items: &[Node<'_>], visitor: V) -> Result<V::Value, Error> {
    let mut left = Items { items: items.iter() };
    let value = visitor.visit_seq(&mut left)?;
    match left.items.len() {
        0 => Ok(value),
        more => {
            let expected = format!("{} items", items.len() - more);
            Err(Error::invalid_length(items.len(), &expected.as_str()))
        }
    }
}

impl<'de> Deserializer<'de> for Reader<'_, '_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.visit(visitor, None)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        // serde would take a list as the fields in their order.
        if matches!(self.node.value, Value::List(_)) {
            return Err(Error::invalid_type(Unexpected::Seq, &"a map").at(&self.node.range));
        }
        self.visit(visitor, self.optional_key.filter(|key| !fields.contains(key)))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.node.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self).map_err(|error| error.at(&self.node.range))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let variant = match &self.node.value {
            Value::Text(name) => Variant { name, range: &self.node.range, content: None },
            Value::Map(entries) if entries.len() == 1 => {
                let (key, content) = &entries[0];
                Variant { name: &key.name, range: &key.range, content: Some(content) }
            }
            other => {
                let error = Error::invalid_type(unexpected(other), &"a name");
                return Err(error.at(&self.node.range));
            }
        };
        visitor.visit_enum(variant).map_err(|error| error.at(&self.node.range))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    /// Text without front matter has no keys, which is what `()` and a struct without fields have.
    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.value {
            Value::Map(entries) if entries.is_empty() => visitor.visit_unit(),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_unit(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf seq
        tuple tuple_struct map identifier
    }
}

fn unexpected<'a>(value: &'a Value<'_>) -> Unexpected<'a> {
    match value {
        Value::Null => Unexpected::Unit,
        Value::Bool(value) => Unexpected::Bool(*value),
        Value::Integer(value) => {
            i64::try_from(*value).map_or(Unexpected::Other("a number"), Unexpected::Signed)
        }
        Value::Float(value) => Unexpected::Float(*value),
        Value::Text(text) => Unexpected::Str(text),
        Value::List(_) => Unexpected::Seq,
        Value::Map(_) => Unexpected::Map,
    }
}

struct Items<'n, 't> {
    items: slice::Iter<'n, Node<'t>>,
}

impl<'de> SeqAccess<'de> for &mut Items<'_, '_> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        // A type of the site finds its mistakes after the text has been read, and so without its place.
        let read = |node| seed.deserialize(Reader::of(node)).map_err(|error| error.at(&node.range));
        self.items.next().map(read).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

struct Entries<'n, 't, 'k> {
    rest: slice::Iter<'n, (Key<'t>, Node<'t>)>,
    /// The number of entries that have been given.
    at: usize,
    value: Option<&'n Node<'t>>,
    /// A key that is skipped.
    left_out: Option<&'k str>,
}

impl<'de> MapAccess<'de> for Entries<'_, '_, '_> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        loop {
            let Some((key, value)) = self.rest.next() else { return Ok(None) };
            self.at += 1;
            if self.left_out == Some(&*key.name) {
                continue;
            }
            self.value = Some(value);
            loading::set_place(key.range.clone());
            let key_reader = KeyReader { name: &key.name };
            let given = seed.deserialize(key_reader);
            return given.map(Some).map_err(|error| error.at(&key.range).in_entry(self.at - 1));
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        let Some(node) = self.value.take() else {
            return Err(Error::custom("a value without a key"));
        };
        let given = seed.deserialize(Reader::of(node));
        given.map_err(|error| error.at(&node.range).in_entry(self.at - 1))
    }
}

/// The key of a map. The keys of TOML and JSON are text, and may be read as numbers.
struct KeyReader<'n> {
    name: &'n str,
}

macro_rules! keys_of {
    ($($method:ident $visit:ident,)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self.name.parse() {
                Ok(number) => visitor.$visit(number),
                Err(_) => visitor.visit_str(self.name),
            }
        })+
    };
}

impl<'de> Deserializer<'de> for KeyReader<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.name)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(self.name.into_deserializer())
    }

    keys_of! {
        deserialize_u8 visit_u8,
        deserialize_u16 visit_u16,
        deserialize_u32 visit_u32,
        deserialize_u64 visit_u64,
        deserialize_i8 visit_i8,
        deserialize_i16 visit_i16,
        deserialize_i32 visit_i32,
        deserialize_i64 visit_i64,
        deserialize_bool visit_bool,
    }

    forward_to_deserialize_any! {
        i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct
        map struct identifier ignored_any
    }
}

/// A variant of an enum: its name, or its name as the key of its content.
struct Variant<'n, 't> {
    name: &'n str,
    range: &'n Range<usize>,
    content: Option<&'n Node<'t>>,
}

impl<'n, 't, 'de> EnumAccess<'de> for Variant<'n, 't> {
    type Error = Error;
    type Variant = Content<'n, 't>;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Self::Variant), Error> {
        let name: StrDeserializer<'_, Error> = self.name.into_deserializer();
        let variant = seed.deserialize(name).map_err(|error| error.at(self.range))?;
        Ok((variant, Content(self.content)))
    }
}

struct Content<'n, 't>(Option<&'n Node<'t>>);

impl<'n, 't> Content<'n, 't> {
    fn reader(&self) -> Result<Reader<'n, 't>, Error> {
        let missing = || {
            Error::custom(
                "the value needs content\nhint: write it as a key, and the content as its value",
            )
        };
        self.0.map(Reader::of).ok_or_else(missing)
    }
}

impl<'de> VariantAccess<'de> for Content<'_, '_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        match self.0 {
            None => Ok(()),
            Some(node) => de::Deserialize::deserialize(Reader::of(node)),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Error> {
        let reader = self.reader()?;
        seed.deserialize(reader).map_err(|error| error.at(&reader.node.range))
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Error> {
        self.reader()?.deserialize_tuple(length, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.reader()?.deserialize_struct("", fields, visitor)
    }
}
