//! Firebase Hosting: `firebase.json`.
//!
//! `firebase deploy`, called in the out folder, reads the `firebase.json` in it and uploads the rest. Paths are regular expressions in
//! the syntax of RE2 and not globs: an expression can be escaped, and says what it means as a whole. Redirects are matched
//! against paths that are partly decoded, and headers against paths as they are in URLs, so what is percent-encoded is
//! matched in either form. Redirects come before files; of two headers with the same name, the later one counts.
//!
//! Targets are decoded texts, which Firebase encodes again: an escape that it would not make cannot be written. It answers from
//! the root of the host. Under a base, there is a rewrite for each file.

use anyhow::Result;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::base;
use super::captures::{self, Piece};
use super::deployment::{Deployment, HostFiles, Lost, SiteFile, joined};
use crate::config::header_rule::HeaderRule;
use crate::config::{Config, Format, TrailingSlash};

const FILE: &str = "firebase.json";

/// What a param stands for: as much of a segment as is needed, and nothing that a browser takes for a slash.
const SEGMENT: &str = r"([^\/\\]+?)";
/// What a rest param stands for: no segment of it is empty, or `//host` could come out.
const SEGMENTS: &str = r"([^\/\\]+(?:\/[^\/\\]+)*?)";

/// What Firebase does not escape in a target.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC
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

/// What Firebase is told of a site.
pub(crate) fn files(deployment: &Deployment<'_>) -> Result<HostFiles> {
    let mut told = HostFiles::default();
    told.mistakes.extend(base::check(deployment, "Firebase")?);
    let config = deployment.config;
    let mut hosting = Map::new();
    hosting.insert("public".into(), ".".into());
    // What is not listed is uploaded: `.well-known` among it.
    hosting.insert("ignore".into(), json!([FILE, "**/.kiln*", "**/.kiln*/**"]));
    hosting.insert("trailingSlash".into(), (config.trailing_slash == TrailingSlash::Always).into());
    if takes_html_off(config) {
        hosting.insert("cleanUrls".into(), true.into());
    }
    let redirects = redirects(deployment, &mut told)?;
    let headers = headers(deployment)?;
    let rewrites = rewrites(deployment)?;
    for (key, rules) in [("redirects", redirects), ("headers", headers), ("rewrites", rewrites)] {
        if !rules.is_empty() {
            hosting.insert(key.into(), rules.into());
        }
    }
    told.files.push((FILE.into(), format!("{:#}\n", json!({ "hosting": hosting }))));
    Ok(told)
}

/// Whether Firebase finds `about.html` at `/about`, and redirects from the one to the other.
fn takes_html_off(config: &Config) -> bool {
    config.format != Format::Directory
}

/// Under a base, from the URLs to the files.
fn rewrites(deployment: &Deployment<'_>) -> Result<Vec<Value>> {
    let mut rules = Vec::new();
    if deployment.config.base.is_empty() {
        return Ok(rules);
    }
    deployment.files.each(&mut |SiteFile { name, path }| {
        // Firebase decodes it once more.
        let file = format!("/{}", name.replace('%', "%25"));
        rules.push(json!({ "regex": both_forms(&path), "destination": file }));
        Ok(())
    })?;
    Ok(rules)
}

fn redirects(deployment: &Deployment<'_>, told: &mut HostFiles) -> Result<Vec<Value>> {
    let mut rules = Vec::new();
    for redirect in deployment.redirects {
        match target(&redirect.to) {
            Some(to) => {
                let from = both_forms(&redirect.from);
                rules.push(json!({ "regex": from, "destination": to, "type": redirect.status }));
            }
            None => told.leave_out(redirect),
        }
    }
    for pattern in captures::of_no_file(deployment, &mut told.lost)? {
        let translated = captures::translate(deployment.config, pattern);
        let translated = translated.and_then(|all| {
            let pair =
                |one: &captures::Captures| Some((source(&one.source), target_of(&one.target)?));
            all.iter().map(pair).collect::<Option<Vec<_>>>()
        });
        let Some(translated) = translated else {
            told.lost.insert(Lost::Pattern { line: pattern.line });
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
fn source(pieces: &[Piece]) -> String {
    let mut source = "^".to_owned();
    for piece in pieces {
        match piece {
            Piece::Text(text) if text == "/" && pieces.len() == 1 => {}
            Piece::Text(text) => source.push_str(&literal(text)),
            Piece::Param(_) => source.push_str(SEGMENT),
            Piece::Rest(_) => source.push_str(SEGMENTS),
        }
    }
    source + r"\/?$"
}

/// The target of a pattern; `None` where Firebase would misunderstand it.
///
/// A target with `/:1` in it is a template: `:` and a name, `(…)`, `*`, and what may stand behind a name are not its text.
fn target_of(pieces: &[Piece]) -> Option<String> {
    if let [Piece::Text(text)] = pieces {
        return target(text);
    }
    let mut template = String::new();
    let mut is_template = false;
    let mut is_behind_param = false;
    for piece in pieces {
        match piece {
            Piece::Text(text) => {
                let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '?' | '+');
                let path = text.replacen("://", "", 1);
                if (is_behind_param && text.starts_with(is_name)) || path.contains([':', '(', '*'])
                {
                    return None;
                }
                template.push_str(&target(text)?);
            }
            Piece::Param(number) | Piece::Rest(number) => {
                is_template |= template.ends_with('/');
                template.extend([":", &number.to_string()]);
            }
        }
        is_behind_param = !matches!(piece, Piece::Text(_));
    }
    is_template.then_some(template)
}

/// A target decoded, as Firebase takes it; `None` where it would send another.
fn target(to: &str) -> Option<String> {
    // Firebase puts the query of the request behind all else, and takes what is behind `/:` for a param.
    let has_both = to.split_once('?').is_some_and(|(_, query)| query.contains('#'));
    if has_both || ["/:", "/http:/", "/https:/"].iter().any(|text| to.contains(text)) {
        return None;
    }
    let decoded = percent_decode_str(to).decode_utf8().ok()?;
    let is_plain = !decoded.contains('%') && !decoded.contains(char::is_control);
    let is_kept = utf8_percent_encode(&decoded, KEPT).to_string().eq_ignore_ascii_case(to);
    (is_plain && is_kept).then(|| decoded.into_owned())
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
    if takes_html_off(config) {
        // Where they are answered, no rule for `*.html` matches.
        deployment.files.each(&mut |file| {
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

/// The paths of a rule, at which files are answered.
fn source_of(rule: &HeaderRule) -> String {
    let before = literal(rule.before);
    match rule.after {
        None => both_forms(rule.before),
        // `/docs/*` is for `/docs` too.
        Some("") => match before.strip_suffix(r"\/") {
            Some(folder) => format!(r"^{folder}(?:\/.*)?$"),
            None => format!("^{before}.*$"),
        },
        Some(after) if after.ends_with('/') => format!("^{before}.*{}$", literal(after)),
        Some(after) => format!(r"^{before}.*{}\/?$", literal(after)),
    }
}

/// An expression for a path with a slash at its end and without it.
fn both_forms(path: &str) -> String {
    format!(r"^{}\/?$", literal(path.strip_suffix('/').unwrap_or(path)))
}

/// An expression that matches a path, decoded or percent-encoded, and nothing else.
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

/// The character that a text begins with where it is percent-encoded, and the length of its escapes.
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
    // What both RE2 and JavaScript, which the emulator is written in, let a backslash stand before.
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

    fn hosting(example: &Example) -> Value {
        let told = files(&example.deployment()).unwrap();
        let settings: Value = serde_json::from_str(&told.files[0].1).unwrap();
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
    fn what_cannot_be_told_is_lost() {
        let example = Example::new(CONFIG)
            .redirect("/a.json", "/a%26b", 301)
            .redirect("/b", "/a%26b", 301)
            .pattern("/c/[a]", "https://x.com/[a]b", None)
            .pattern("/d/[a]", "https://x.com/b-[a]", None)
            .pattern("/e/[a]", "https://x.com/[a]?b=c", None)
            .pattern("/f/[a]", "https://x.com/[a]/b*c", None)
            .pattern("/g/[a]", "https://x.com/[a].json", None);
        let lost: Vec<Lost> = files(&example.deployment()).unwrap().lost.into_iter().collect();
        let pattern = |line| Lost::Pattern { line };
        let redirect = Lost::Redirect { from: "/a.json".into() };
        assert_eq!(lost, [redirect, pattern(1), pattern(2), pattern(3), pattern(4)]);
    }

    #[test]
    fn statuses_stay_as_they_are() {
        for status in [301, 302, 303, 307, 308] {
            let hosting = hosting(&Example::new(CONFIG).redirect("/a", "/b", status));
            assert_eq!(hosting["redirects"][0]["type"], status);
        }
    }
}
