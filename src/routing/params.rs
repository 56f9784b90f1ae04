//! The params of a path: as text by name, and as the fields of a page's `struct Params`.

use std::borrow::Cow;
use std::fmt::{self, Display};
use std::ops::Index;
use std::str::FromStr;

use anyhow::{Context as _, Result, anyhow};

/// The params of a path as text, by name.
///
/// Values are decoded: `a b`, not `a%20b`. A rest param that matched nothing is absent.
///
/// # Example
///
/// ```
/// use kiln::RawParams;
///
/// let params = RawParams::from([("lang", "en"), ("page", "2")]);
/// assert_eq!(params.get("lang"), Some("en"));
/// assert_eq!(&params["page"], "2");
/// assert_eq!(params.parse::<u32>("page")?, 2);
/// assert_eq!(params.get("rest"), None);
/// # Ok::<(), kiln::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RawParams {
    /// Most names are literals in generated code.
    entries: Vec<(Cow<'static, str>, String)>,
}

impl RawParams {
    /// Creates an empty list of params.
    pub fn new() -> Self {
        RawParams::default()
    }

    /// The value of a param; `None` if the path has no such param.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.entries.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The names and values, in insertion order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().map(|(name, value)| (&**name, value.as_str()))
    }

    /// Parses the value of a param into another type.
    ///
    /// # Errors
    ///
    /// Returns an error if the param is absent or its value does not parse. The message names the param.
    pub fn parse<T>(&self, name: &str) -> Result<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        let value = self.get(name).ok_or_else(|| missing(name))?;
        parse_value(name, value)
    }

    /// Removes empty values, which only rest params that matched nothing can have.
    pub(crate) fn without_empty(mut self) -> Self {
        self.entries.retain(|(_, value)| !value.is_empty());
        self
    }

    pub(crate) fn push(&mut self, name: impl Into<Cow<'static, str>>, value: String) {
        self.entries.push((name.into(), value));
    }
}

fn missing(name: &str) -> anyhow::Error {
    anyhow!("the param `{name}` is missing")
}

pub(crate) fn parse_value<T>(name: &str, value: &str) -> Result<T>
where
    T: FromStr,
    T::Err: Display,
{
    value.parse().map_err(|error: T::Err| anyhow!("{error}")).with_context(|| {
        format!("the param `{name}` = {value:?} is not a valid `{}`", type_name::<T>())
    })
}

/// The name of a type without its module path.
fn type_name<T>() -> &'static str {
    let name = std::any::type_name::<T>();
    name.rsplit("::").next().filter(|_| !name.contains('<')).unwrap_or(name)
}

impl<K: Into<String>, V: Display> FromIterator<(K, V)> for RawParams {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let entries = entries.into_iter();
        let entry = |(key, value): (K, V)| (Cow::Owned(key.into()), value.to_string());
        RawParams { entries: entries.map(entry).collect() }
    }
}

impl<K: Into<String>, V: Display, const N: usize> From<[(K, V); N]> for RawParams {
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl<K: Into<String>, V: Display> From<Vec<(K, V)>> for RawParams {
    fn from(entries: Vec<(K, V)>) -> Self {
        entries.into_iter().collect()
    }
}

impl Index<&str> for RawParams {
    type Output = str;

    /// The value of a param.
    ///
    /// # Panics
    ///
    /// Panics if the param is absent. [`get`](RawParams::get) returns `None` instead.
    #[track_caller]
    fn index(&self, name: &str) -> &str {
        // A closure would lose the location of the caller.
        match self.get(name) {
            Some(value) => value,
            None => {
                let names: Vec<_> = self.iter().map(|(name, _)| name).collect();
                panic!("there is no param `{name}`; there are {names:?}")
            }
        }
    }
}

/// A page's `struct Params`, which the generated code fills.
pub trait TypedParams: Sized + Send + 'static {
    /// Parses every field.
    fn from_raw(raw: &RawParams) -> Result<Self>;
    /// Writes every field as text, in the order of the brackets.
    fn to_raw(&self) -> Result<RawParams>;
}

/// Params that `static_paths` may return if the endpoint takes `T`: a `T`, or raw params that are parsed.
#[diagnostic::on_unimplemented(
    message = "`static_paths` returns `{Self}` as params, but the page takes `{T}`",
    note = "return the page's own `Params`, a `RawParams`, or an array of `(name, value)`"
)]
pub trait GivenParams<T>: Send + 'static {
    /// The params as text, and as the type that the endpoint takes.
    fn into_both(self) -> Result<(RawParams, T)>;
}

impl<T: TypedParams> GivenParams<T> for T {
    fn into_both(self) -> Result<(RawParams, T)> {
        Ok((self.to_raw()?, self))
    }
}

impl<T: TypedParams> GivenParams<T> for RawParams {
    fn into_both(self) -> Result<(RawParams, T)> {
        let typed = T::from_raw(&self)?;
        Ok((self, typed))
    }
}

impl GivenParams<RawParams> for RawParams {
    fn into_both(self) -> Result<(RawParams, RawParams)> {
        // Such an endpoint reads the params from its context.
        Ok((self, RawParams::new()))
    }
}

/// Shows `lang=en, slug=hello`.
impl fmt::Display for RawParams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (name, value)) in self.iter().enumerate() {
            write!(f, "{}{name}={value}", if at == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_implement_display() {
        assert_eq!(RawParams::from([("id", 7)])["id"], *"7");
        assert_eq!(RawParams::from(vec![(String::from("id"), "x")])["id"], *"x");
        let both: RawParams = [("a", "1"), ("b", "2")].into_iter().collect();
        assert_eq!(both.iter().collect::<Vec<_>>(), [("a", "1"), ("b", "2")]);
        assert_eq!(both.to_string(), "a=1, b=2");
    }

    #[test]
    fn errors_name_the_param_and_the_type() {
        let params = RawParams::from([("id", "x")]);
        let shown = |error: anyhow::Error| format!("{error:#}");
        assert_eq!(shown(params.parse::<u8>("no").unwrap_err()), "the param `no` is missing");
        assert_eq!(
            shown(params.parse::<u8>("id").unwrap_err()),
            "the param `id` = \"x\" is not a valid `u8`: invalid digit found in string"
        );
    }
}
