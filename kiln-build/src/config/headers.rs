//! Reads `[headers]` of `kiln.toml`.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::path_patterns;
use super::settings::{Settings, kind};
use crate::header_rule::HeaderRule;
use crate::path_pattern::PathPattern;

const EXAMPLE: &str = "\"/assets/*\" = { cache-control = \"max-age=3600\" }";

/// Reads the table and sorts the rules from the least to the most specific.
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
            rules.push(HeaderRule { before, after, headers, bytes: Some(key.span()) });
        }
    }
    sort(&mut rules);
    rules
}

/// Sorts rules: first those with a `*`, and shorter ones first.
fn sort(rules: &mut [HeaderRule]) {
    rules.sort_by_cached_key(|rule| {
        let after = rule.after.as_ref().map_or(0, String::len);
        (rule.after.is_none(), rule.before.len() + after, rule.before.clone())
    });
}

/// The URLs of requested files, which contain a hash of the bytes.
const ASSETS: &str = "/_assets/";

/// Adds kiln's own rule for requested files, as if kiln.toml had it: a rule for these paths there is extended, unless it
/// sets the header itself.
pub(crate) fn with_assets(rules: &[HeaderRule]) -> Vec<HeaderRule> {
    let mut rules = rules.to_vec();
    let own = ("cache-control".to_owned(), "public, max-age=31536000, immutable".to_owned());
    let is_for_all =
        |rule: &&mut HeaderRule| rule.before == ASSETS && rule.after.as_deref() == Some("");
    match rules.iter_mut().find(is_for_all) {
        Some(rule) if rule.headers.iter().any(|(name, _)| *name == own.0) => {}
        Some(rule) => rule.headers.push(own),
        None => rules.push(HeaderRule {
            before: ASSETS.to_owned(),
            after: Some(String::new()),
            headers: vec![own],
            bytes: None,
        }),
    }
    sort(&mut rules);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requested_files_have_a_rule_of_their_own() {
        let rule = |before: &str, name: &str| HeaderRule {
            before: before.to_owned(),
            after: Some(String::new()),
            headers: vec![(name.to_owned(), "x".to_owned())],
            bytes: Some(1..2),
        };
        let own = "/_assets/: cache-control=public, max-age=31536000, immutable";
        for (rules, expected) in [
            (vec![], vec![own]),
            (vec![rule("/", "cache-control")], vec!["/: cache-control=x", own]),
            (vec![rule("/_assets/a", "x-a")], vec![own, "/_assets/a: x-a=x"]),
            (vec![rule(ASSETS, "cache-control")], vec!["/_assets/: cache-control=x"]),
            (
                vec![rule(ASSETS, "x-a")],
                vec!["/_assets/: x-a=x, cache-control=public, max-age=31536000, immutable"],
            ),
        ] {
            let rules = with_assets(&rules);
            let shown = rules.iter().map(|rule| {
                let headers = rule.headers.iter().map(|(name, value)| format!("{name}={value}"));
                format!("{}: {}", rule.before, headers.collect::<Vec<_>>().join(", "))
            });
            assert_eq!(shown.collect::<Vec<_>>(), expected);
        }
    }
}
