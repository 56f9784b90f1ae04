//! Reads single values of `kiln.toml`, and collects the mistakes in them.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::FILE;
use crate::diagnostic::Diagnostic;

/// The text of `kiln.toml`, and the mistakes in it.
pub(super) struct Settings<'a> {
    text: &'a str,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl<'a> Settings<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Settings { text, diagnostics: Vec::new() }
    }

    /// The text at a range of bytes.
    pub(super) fn shown(&self, bytes: Range<usize>) -> &'a str {
        self.text.get(bytes).unwrap_or_default()
    }

    /// Converts a range of a string's value to bytes of the file.
    ///
    /// If the string contains escapes, the two cannot be matched, and the result is the whole string.
    pub(super) fn inside(&self, string: Range<usize>, value: Range<usize>) -> Range<usize> {
        let written = self.shown(string.clone());
        let quotes = usize::from(written.starts_with(['"', '\'']));
        let (start, end) = (string.start + quotes + value.start, string.start + quotes + value.end);
        let has_escapes = written.starts_with('"') && written.contains('\\');
        let is_long = written.starts_with("\"\"\"") || written.starts_with("'''");
        if has_escapes || is_long || end > string.end { string } else { start..end }
    }

    pub(super) fn report(&mut self, bytes: Range<usize>, message: String, hint: impl Into<String>) {
        self.diagnostics.push(Diagnostic::at_bytes(FILE, self.text, bytes, message).hint(hint));
    }

    pub(super) fn unknown_key(&mut self, key: &Spanned<DeString<'_>>, known: &[&str]) {
        let name = key.get_ref();
        let hint = match nearest(name, known) {
            Some(known) => format!("write `{known}`"),
            None => format!("the keys are {}", list(known)),
        };
        self.report(key.span(), format!("unknown key `{name}`"), hint);
    }

    /// A table of settings.
    pub(super) fn table<'v, 't>(
        &mut self,
        value: &'v Spanned<DeValue<'t>>,
        example: &str,
    ) -> Option<&'v DeTable<'t>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.unexpected("a table", value, example);
        }
        table
    }

    pub(super) fn boolean(&mut self, value: &Spanned<DeValue<'_>>, example: &str) -> Option<bool> {
        let boolean = value.get_ref().as_bool();
        if boolean.is_none() {
            self.unexpected("`true` or `false`", value, example);
        }
        boolean
    }

    /// Reports a value of the wrong kind.
    pub(super) fn unexpected(
        &mut self,
        expected: &str,
        value: &Spanned<DeValue<'_>>,
        example: &str,
    ) {
        let message = format!("expected {expected}, found {}", kind(value.get_ref()));
        self.report(value.span(), message, format!("write, for example, {example}"));
    }

    /// A string that a rule accepts. The rule returns the normalized value, or a message and a hint.
    pub(super) fn string<T>(
        &mut self,
        value: &Spanned<DeValue<'_>>,
        example: &str,
        rule: fn(&str) -> Result<T, (String, String)>,
    ) -> Option<T> {
        let Some(text) = value.get_ref().as_str() else {
            self.unexpected("a string", value, example);
            return None;
        };
        match rule(text) {
            Ok(kept) => Some(kept),
            Err((message, hint)) => {
                self.report(value.span(), message, hint);
                None
            }
        }
    }

    /// One of a few known words.
    pub(super) fn choice<T: Copy>(
        &mut self,
        value: &Spanned<DeValue<'_>>,
        spellings: &[(&str, T)],
    ) -> Option<T> {
        let words: Vec<&str> = spellings.iter().map(|(word, _)| *word).collect();
        let text = value.get_ref().as_str();
        let found = spellings.iter().find(|(word, _)| Some(*word) == text);
        if let Some((_, choice)) = found {
            return Some(*choice);
        }
        let message = match text {
            Some(text) => format!("`{text}` is not one of {}", list(&words)),
            None => format!("expected a string, found {}", kind(value.get_ref())),
        };
        let hint = match text.and_then(|text| nearest(text, &words)) {
            Some(known) => format!("write \"{known}\""),
            None => format!("write one of {}", list(&words)),
        };
        self.report(value.span(), message, hint);
        None
    }

    /// A list of known words without duplicates.
    pub(super) fn choices<T: Copy + PartialEq>(
        &mut self,
        value: &Spanned<DeValue<'_>>,
        example: &str,
        spellings: &[(&str, T)],
    ) -> Option<Vec<T>> {
        self.each_once(value, example, |settings, element| settings.choice(element, spellings))
    }

    /// A list of strings that a rule accepts, without duplicates.
    pub(super) fn strings<T: PartialEq>(
        &mut self,
        value: &Spanned<DeValue<'_>>,
        example: &str,
        rule: fn(&str) -> Result<T, (String, String)>,
    ) -> Option<Vec<T>> {
        self.each_once(value, example, |settings, element| settings.string(element, example, rule))
    }

    /// A list without duplicates, of what a function reads.
    pub(super) fn each_once<T: PartialEq>(
        &mut self,
        value: &Spanned<DeValue<'_>>,
        example: &str,
        read: impl Fn(&mut Self, &Spanned<DeValue<'_>>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let Some(elements) = value.get_ref().as_array() else {
            self.unexpected("an array", value, example);
            return None;
        };
        let mut kept = Vec::new();
        for element in elements {
            let Some(one) = read(self, element) else { continue };
            if kept.contains(&one) {
                let shown = self.shown(element.span());
                let word = element.get_ref().as_str().unwrap_or(shown);
                self.report(element.span(), format!("`{word}` is listed twice"), "write it once");
            } else {
                kept.push(one);
            }
        }
        Some(kept)
    }
}

pub(super) fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}

/// The known word that was probably meant.
pub(super) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let word = word.to_lowercase().replace('_', "-");
    let distance = |known: &&&str| strsim::damerau_levenshtein(&word, known);
    let best = known.iter().min_by_key(distance)?;
    (distance(&best) <= (best.len() / 3).max(1)).then_some(*best)
}

pub(super) fn list(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}
