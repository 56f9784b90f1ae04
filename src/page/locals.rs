//! The values that middleware sets for pages.

mod serialize;

use std::any::{Any, type_name};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use anyhow::{Result, anyhow};
use serde_core::Serialize;

use self::serialize::Local;
use crate::text::nearest;

/// Named values that middleware sets for pages.
///
/// A value keeps its type, and must be read with the same type. Names are in the order in which they were first
/// inserted.
///
/// # Example
///
/// ```
/// use kiln::Locals;
///
/// let mut locals = Locals::default();
/// locals.insert("user", String::from("Ada"));
/// locals.insert("visits", 3_u32);
///
/// assert_eq!(locals.get::<String>("user")?, "Ada");
/// assert_eq!(*locals.get::<u32>("visits")?, 3);
/// assert_eq!(locals.try_serialize()?, r#"{"user":"Ada","visits":3}"#);
/// # Ok::<(), kiln::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Locals {
    /// There are only a few entries, so a list is faster than a map, and it keeps the order.
    entries: Vec<Entry>,
}

#[derive(Clone)]
struct Entry {
    name: Cow<'static, str>,
    /// Shared with the context of a rewrite.
    value: Arc<dyn Local>,
}

impl Locals {
    /// Sets a value, and replaces an earlier one with the same name.
    ///
    /// ```
    /// # let mut locals = kiln::Locals::default();
    /// locals.insert("theme", "dark");
    /// locals.insert("theme", "light");
    /// assert_eq!(*locals.get::<&str>("theme")?, "light");
    /// # Ok::<(), kiln::Error>(())
    /// ```
    pub fn insert<T>(&mut self, key: impl Into<Cow<'static, str>>, value: T)
    where
        T: Serialize + Send + Sync + 'static,
    {
        let (name, value) = (key.into(), Arc::new(value));
        match self.entries.iter_mut().find(|entry| entry.name == name) {
            Some(entry) => entry.value = value,
            None => self.entries.push(Entry { name, value }),
        }
    }

    /// Returns the value with this name.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no such name, or if its value has another type. The message lists the existing
    /// names, or both types.
    ///
    /// ```
    /// # let mut locals = kiln::Locals::default();
    /// locals.insert("user", String::from("Ada"));
    /// assert_eq!(
    ///     locals.get::<&str>("user").unwrap_err().to_string(),
    ///     "the local `user` is of type `String`, not `&str`",
    /// );
    /// assert_eq!(
    ///     locals.get::<String>("usr").unwrap_err().to_string(),
    ///     "the local `usr` is missing: did you mean `user`?",
    /// );
    /// ```
    pub fn get<T: 'static>(&self, key: &str) -> Result<&T> {
        let entry = self.entries.iter().find(|entry| entry.name == key);
        let value = &*entry.ok_or_else(|| self.missing(key))?.value;
        let any: &dyn Any = value;
        any.downcast_ref().ok_or_else(|| other_type::<T>(key, value))
    }

    /// Returns true if and only if there is a value with this name, of any type.
    ///
    /// ```
    /// # let mut locals = kiln::Locals::default();
    /// locals.insert("user", "Ada");
    /// assert!(locals.contains("user"));
    /// assert!(!locals.contains("theme"));
    /// ```
    pub fn contains(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| entry.name == key)
    }

    /// Removes a value. Returns true if and only if it existed.
    ///
    /// ```
    /// # let mut locals = kiln::Locals::default();
    /// locals.insert("user", "Ada");
    /// assert!(locals.remove("user"));
    /// assert!(!locals.remove("user"));
    /// ```
    pub fn remove(&mut self, key: &str) -> bool {
        let at = self.entries.iter().position(|entry| entry.name == key);
        at.map(|at| self.entries.remove(at)).is_some()
    }

    /// Serializes all values as one JSON object, for example for a script in the page.
    ///
    /// Values are written as serde does: structs and maps are objects, `None` and `()` are `null`. Keys of maps may be
    /// numbers, booleans, chars and enum variants without fields, which become strings. NaN and the infinities become
    /// `null`, as in JavaScript.
    ///
    /// # Errors
    ///
    /// Returns an error with the path of the value, such as `locals.user.roles[2]`, for a value that JSON cannot
    /// represent: bytes, integers outside of both `i64` and `u64`, other keys of maps, more than 16,384 nested arrays
    /// and objects, and values whose own `Serialize` fails.
    ///
    /// ```
    /// # let mut locals = kiln::Locals::default();
    /// locals.insert("user", serde_json::json!({ "name": "Ada", "roles": ["admin"] }));
    /// locals.insert("nobody", None::<String>);
    /// assert_eq!(
    ///     locals.try_serialize()?,
    ///     r#"{"user":{"name":"Ada","roles":["admin"]},"nobody":null}"#,
    /// );
    ///
    /// locals.insert("ids", [1, u128::MAX]);
    /// let error = locals.try_serialize().unwrap_err();
    /// assert!(error.to_string().starts_with("`locals.ids[1]` cannot be serialized: "));
    /// # Ok::<(), kiln::Error>(())
    /// ```
    pub fn try_serialize(&self) -> Result<String> {
        serialize::object(self.entries.iter().map(|entry| (&*entry.name, &*entry.value)))
    }

    fn missing(&self, key: &str) -> anyhow::Error {
        let names = || self.entries.iter().map(|entry| &*entry.name);
        let list = names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let hint = match (nearest(key, names()), &*self.entries) {
            (_, []) => "there are no locals".to_owned(),
            (None, [_]) => format!("there is only {list}"),
            (None, _) => format!("there are {list}"),
            (Some(name), [_]) => format!("did you mean `{name}`?"),
            (Some(name), _) => format!("did you mean `{name}`? There are {list}"),
        };
        anyhow!("the local `{key}` is missing: {hint}")
    }
}

fn other_type<T>(key: &str, value: &dyn Local) -> anyhow::Error {
    let (actual, requested) = (value.type_name(), type_name::<T>());
    let (actual, requested) = match (short(actual), short(requested)) {
        // Two types with the same name in different modules.
        (one, other) if one == other => (actual, requested),
        shortened => shortened,
    };
    anyhow!("the local `{key}` is of type `{actual}`, not `{requested}`")
}

/// The name of a type without its module path.
fn short(name: &'static str) -> &'static str {
    name.rsplit("::").next().filter(|_| !name.contains(['<', '(', '[', '&'])).unwrap_or(name)
}

/// Shows names and types, since values need not implement `Debug`.
impl fmt::Debug for Locals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries = self.entries.iter();
        let types = entries.map(|Entry { name, value }| (name, (**value).type_name()));
        f.debug_map().entries(types).finish()
    }
}

#[cfg(test)]
mod tests;
