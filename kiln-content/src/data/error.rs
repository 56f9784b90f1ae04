//! What serde says of a value, in words for the author of the file.

use std::fmt::{self, Display};
use std::ops::Range;

use serde_core::de::{self, Expected, Unexpected};

/// The first mistake that serde finds, and what is known of its place.
#[derive(Debug)]
pub(crate) struct Error(pub(crate) Box<Found>);

/// A mistake.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    /// Set by the innermost value that is known to be wrong.
    pub(crate) range: Option<Range<usize>>,
    /// The entry of the outermost map that the mistake is in.
    pub(crate) entry: Option<usize>,
    /// The key that is missing.
    pub(crate) missing: Option<&'static str>,
    /// The key that an unknown key probably stands for.
    pub(crate) meant: Option<String>,
}

impl Error {
    fn new(message: impl Into<String>, hint: impl Into<Option<String>>) -> Self {
        Error(Box::new(Found { message: message.into(), hint: hint.into(), ..Found::default() }))
    }

    /// Sets the place, unless a value further in has set it.
    pub(crate) fn at(mut self, range: &Range<usize>) -> Self {
        self.0.range.get_or_insert_with(|| range.clone());
        self
    }

    /// Sets the entry of a map, which the maps around it replace.
    pub(crate) fn in_entry(mut self, entry: usize) -> Self {
        self.0.entry = Some(entry);
        self
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        self.0.hint.iter().try_for_each(|hint| write!(f, "\nhint: {hint}"))
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    /// The text may end with a line `hint: …`, as the types of this crate write it.
    fn custom<T: Display>(text: T) -> Self {
        let text = text.to_string();
        match text.split_once("\nhint: ") {
            Some((message, hint)) => Error::new(message, hint.to_owned()),
            None => Error::new(text, None),
        }
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let expected = expected.to_string();
        Error::new(
            format!("expected {}, found {}", in_words(&expected), shown(&found)),
            remedy(&found, &expected),
        )
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Error::new(
            format!("expected {}, found {length} items", in_words(&expected.to_string())),
            None,
        )
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Error::new(format!("unknown value `{variant}`"), one_of(variant, expected, "values"))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let mut error =
            Error::new(format!("unknown key `{field}`"), one_of(field, expected, "keys"));
        error.0.meant = crate::nearest::nearest(field, expected.iter().copied()).map(Into::into);
        error
    }

    fn missing_field(field: &'static str) -> Self {
        let mut error =
            Error::new(format!("the key `{field}` is missing"), format!("add `{field}`"));
        error.0.missing = Some(field);
        error
    }

    fn duplicate_field(field: &'static str) -> Self {
        let hint = "keep one of the two; another name of the same key counts too";
        Error::new(format!("the key `{field}` is there twice"), hint.to_owned())
    }
}

/// The nearest name, or all names if none is near.
fn one_of(name: &str, known: &[&str], what: &str) -> Option<String> {
    if let Some(nearest) = crate::nearest::nearest(name, known.iter().copied()) {
        return Some(format!("did you mean `{nearest}`?"));
    }
    let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
    match known.as_slice() {
        [] => Some("remove it".to_owned()),
        known => Some(format!("the {what} are {}", known.join(", "))),
    }
}

/// What serde expects, in words for people who do not know Rust.
fn in_words(expected: &str) -> String {
    match expected {
        "a sequence" => "a list".to_owned(),
        "a map" => "keys with values".to_owned(),
        "a boolean" => "`true` or `false`".to_owned(),
        "unit" | "Option value" => "nothing".to_owned(),
        "a string" | "a borrowed string" | "str" => "text".to_owned(),
        "a character" => "one character".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "u8" => "a whole number from 0 to 255".to_owned(),
        "u16" => "a whole number from 0 to 65535".to_owned(),
        "u32" | "u64" | "u128" | "usize" => "a whole number that is not negative".to_owned(),
        "i8" => "a whole number from -128 to 127".to_owned(),
        "i16" => "a whole number from -32768 to 32767".to_owned(),
        "i32" | "i64" | "i128" | "isize" => "a whole number".to_owned(),
        other if other.starts_with("struct ") => "keys with values".to_owned(),
        other => other.to_owned(),
    }
}

/// What is in the file instead.
fn shown(found: &Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(value) => format!("`{value}`"),
        Unexpected::Unsigned(value) => format!("the number `{value}`"),
        Unexpected::Signed(value) => format!("the number `{value}`"),
        Unexpected::Float(value) => format!("the number `{value}`"),
        Unexpected::Str(value) if value.chars().count() > 40 => "a long text".to_owned(),
        Unexpected::Str(value) => format!("the text {value:?}"),
        Unexpected::Unit | Unexpected::Option => "nothing".to_owned(),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map | Unexpected::StructVariant => "keys with values".to_owned(),
        other => other.to_string(),
    }
}

/// What to write instead.
fn remedy(found: &Unexpected<'_>, expected: &str) -> Option<String> {
    let is_number = expected.starts_with(['u', 'i', 'f'])
        && expected.ends_with(|c: char| c.is_ascii_digit())
        || matches!(expected, "usize" | "isize");
    match (found, expected) {
        (Unexpected::Bool(value), "a string") => Some(format!("write it in quotes: \"{value}\"")),
        (Unexpected::Unsigned(value), "a string") => {
            Some(format!("write it in quotes: \"{value}\""))
        }
        (Unexpected::Signed(value), "a string") => Some(format!("write it in quotes: \"{value}\"")),
        (Unexpected::Float(value), "a string") => Some(format!("write it in quotes: \"{value}\"")),
        (Unexpected::Str(text), "a boolean") => Some(match text.to_lowercase().as_str() {
            "true" | "yes" | "on" => "write `true`, without quotes".to_owned(),
            "false" | "no" | "off" => "write `false`, without quotes".to_owned(),
            _ => "write `true` or `false`".to_owned(),
        }),
        (Unexpected::Str(text), _) if is_number && text.trim().parse::<f64>().is_ok() => {
            Some(format!("write it without quotes: {}", text.trim()))
        }
        (Unexpected::Float(_), _) if is_number => Some("write a whole number".to_owned()),
        (Unexpected::Seq, "a string") => Some("write a single text, without brackets".to_owned()),
        (Unexpected::Str(text), "a sequence") => Some(format!("write a list: [{text}]")),
        (Unexpected::Unit, _) => Some("give the key a value, or remove it".to_owned()),
        _ => None,
    }
}
