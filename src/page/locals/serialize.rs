//! Serializes locals as one JSON object.

use std::any::{Any, type_name};
use std::fmt;
use std::io::{self, Write};
use std::panic::resume_unwind;
use std::thread;

use anyhow::{Result, anyhow};
use serde_core::Serialize;
use serde_core::ser::Error as _;
use serde_json::Serializer;
use serde_json::ser::Formatter;

/// The deepest nesting that is serialized on the stack of the caller.
const SHALLOW: usize = 128;

/// The deepest nesting at all: deeper than in Astro's own tests, and it fits into the stack below.
const DEEP: usize = 16_384;

/// The size of the stack for values deeper than `SHALLOW`. Serde recurses for each level, with about 2 KB in an
/// unoptimized build. Pages of the stack that are not used are never allocated.
const DEEP_STACK: usize = 8 * 1024 * DEEP;

/// The marker of this error. Only the kind of an error survives serde.
const TOO_DEEP: io::ErrorKind = io::ErrorKind::OutOfMemory;

/// The most steps of a path that are shown.
const SHOWN_STEPS: usize = 16;

type Writer<'a> = Serializer<&'a mut Vec<u8>, Strict>;

/// A value of any type.
pub(super) trait Local: Any + Send + Sync {
    fn write(&self, json: &mut Writer<'_>) -> serde_json::Result<()>;

    fn type_name(&self) -> &'static str;
}

impl<T: Serialize + Send + Sync + 'static> Local for T {
    fn write(&self, json: &mut Writer<'_>) -> serde_json::Result<()> {
        self.serialize(json)
    }

    fn type_name(&self) -> &'static str {
        type_name::<T>()
    }
}

/// Writes all values as one object. Fails with the path of a value that cannot be written.
pub(super) fn object<'a>(
    entries: impl Iterator<Item = (&'a str, &'a dyn Local)>,
) -> Result<String> {
    let mut json = vec![b'{'];
    for (at, (name, value)) in entries.enumerate() {
        if at > 0 {
            json.push(b',');
        }
        let key = |json: &mut Vec<u8>| serde_json::to_writer(json, name);
        let written = key(&mut json).and_then(|()| {
            json.push(b':');
            write_value(value, &mut json)
        });
        if let Err(error) = written {
            return Err(anyhow!("`{}` cannot be serialized: {error}", path(&json)));
        }
    }
    json.push(b'}');
    Ok(String::from_utf8(json)?)
}

fn write_value(value: &dyn Local, json: &mut Vec<u8>) -> serde_json::Result<()> {
    let start = json.len();
    match write_within(SHALLOW, value, json) {
        Err(error) if is_too_deep(&error) => {
            json.truncate(start);
            write_deep(value, json)
        }
        written => written,
    }
}

/// Writes a value in a separate thread with a large stack.
fn write_deep(value: &dyn Local, json: &mut Vec<u8>) -> serde_json::Result<()> {
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(DEEP_STACK);
        let written = thread
            .spawn_scoped(scope, || write_within(DEEP, value, json))
            .map_err(serde_json::Error::custom)?;
        // A panic in the `Serialize` of a value continues in this thread.
        written.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}

fn write_within(limit: usize, value: &dyn Local, json: &mut Vec<u8>) -> serde_json::Result<()> {
    value.write(&mut Serializer::with_formatter(json, Strict { depth: 0, limit }))
}

fn is_too_deep(error: &serde_json::Error) -> bool {
    error.io_error_kind() == Some(TOO_DEEP)
}

fn too_deep() -> io::Error {
    let message = format!("more than {DEEP} arrays and objects are nested");
    io::Error::new(TOO_DEEP, message)
}

fn too_large() -> io::Error {
    io::Error::other("the integer fits into neither `i64` nor `u64`")
}

/// A compact JSON formatter that refuses values without an exact representation, and limits the nesting.
pub(super) struct Strict {
    depth: usize,
    limit: usize,
}

impl Strict {
    fn enter(&mut self) -> io::Result<()> {
        self.depth += 1;
        if self.depth > self.limit { Err(too_deep()) } else { Ok(()) }
    }
}

impl Formatter for Strict {
    fn begin_array<W: ?Sized + Write>(&mut self, json: &mut W) -> io::Result<()> {
        self.enter()?;
        json.write_all(b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, json: &mut W) -> io::Result<()> {
        self.depth -= 1;
        json.write_all(b"]")
    }

    fn begin_object<W: ?Sized + Write>(&mut self, json: &mut W) -> io::Result<()> {
        self.enter()?;
        json.write_all(b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, json: &mut W) -> io::Result<()> {
        self.depth -= 1;
        json.write_all(b"}")
    }

    fn write_byte_array<W: ?Sized + Write>(&mut self, _: &mut W, _: &[u8]) -> io::Result<()> {
        Err(io::Error::other("JSON has no byte strings: use an array of numbers"))
    }

    fn write_i128<W: ?Sized + Write>(&mut self, json: &mut W, value: i128) -> io::Result<()> {
        match (i64::try_from(value), u64::try_from(value)) {
            (Err(_), Err(_)) => Err(too_large()),
            _ => write!(json, "{value}"),
        }
    }

    fn write_u128<W: ?Sized + Write>(&mut self, json: &mut W, value: u128) -> io::Result<()> {
        match u64::try_from(value) {
            Err(_) => Err(too_large()),
            Ok(value) => write!(json, "{value}"),
        }
    }
}

/// The path of the next value, in the syntax of JavaScript: `locals.user.roles[2]`.
///
/// It is reconstructed from the JSON so far, so that valid values have no cost.
fn path(json: &[u8]) -> String {
    let mut steps: Vec<Step<'_>> = Vec::new();
    let mut rest = json;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match (byte, steps.last_mut()) {
            (b'[', _) => steps.push(Step::Index(0)),
            (b'{', _) => steps.push(Step::Key(None)),
            (b']' | b'}', _) => drop(steps.pop()),
            (b',', Some(Step::Index(index))) => *index += 1,
            (b',', Some(Step::Key(key))) => *key = None,
            (b'"', step) => {
                let (text, after) = string(rest);
                rest = after;
                // A string after the key is a value.
                if let Some(Step::Key(key @ None)) = step {
                    *key = Some(text);
                }
            }
            _ => {}
        }
    }
    let shown: String = steps.iter().take(SHOWN_STEPS).map(Step::to_string).collect();
    let rest = if steps.len() > SHOWN_STEPS { "…" } else { "" };
    format!("locals{shown}{rest}")
}

/// Splits JSON at the end of a string: the text, still escaped, and the rest.
fn string(json: &[u8]) -> (&[u8], &[u8]) {
    let mut is_escaped = false;
    let end = json.iter().position(|&byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    });
    let (text, after) = json.split_at(end.unwrap_or(json.len()));
    (text, after.get(1..).unwrap_or_default())
}

enum Step<'a> {
    Index(usize),
    /// `None` before the key is written.
    Key(Option<&'a [u8]>),
}

impl fmt::Display for Step<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = match self {
            Step::Index(index) => return write!(f, "[{index}]"),
            Step::Key(None) => return Ok(()),
            Step::Key(Some(key)) => String::from_utf8_lossy(key),
        };
        let is_of_name = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let starts_as_name = key.starts_with(|c: char| is_of_name(c) && !c.is_numeric());
        match starts_as_name && key.chars().all(is_of_name) {
            true => write!(f, ".{key}"),
            false => write!(f, "[\"{key}\"]"),
        }
    }
}
