//! The values of a script.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::response::Response;
use serde_core::{Serialize, Serializer};

use super::run::Scope;
use super::syntax::Function;

/// A value of a script. Lists, objects and responses are shared, as they are in JavaScript.
#[derive(Clone, Default)]
pub(crate) enum Value {
    #[default]
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Shared<Vec<Value>>),
    Object(Shared<Vec<(String, Value)>>),
    Function(Arc<Function>, Arc<Scope>),
    /// What `sequence()` makes.
    Sequence(Vec<Value>),
    Response(Shared<Response>),
    /// Something of kiln or of JavaScript itself, such as `ctx.url` or `JSON`.
    Of(&'static str),
    /// The headers of a response.
    Headers(Shared<Response>),
    /// What is to be called, with the value that it belongs to.
    Method(Box<Value>, String),
}

/// A value that several share.
pub(crate) struct Shared<T>(Arc<Mutex<T>>);

impl<T> Shared<T> {
    pub(crate) fn new(value: T) -> Self {
        Shared(Arc::new(Mutex::new(value)))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Shared(Arc::clone(&self.0))
    }
}

impl Value {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Value::Text(text.into())
    }

    pub(crate) fn list(values: Vec<Value>) -> Self {
        Value::List(Shared::new(values))
    }

    pub(crate) fn object(fields: Vec<(String, Value)>) -> Self {
        Value::Object(Shared::new(fields))
    }

    /// What a JSON value is in a script.
    pub(crate) fn of_json(json: &serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(value) => Value::Bool(*value),
            serde_json::Value::Number(value) => Value::Number(value.as_f64().expect("a number")),
            serde_json::Value::String(value) => Value::text(value),
            serde_json::Value::Array(values) => {
                Value::list(values.iter().map(Value::of_json).collect())
            }
            serde_json::Value::Object(fields) => {
                let field = |(name, value): (&String, _)| (name.clone(), Value::of_json(value));
                Value::object(fields.iter().map(field).collect())
            }
        }
    }

    pub(crate) fn is_true(&self) -> bool {
        match self {
            Value::Undefined | Value::Null => false,
            Value::Bool(value) => *value,
            Value::Number(value) => *value != 0.0,
            Value::Text(value) => !value.is_empty(),
            _ => true,
        }
    }

    pub(crate) fn is_nothing(&self) -> bool {
        matches!(self, Value::Undefined | Value::Null)
    }

    /// A field of an object.
    pub(crate) fn field(&self, name: &str) -> Value {
        let Value::Object(fields) = self else { return Value::Undefined };
        let fields = fields.lock();
        let found = fields.iter().find(|(field, _)| field == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    }

    pub(crate) fn is_same(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Undefined, Value::Undefined) | (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Number(a), Value::Number(b)) => a.to_bits() == b.to_bits(),
            (Value::Text(a), Value::Text(b)) => a == b,
            _ => false,
        }
    }
}

/// As `String(value)` has it.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("null"),
            Value::Bool(value) => value.fmt(f),
            Value::Number(value) => value.fmt(f),
            Value::Text(value) => f.write_str(value),
            Value::List(values) => {
                let values: Vec<String> = values.lock().iter().map(Value::to_string).collect();
                f.write_str(&values.join(","))
            }
            Value::Undefined => f.write_str("undefined"),
            _ => f.write_str("[object]"),
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{self}`")
    }
}

/// As `JSON.stringify` has it.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Bool(value) => serializer.serialize_bool(*value),
            #[expect(clippy::cast_possible_truncation, reason = "it has no fraction")]
            Value::Number(value) if value.fract() == 0.0 => serializer.serialize_i64(*value as i64),
            Value::Number(value) => serializer.serialize_f64(*value),
            Value::Text(value) => serializer.serialize_str(value),
            Value::List(values) => serializer.collect_seq(values.lock().iter()),
            Value::Object(fields) => {
                let fields = fields.lock();
                let there = fields.iter().filter(|(_, value)| !matches!(value, Value::Undefined));
                serializer.collect_map(there.map(|(name, value)| (name, value)))
            }
            _ => serializer.serialize_unit(),
        }
    }
}
