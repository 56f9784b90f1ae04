//! The grammar of `MATCHER` in src/middleware.rs, which is that of Next.js's matcher.
//!
//! An entry becomes the source of one anchored regex, which the site compiles when it first needs it. All that an
//! author can get wrong is found here, so that a site that compiles has entries that compile. Nothing of an entry is
//! copied into the regex unread: the groups of an entry are JavaScript's, and where the two languages differ, one
//! reading would leave open a path that the other closes.
//!
//! The regex is tried on a path that was decoded, segment by segment, and NFC-normalised. Next.js tries the path as
//! it was sent first, where an encoded `?` is no `?`: a param or a `.` takes all characters here.

mod class;
mod cursor;
mod escape;
mod group;
mod literal;
mod piece;
mod token;

use self::piece::Piece;

/// The longest entry, in characters, as in Next.js.
const MAX_LENGTH: usize = 4096;

/// A rule of the grammar that an entry breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// The byte of the entry at which it shows.
    pub(crate) at: usize,
    pub(crate) message: String,
    pub(crate) hint: String,
}

impl Mistake {
    fn new(at: usize, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Mistake { at, message: message.into(), hint: hint.into() }
    }
}

/// Turns an entry into the source of a regex that matches whole paths, with or without a slash at the end.
///
/// # Errors
///
/// The first mistake of the entry.
pub(crate) fn compile(source: &str) -> Result<String, Mistake> {
    if source.is_empty() {
        let hint = "write `/` for the root, `/:path*` for all paths, and an empty list for none";
        return Err(Mistake::new(0, "an entry is empty", hint));
    }
    if !source.starts_with('/') {
        let hint = format!("write `/{source}`");
        return Err(Mistake::new(0, "an entry starts with `/`", hint));
    }
    if let Some((at, _)) = source.char_indices().nth(MAX_LENGTH) {
        let message = format!("an entry has {MAX_LENGTH} characters at most");
        return Err(Mistake::new(at, message, "split it into several entries"));
    }
    if source == "/" {
        return Ok("^/$".to_owned());
    }
    let pieces = piece::parse(source, &token::lex(source)?)?;
    let regex: String = pieces.iter().map(Piece::regex).collect();
    Ok(format!("^{regex}/?$"))
}

#[cfg(test)]
mod tests;
