//! Reads `[headers]` of `kiln.toml`.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::path_patterns;
use super::settings::{Settings, kind};
use crate::header_rule::HeaderRule;
use crate::path_pattern::PathPattern;

const EXAMPLE: &str = "\"/assets/*\" = { cache-control = \"max-age=3600\" }";

/// Reads the table and sorts the rules from the least to the most specific: first those with a `*`, and shorter ones
/// first.
pub(super) fn read(settings: &mut Settings<'_>, value: &Spanned<DeValue<'_>>) -> Vec<HeaderRule> {
    let Some(table) = settings.table(value, EXAMPLE) else { return vec![] };
    let mut rules = Vec::new();
    for (key, value) in table {
        let path = path_patterns::parse(key.get_ref())
            .map_err(|(message, hint)| settings.report(key.span(), message, hint));
        let Some(headers) = value.get_ref().as_table() else {
            let message = format!("expected a table of headers, found {}", kind(value.get_ref()));
            settings.report(value.span(), message, format!("write, for example, {EXAMPLE}"));
            continue;
        };
        let headers = read_headers(settings, headers);
        if let Ok(PathPattern { before, after }) = path {
            rules.push(HeaderRule { before, after, headers, bytes: key.span() });
        }
    }
    rules.sort_by_cached_key(|rule| {
        let after = rule.after.as_ref().map_or(0, String::len);
        (rule.after.is_none(), rule.before.len() + after, rule.before.clone())
    });
    rules
}

fn read_headers(settings: &mut Settings<'_>, table: &DeTable<'_>) -> Vec<(String, String)> {
    let mut headers: Vec<(String, String)> = Vec::new();
    for (key, value) in table {
        let name = key.get_ref().to_ascii_lowercase();
        if let Err((message, hint)) = check_name(&name) {
            settings.report(key.span(), message, hint);
            continue;
        }
        if headers.iter().any(|(known, _)| *known == name) {
            let message = format!("duplicate header `{name}`");
            settings.report(key.span(), message, "keep one of the two: names are case-insensitive");
            continue;
        }
        let value = settings.string(value, "cache-control = \"no-cache\"", header_value);
        headers.extend(value.map(|value| (name, value)));
    }
    headers
}

fn check_name(name: &str) -> Result<(), (String, String)> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(is_token) {
        let hint = "write letters, digits and `-`, for example `cache-control`";
        return Err((
            format!("`{}` is not a valid header name", name.escape_default()),
            hint.into(),
        ));
    }
    let hint = match name {
        "set-cookie" => "static files cannot set cookies: remove it",
        "location" => "write the redirect into `[redirects]`",
        "content-length" | "transfer-encoding" | "connection" | "keep-alive" | "date" | "te"
        | "trailer" | "upgrade" | "content-encoding" | "content-range" => {
            "the server sets it for each response: remove it"
        }
        _ => return Ok(()),
    };
    Err((format!("`{name}` cannot be set for all responses of a path"), hint.into()))
}

fn header_value(value: &str) -> Result<String, (String, String)> {
    let value = value.trim_matches([' ', '\t']);
    let is_plain = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
    match value.bytes().all(is_plain) && !value.is_empty() {
        true => Ok(value.to_owned()),
        false => Err((
            "the value of a header must be printable ASCII, and not empty".into(),
            "write, for example, \"no-cache\"".into(),
        )),
    }
}
