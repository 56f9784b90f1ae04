//! The size of a body: `"1 MiB"`, or a number of bytes.

use toml::Spanned;
use toml::de::DeValue;

use crate::config::settings::Settings;

/// Powers of two come first, since an abbreviated unit means those.
const UNITS: [(&str, u64); 8] = [
    ("B", 1),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("KB", 1_000),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
];

/// Bodies are kept in memory, and the number has to fit into a 32-bit `usize`.
const MAX: u64 = 1 << 30;

const EXAMPLE: &str = "write a whole number and a unit, for example \"512 KiB\"";

/// Reads a number of bytes.
pub(super) fn read(settings: &mut Settings<'_>, value: &Spanned<DeValue<'_>>) -> Option<usize> {
    let size = match value.get_ref() {
        DeValue::String(text) => parse(text),
        DeValue::Integer(number) => {
            let shown = settings.shown(value.span());
            match u64::from_str_radix(number.as_str(), number.radix()) {
                Ok(bytes) => check(shown, Some(bytes)),
                Err(_) if shown.starts_with('-') => no_size(shown, EXAMPLE.to_owned()),
                Err(_) => check(shown, None),
            }
        }
        DeValue::Float(_) => no_size(settings.shown(value.span()), EXAMPLE.to_owned()),
        _ => {
            settings.unexpected("a size", value, "body-limit = \"512 KiB\"");
            return None;
        }
    };
    size.map_err(|(message, hint)| settings.report(value.span(), message, hint)).ok()
}

fn parse(text: &str) -> Result<usize, (String, String)> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit = unit.strip_prefix(' ').unwrap_or(unit);
    if number.is_empty() {
        return no_size(text, EXAMPLE.to_owned());
    }
    if unit.is_empty() {
        return no_size(text, format!("write \"{number} B\", or a number without quotes"));
    }
    let Some((_, factor)) = UNITS.iter().find(|(known, _)| *known == unit) else {
        return no_size(text, unknown_unit(number, unit));
    };
    let bytes = number.parse().ok().and_then(|number: u64| number.checked_mul(*factor));
    check(text, bytes)
}

/// `None` is a number that overflows.
fn check(text: &str, bytes: Option<u64>) -> Result<usize, (String, String)> {
    let bytes = bytes.filter(|bytes| *bytes <= MAX).and_then(|bytes| bytes.try_into().ok());
    match bytes {
        Some(0) => Err((
            "a limit of 0 refuses every body".into(),
            "write the size of the largest body that a page accepts, for example \"1 MiB\"".into(),
        )),
        Some(bytes) => Ok(bytes),
        None => Err((
            format!("`{text}` is too large: the whole body of a request is kept in memory"),
            "write \"1 GiB\" at most".into(),
        )),
    }
}

fn unknown_unit(number: &str, unit: &str) -> String {
    let unit = unit.to_ascii_lowercase();
    let is_cut = |(known, _): &&(&str, u64)| known.to_ascii_lowercase().starts_with(&unit);
    let is_meant = |(known, _): &&(&str, u64)| known.eq_ignore_ascii_case(&unit);
    let meant = UNITS.iter().find(is_meant).or_else(|| UNITS.iter().find(is_cut));
    match meant {
        Some((known, _)) => format!("write \"{number} {known}\""),
        None => EXAMPLE.to_owned(),
    }
}

fn no_size(text: &str, hint: String) -> Result<usize, (String, String)> {
    Err((format!("`{}` is not a valid size", text.escape_debug()), hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_counted_in_bytes() {
        for (text, bytes) in [
            ("100 B", 100),
            ("1B", 1),
            ("512 KiB", 524_288),
            ("1 MiB", 1_048_576),
            ("10 MB", 10_000_000),
            ("2 kB", 2_000),
            ("2 KB", 2_000),
            ("007 KiB", 7_168),
            ("1 GB", 1_000_000_000),
            ("1 GiB", 1_073_741_824),
            ("1073741824 B", 1_073_741_824),
        ] {
            assert_eq!(parse(text), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn invalid_sizes_are_refused_with_a_suggestion() {
        for (text, hint) in [
            ("", EXAMPLE),
            ("MiB", EXAMPLE),
            ("-1 B", EXAMPLE),
            ("+1 B", EXAMPLE),
            (" 1 B", EXAMPLE),
            ("1.5 MiB", EXAMPLE),
            ("1 TB", EXAMPLE),
            ("1 MiB\n", EXAMPLE),
            ("1  MiB", EXAMPLE),
            ("\u{661} MiB", EXAMPLE),
            ("100", "write \"100 B\", or a number without quotes"),
            ("100 ", "write \"100 B\", or a number without quotes"),
            ("1 mib", "write \"1 MiB\""),
            ("1 Mb", "write \"1 MB\""),
            ("1M", "write \"1 MiB\""),
            ("1 gi", "write \"1 GiB\""),
            ("10 b", "write \"10 B\""),
        ] {
            let (message, actual_hint) = parse(text).expect_err(text);
            assert_eq!(actual_hint, hint, "{text}");
            assert!(message.ends_with("` is not a valid size"), "{message}");
        }
    }

    #[test]
    fn nothing_and_too_much_are_refused() {
        for text in ["0 B", "000 GiB"] {
            let (message, _) = parse(text).expect_err(text);
            assert_eq!(message, "a limit of 0 refuses every body");
        }
        for text in ["2 GiB", "1073741825 B", "18446744073709551615 GiB", "99999999999999999999 B"]
        {
            let (message, hint) = parse(text).expect_err(text);
            assert!(message.starts_with(&format!("`{text}` is too large")), "{message}");
            assert_eq!(hint, "write \"1 GiB\" at most");
        }
    }
}
