//! Firebase Hosting: `firebase.json`.
//!
//! `firebase deploy`, run in the out folder, reads the `firebase.json` in it and uploads the rest. Paths are written as
//! regular expressions in the syntax of RE2 and not as globs: an expression can be escaped and is anchored. Redirects
//! are matched against partly decoded paths, and headers against paths as they appear in URLs, so each percent-encoded
//! character is matched in both forms. Redirects come before files. If two rules set the same header, the later one
//! wins.
//!
//! Targets are decoded text, which Firebase encodes again. An escape that Firebase would not produce therefore cannot
//! be written. Firebase serves from the root of the host; under a base, there is a rewrite for each file.

use anyhow::Result;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::base;
use super::captures::{self, UrlPart};
use super::deployment::{Deployment, HostFiles, SiteFile, Unsupported, joined};
use crate::config::header_rule::HeaderRule;
use crate::config::{Config, Format, TrailingSlash};

const FILE: &str = "firebase.json";

/// Matches a param: as little of a segment as possible, and nothing that a browser treats as a slash.
const SEGMENT: &str = r"([^\/\\]+?)";
/// Matches a rest param. None of its segments is empty, as this could produce `//host`.
const SEGMENTS: &str = r"([^\/\\]+(?:\/[^\/\\]+)*?)";

/// The characters that Firebase does not escape in a target.
const UNESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b';')
    .remove(b',')
    .remove(b'/')
    .remove(b'?')
    .remove(b':')
    .remove(b'@')
    .remove(b'&')
    .remove(b'=')
    .remove(b'+')
    .remove(b'$')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'#');

/// Generates the settings for Firebase.
pub(crate) fn files(deployment: &Deployment<'_>) -> Result<HostFiles> {
    let mut output = HostFiles::default();
    output.mistakes.extend(base::check(deployment, "Firebase")?);
    let config = deployment.config;
    let mut hosting = Map::new();
    hosting.insert("public".into(), ".".into());
    // All other files are uploaded, `.well-known` among them.
    hosting.insert("ignore".into(), json!([FILE, "**/.kiln*", "**/.kiln*/**"]));
    hosting.insert("trailingSlash".into(), (config.trailing_slash == TrailingSlash::Always).into());
    if strips_html(config) {
        hosting.insert("cleanUrls".into(), true.into());
    }
    let redirects = redirects(deployment, &mut output)?;
    let headers = headers(deployment)?;
    let rewrites = rewrites(deployment)?;
    for (key, rules) in [("redirects", redirects), ("headers", headers), ("rewrites", rewrites)] {
        if !rules.is_empty() {
            hosting.insert(key.into(), rules.into());
        }
    }
    output.files.push((FILE.into(), format!("{:#}\n", json!({ "hosting": hosting }))));
    Ok(output)
}

/// Returns true if Firebase serves `about.html` at `/about` and redirects `/about.html` to it.
fn strips_html(config: &Config) -> bool {
    config.format != Format::Directory
}

/// Rewrites from the URLs below a base to the files.
fn rewrites(deployment: &Deployment<'_>) -> Result<Vec<Value>> {
    let mut rules = Vec::new();
    if deployment.config.base.is_empty() {
        return Ok(rules);
    }
    deployment.files.for_each(&mut |SiteFile { name, path }| {
        // Firebase decodes it once more.
        let file = format!("/{}", name.replace('%', "%25"));
        rules.push(json!({ "regex": both_forms(&path), "destination": file }));
        Ok(())
    })?;
    Ok(rules)
}

fn redirects(deployment: &Deployment<'_>, output: &mut HostFiles) -> Result<Vec<Value>> {
    let mut rules = Vec::new();
    for redirect in deployment.redirects {
        match target(&redirect.to) {
            Some(to) => {
                let from = both_forms(&redirect.from);
                rules.push(json!({ "regex": from, "destination": to, "type": redirect.status }));
            }
            None => output.fall_back_to_html(redirect),
        }
    }
    for pattern in captures::hiding_no_file(deployment, &mut output.unsupported)? {
        let translated = captures::translate(deployment.config, pattern);
        let translated = translated.and_then(|all| {
            let pair =
                |one: &captures::Captures| Some((source(&one.source), target_of(&one.target)?));
            all.iter().map(pair).collect::<Option<Vec<_>>>()
        });
        let Some(translated) = translated else {
            output.unsupported.push(Unsupported::Pattern { line: pattern.line });
            continue;
        };
        let status = pattern.static_status();
        rules.extend(
            translated
                .into_iter()
                .map(|(from, to)| json!({ "regex": from, "destination": to, "type": status })),
        );
    }
    Ok(rules)
}

/// The source of a pattern, with or without a slash at its end.
fn source(url_parts: &[UrlPart]) -> String {
    let mut source = "^".to_owned();
    for url_part in url_parts {
        match url_part {
            UrlPart::Text(text) if text == "/" && url_parts.len() == 1 => {}
            UrlPart::Text(text) => source.push_str(&literal(text)),
            UrlPart::Param(_) => source.push_str(SEGMENT),
            UrlPart::Rest(_) => source.push_str(SEGMENTS),
        }
    }
    source + r"\/?$"
}

/// The target of a pattern; `None` if Firebase would misread it.
///
/// A target that contains `/:1` is a template. In a template, `:` and a name, `(…)`, `*`, and some characters after a
/// name are not literal.
fn target_of(url_parts: &[UrlPart]) -> Option<String> {
    if let [UrlPart::Text(text)] = url_parts {
        return target(text);
    }
    let mut template = String::new();
    let mut is_template = false;
    let mut is_behind_param = false;
    for url_part in url_parts {
        match url_part {
            UrlPart::Text(text) => {
                let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '?' | '+');
                let path = text.replacen("://", "", 1);
                if (is_behind_param && text.starts_with(is_name)) || path.contains([':', '(', '*'])
                {
                    return None;
                }
                template.push_str(&target(text)?);
            }
            UrlPart::Param(number) | UrlPart::Rest(number) => {
                is_template |= template.ends_with('/');
                template.extend([":", &number.to_string()]);
            }
        }
        is_behind_param = !matches!(url_part, UrlPart::Text(_));
    }
    is_template.then_some(template)
}

/// A decoded target for Firebase; `None` if it would send a different one.
fn target(to: &str) -> Option<String> {
    // Firebase appends the query of the request, and reads text after `/:` as a param.
    let has_both = to.split_once('?').is_some_and(|(_, query)| query.contains('#'));
    if has_both || ["/:", "/http:/", "/https:/"].iter().any(|text| to.contains(text)) {
        return None;
    }
    let decoded = percent_decode_str(to).decode_utf8().ok()?;
    let is_plain = !decoded.contains('%') && !decoded.contains(char::is_control);
    let is_unchanged =
        utf8_percent_encode(&decoded, UNESCAPED).to_string().eq_ignore_ascii_case(to);
    (is_plain && is_unchanged).then(|| decoded.into_owned())
}

fn headers(deployment: &Deployment<'_>) -> Result<Vec<Value>> {
    let config = deployment.config;
    let mut rules: Vec<Value> = Vec::new();
    for rule in deployment.rules.iter().filter(|rule| !rule.headers.is_empty()) {
        rules.push(header_rule(&source_of(rule), rule.headers.iter().copied()));
    }
    for page in deployment.headers {
        let headers = page.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        rules.push(header_rule(&both_forms(&page.path), headers));
    }
    if strips_html(config) {
        // No rule for `*.html` matches the paths at which these are served.
        deployment.files.for_each(&mut |file| {
            let headers = deployment.headers_of(&file.path);
            if let Some(page) = file.path.strip_suffix(".html").filter(|_| !headers.is_empty()) {
                let path = page.strip_suffix("/index").unwrap_or(page);
                rules.push(header_rule(&both_forms(path), headers));
            }
            Ok(())
        })?;
    }
    Ok(rules)
}

fn header_rule<'a>(regex: &str, headers: impl IntoIterator<Item = (&'a str, &'a str)>) -> Value {
    let pair = |(key, value): (String, String)| json!({ "key": key, "value": value });
    let headers: Vec<Value> = joined(headers).into_iter().map(pair).collect();
    json!({ "regex": regex, "headers": headers })
}

/// The paths of a rule at which files are served.
fn source_of(rule: &HeaderRule) -> String {
    let before = literal(rule.before);
    match rule.after {
        None => both_forms(rule.before),
        // `/docs/*` also applies to `/docs`.
        Some("") => match before.strip_suffix(r"\/") {
            Some(folder) => format!(r"^{folder}(?:\/.*)?$"),
            None => format!("^{before}.*$"),
        },
        Some(after) if after.ends_with('/') => format!("^{before}.*{}$", literal(after)),
        Some(after) => format!(r"^{before}.*{}\/?$", literal(after)),
    }
}

/// A regular expression for a path with and without a slash at its end.
fn both_forms(path: &str) -> String {
    format!(r"^{}\/?$", literal(path.strip_suffix('/').unwrap_or(path)))
}

/// A regular expression that only matches one path, decoded or percent-encoded.
fn literal(path: &str) -> String {
    let mut regex = String::with_capacity(path.len() + 8);
    let mut rest = path;
    while let Some(c) = rest.chars().next() {
        let escaped = escaped_character(rest);
        if let Some((decoded, length)) = escaped {
            regex.push_str("(?:");
            regex.push_str(&rest[..length]);
            regex.push('|');
            push_literal(&mut regex, decoded);
            regex.push(')');
            rest = &rest[length..];
        } else {
            push_literal(&mut regex, c);
            rest = &rest[c.len_utf8()..];
        }
    }
    regex
}

/// The first character of a text if it is percent-encoded, and the length of its escapes.
fn escaped_character(text: &str) -> Option<(char, usize)> {
    let escapes = text.as_bytes().chunks(3).take_while(|escape| escape[0] == b'%');
    let escapes = escapes.take(4).filter(|escape| escape.len() == 3).count();
    (1..=escapes).find_map(|count| {
        let decoded = percent_decode_str(&text[..count * 3]).decode_utf8().ok()?;
        let c = decoded.chars().next().filter(|_| decoded.chars().count() == 1)?;
        Some((c, count * 3))
    })
}

fn push_literal(regex: &mut String, c: char) {
    // The characters that may be escaped both in RE2 and in JavaScript, the language of the emulator.
    if matches!(
        c,
        '^' | '$' | '\\' | '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '/'
    ) {
        regex.push('\\');
    }
    regex.push(c);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hosts::example::Example;
    use crate::support::CONFIG;
    use crate::text::sorted::sorted_set;

    fn hosting(example: &Example) -> Value {
        let output = files(&example.deployment()).unwrap();
        let settings: Value = serde_json::from_str(&output.files[0].1).unwrap();
        settings["hosting"].clone()
    }

    #[test]
    fn pages_are_found_at_their_canonical_urls() {
        use {Format::*, TrailingSlash::*};
        for (format, trailing_slash, clean_urls, slash) in [
            (Directory, Ignore, Value::Null, false),
            (Directory, Always, Value::Null, true),
            (File, Never, true.into(), false),
            (Preserve, Always, true.into(), true),
        ] {
            let hosting = hosting(&Example::new(Config { format, trailing_slash, ..CONFIG }));
            assert_eq!(hosting["cleanUrls"], clean_urls, "{format:?}");
            assert_eq!(hosting["trailingSlash"], slash, "{trailing_slash:?}");
        }
    }

    #[test]
    fn paths_are_matched_in_either_form_and_as_text() {
        for (path, expected) in [
            ("/a-b_c~", r"\/a-b_c~"),
            ("/(.*)+$1", r"\/\(\.\*\)\+\$1"),
            ("/caf%C3%A9", "\\/caf(?:%C3%A9|\u{e9})"),
            ("/%F0%9F%98%80x", "\\/(?:%F0%9F%98%80|\u{1f600})x"),
            ("/%5Ba%5D%25", r"\/(?:%5B|\[)a(?:%5D|\])(?:%25|%)"),
            ("/%FF", r"\/%FF"),
        ] {
            assert_eq!(literal(path), expected, "{path}");
        }
    }

    #[test]
    fn targets_are_those_that_firebase_encodes_again() {
        for (to, expected) in [
            ("/a?b=c", Some("/a?b=c")),
            ("/a#b", Some("/a#b")),
            ("https://x.com:80/~a(b)*", Some("https://x.com:80/~a(b)*")),
            ("/caf%C3%A9%20%7B", Some("/caf\u{e9} {")),
            ("/caf%c3%a9", Some("/caf\u{e9}")),
            ("/a?b=c#d", None),
            ("/a%26", None),
            ("/a%25", None),
            ("/a%41", None),
            ("/a%0A", None),
            ("/a%FF", None),
            ("/a/:b", None),
            ("/http:/x.com", None),
        ] {
            assert_eq!(target(to).as_deref(), expected, "{to}");
        }
    }

    #[test]
    fn unsupported_features_are_listed() {
        let example = Example::new(CONFIG)
            .redirect("/a.json", "/a%26b", 301)
            .redirect("/b", "/a%26b", 301)
            .pattern("/c/[a]", "https://x.com/[a]b", None)
            .pattern("/d/[a]", "https://x.com/b-[a]", None)
            .pattern("/e/[a]", "https://x.com/[a]?b=c", None)
            .pattern("/f/[a]", "https://x.com/[a]/b*c", None)
            .pattern("/g/[a]", "https://x.com/[a].json", None);
        let unsupported: Vec<Unsupported> =
            sorted_set(files(&example.deployment()).unwrap().unsupported);
        let pattern = |line| Unsupported::Pattern { line };
        let redirect = Unsupported::Redirect { from: "/a.json".into() };
        assert_eq!(unsupported, [redirect, pattern(1), pattern(2), pattern(3), pattern(4)]);
    }

    #[test]
    fn statuses_stay_as_they_are() {
        for status in [301, 302, 303, 307, 308] {
            let hosting = hosting(&Example::new(CONFIG).redirect("/a", "/b", status));
            assert_eq!(hosting["redirects"][0]["type"], status);
        }
    }
}
