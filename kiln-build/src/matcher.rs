//! The grammar of `MATCHER` in src/middleware.rs, which is that of Next.js.
//!
//! An entry becomes the source of an anchored regex, which the site compiles when it first needs it. All mistakes are
//! found here, so the entries of a site that compiles are valid. No part of an entry is copied into the regex unparsed:
//! groups follow JavaScript's rules, and if the two languages differ, copying could leave a path unprotected.
//!
//! The regex is matched against a path that was split, decoded segment by segment, and NFC-normalised. Next.js first
//! matches the raw path, in which an encoded `?` is not special: here, a param or a `.` matches every character.

mod class;
mod cursor;
mod escape;
mod group;
mod literal;
mod part;
mod token;

use self::part::Part;

/// The longest entry in characters, as in Next.js.
const MAX_LENGTH: usize = 4096;

/// A mistake in an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// The byte of the entry where it is shown.
    pub(crate) at: usize,
    pub(crate) message: String,
    pub(crate) hint: String,
}

impl Mistake {
    fn new(at: usize, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Mistake { at, message: message.into(), hint: hint.into() }
    }
}

/// Converts an entry to the source of a regex that matches whole paths, with or without a slash at the end.
///
/// # Errors
///
/// Returns the first mistake in the entry.
pub(crate) fn compile(source: &str) -> Result<String, Mistake> {
    if source.is_empty() {
        let hint = "write `/` for the root, `/:path*` for all paths, and an empty list for none";
        return Err(Mistake::new(0, "an entry is empty", hint));
    }
    if !source.starts_with('/') {
        let hint = format!("write `/{source}`");
        return Err(Mistake::new(0, "an entry must start with `/`", hint));
    }
    if let Some((at, _)) = source.char_indices().nth(MAX_LENGTH) {
        let message = format!("an entry can have at most {MAX_LENGTH} characters");
        return Err(Mistake::new(at, message, "split it into several entries"));
    }
    if source == "/" {
        return Ok("^/$".to_owned());
    }
    let parts = part::parse(source, &token::lex(source)?)?;
    let regex: String = parts.iter().map(Part::regex).collect();
    Ok(format!("^{regex}/?$"))
}

#[cfg(test)]
mod tests;
