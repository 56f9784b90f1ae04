//! Reads `[redirects]` of `kiln.toml`.

use std::ops::Range;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::settings::{Settings, kind, list, nearest};
use crate::pattern::{self, Mistake, Part, RoutePattern};
use crate::redirect::{Foreign, Redirect, RuleSide, Target, find_foreign};

const KEYS: [&str; 2] = ["to", "status"];
const STATUSES: [i64; 5] = [301, 302, 303, 307, 308];
const EXAMPLE: &str = "\"/old\" = \"/new\", or \"/old\" = { to = \"/new\", status = 302 }";

/// The characters that a URL cannot contain. Existing escapes are kept.
const UNSAFE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b'[')
    .add(b']');

/// A target, with its bytes in kiln.toml; and the status, if there is one.
type TargetAndStatus = ((Target, Range<usize>), Option<u16>);

/// A mistake in a text: its bytes, the message and the hint.
type TextMistake = (Range<usize>, String, String);

/// Reads the table, in the order of the file.
pub(super) fn read(settings: &mut Settings<'_>, value: &Spanned<DeValue<'_>>) -> Vec<Redirect> {
    let Some(table) = settings.table(value, EXAMPLE) else { return vec![] };
    let mut redirects = Vec::new();
    for (key, value) in table {
        if report_foreign(settings, key, value) {
            continue;
        }
        let source = source(key.get_ref()).map_err(|mistakes| report_all(settings, key, mistakes));
        let described = describe(settings, value);
        if let (Ok(source), Some((target, status))) = (source, described) {
            let (target, target_bytes) = target;
            let source_bytes = key.span();
            redirects.push(Redirect { source, target, status, source_bytes, target_bytes });
        }
    }
    redirects.sort_by_key(|redirect| redirect.source_bytes.start);
    redirects
}

/// Reports a rule in the syntax of another tool, once and with its equivalent in kiln's syntax. Returns false for other
/// rules.
fn report_foreign(
    settings: &mut Settings<'_>,
    key: &Spanned<DeString<'_>>,
    value: &Spanned<DeValue<'_>>,
) -> bool {
    let table = value.get_ref().as_table();
    let to = table.map_or(Some(value), |table| table.get("to"));
    let Some((to, text)) = to.and_then(|to| Some((to, to.get_ref().as_str()?))) else {
        return false;
    };
    let Some(foreign) = find_foreign(key.get_ref(), text) else { return false };
    let (whole, written) = match foreign.side {
        RuleSide::Source => (key.span(), &key.get_ref()[foreign.bytes.clone()]),
        RuleSide::Target => (to.span(), &text[foreign.bytes.clone()]),
    };
    let message = format!("`{written}` is not how kiln writes a param in a redirect");
    let status = table.and_then(|table| table.get("status"));
    let status = status.map(|status| settings.shown(status.span()).to_owned());
    let mut hint = in_kilns_syntax(&foreign, status.as_deref());
    if foreign.side == RuleSide::Source && is_in_word(key.get_ref(), &foreign.bytes) {
        hint.push_str(", or `%2A` for the character `*`");
    }
    let bytes = settings.inside(whole, foreign.bytes);
    settings.report(bytes, message, hint);
    if let Some(table) = table {
        check_keys(settings, table);
        table.get("status").map(|status| read_status(settings, status));
    }
    true
}

/// The hint for a foreign rule: the line to write instead.
fn in_kilns_syntax(foreign: &Foreign, status: Option<&str>) -> String {
    let line = |source: &str, target: &str| {
        let (source, target) = (quoted(source), quoted(target));
        match status {
            Some(status) => format!("{source} = {{ to = {target}, status = {status} }}"),
            None => format!("{source} = {target}"),
        }
    };
    let line = line(&foreign.source, &foreign.target);
    match foreign.widened {
        None => format!("write {line}"),
        Some(RuleSide::Source) => format!(
            "write {line}, with the param in the path of the source as well; or a line for each path"
        ),
        Some(RuleSide::Target) => format!(
            "write {line}, with the param in the path of the target, whose pages say which values it has; \
             or a line for each path"
        ),
    }
}

/// Returns true if and only if a `*` is in the same segment as other text, and may be part of a name.
fn is_in_word(path: &str, bytes: &Range<usize>) -> bool {
    let is_in_segment = !path[..bytes.start].ends_with('/');
    &path[bytes.clone()] == "*" && is_in_segment
}

/// Text as a basic string of TOML.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Parses the source: a pattern with a leading slash.
fn source(text: &str) -> Result<RoutePattern, Vec<TextMistake>> {
    let Some(path) = text.strip_prefix('/') else {
        let (message, hint) = ("a redirect starts from a path with a leading slash", "write");
        let hint = match text.contains("://") {
            true => format!("{hint} the path alone, without the name of the host"),
            false => format!("{hint} \"/{text}\""),
        };
        return Err(vec![(0..text.len(), message.into(), hint)]);
    };
    RoutePattern::parse_path(path).map_err(|mistakes| mistakes.into_iter().map(shift(1)).collect())
}

/// Moves a mistake by the position of its path in a longer text.
fn shift(by: usize) -> impl Fn(Mistake) -> TextMistake {
    move |Mistake { bytes, message, hint }| (bytes.start + by..bytes.end + by, message, hint)
}

/// Reads the value of a rule: a target, or a table with a target and a status.
fn describe(settings: &mut Settings<'_>, value: &Spanned<DeValue<'_>>) -> Option<TargetAndStatus> {
    let Some(table) = value.get_ref().as_table() else {
        return Some((target_of(settings, value)?, None));
    };
    check_keys(settings, table);
    let status = table.get("status").map(|status| read_status(settings, status));
    let Some(to) = table.get("to") else {
        settings.report(
            value.span(),
            "a redirect needs a target".into(),
            "write { to = \"/new\" }, with a `status` unless it is 301",
        );
        return None;
    };
    let target = target_of(settings, to)?;
    Some((target, status.unwrap_or(Some(None))?))
}

fn check_keys(settings: &mut Settings<'_>, table: &DeTable<'_>) {
    for key in table.keys().filter(|key| !KEYS.contains(&&**key.get_ref())) {
        let name = key.get_ref();
        let hint = match &**name {
            "destination" | "target" | "url" => "write `to`".into(),
            name => match nearest(name, &KEYS) {
                Some(known) => format!("write `{known}`"),
                None => format!("the keys are {}", list(&KEYS)),
            },
        };
        settings.report(key.span(), format!("unknown key `{name}`"), hint);
    }
}

/// Returns `None` for an invalid status.
#[expect(clippy::option_option, reason = "an invalid status differs from a missing one")]
fn read_status(settings: &mut Settings<'_>, value: &Spanned<DeValue<'_>>) -> Option<Option<u16>> {
    let number = value
        .get_ref()
        .as_integer()
        .and_then(|number| i64::from_str_radix(number.as_str(), number.radix()).ok());
    match number {
        Some(number) if STATUSES.contains(&number) => Some(u16::try_from(number).ok()),
        _ => {
            let shown = settings.shown(value.span());
            settings.report(
                value.span(),
                format!("`{shown}` is not a redirect status"),
                "write 301 or 308 for a permanent redirect, 302, 303 or 307 for a temporary one",
            );
            None
        }
    }
}

fn target_of(
    settings: &mut Settings<'_>,
    value: &Spanned<DeValue<'_>>,
) -> Option<(Target, Range<usize>)> {
    let Some(text) = value.get_ref().as_str() else {
        let message = format!("expected a string, found {}", kind(value.get_ref()));
        settings.report(value.span(), message, format!("write, for example, {EXAMPLE}"));
        return None;
    };
    let target = target(text).map_err(|mistakes| report_all(settings, value, mistakes));
    Some((target.ok()?, value.span()))
}

fn report_all<T>(settings: &mut Settings<'_>, value: &Spanned<T>, mistakes: Vec<TextMistake>) {
    for (bytes, message, hint) in mistakes {
        let bytes = settings.inside(value.span(), bytes);
        settings.report(bytes, message, hint);
    }
}

/// Reads a target: a path with a leading slash, or the URL of another site.
pub(crate) fn target(text: &str) -> Result<Target, Vec<TextMistake>> {
    let all = || 0..text.len();
    let refuse = |message: &str, hint: String| Err(vec![(all(), message.to_owned(), hint)]);
    if let Some((at, c)) = text.char_indices().find(|(_, c)| c.is_control() || *c == '\\') {
        let message = format!("a redirect cannot lead to `{}`", c.escape_default());
        return Err(vec![(at..at + c.len_utf8(), message, "remove the character".into())]);
    }
    if text.starts_with("//") {
        let hint = format!("write \"https:{text}\" for another site, or one slash for this one");
        return refuse("the URL of another site needs a scheme", hint);
    }
    if text.starts_with('/') {
        return internal(text);
    }
    let scheme = text.split_once(':').map(|(scheme, _)| scheme);
    match scheme.map(str::to_ascii_lowercase).as_deref() {
        Some(scheme @ ("http" | "https")) if text[scheme.len()..].starts_with("://") => {
            external(text, scheme)
        }
        Some(scheme @ ("http" | "https")) => {
            refuse("the address has no host", format!("write \"{scheme}://example.com/…\""))
        }
        Some(_) => refuse(
            "a redirect leads to a path of this site, or to an address of `https://` or `http://`",
            "write \"/new\", or \"https://example.com/new\"".into(),
        ),
        None => refuse(
            "a redirect leads to a path with a leading slash, or to an absolute URL",
            match starts_with_host(text) {
                true => format!("write \"https://{text}\""),
                false => {
                    format!("write \"/{}\"", text.trim_start_matches(['.', '/', '?', '#', ' ']))
                }
            },
        ),
    }
}

/// Returns true if and only if a text looks like a URL without its scheme: `example.com/x`, and not `page.html`.
fn starts_with_host(text: &str) -> bool {
    let host = text.split(['/', '?', '#']).next().unwrap_or_default();
    let name = host.rsplit_once('.').filter(|(name, _)| !name.is_empty());
    let is_domain =
        |top: &str| top.len() >= 2 && top.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_file = |top: &str| matches!(top, "html" | "htm" | "xml" | "json" | "txt" | "css" | "js");
    name.is_some_and(|(_, top)| is_domain(top) && !is_file(top)) && check_host(host).is_ok()
}

fn internal(text: &str) -> Result<Target, Vec<TextMistake>> {
    let (path, tail) = text.split_at(text.find(['?', '#']).unwrap_or(text.len()));
    let mut mistakes: Vec<TextMistake> = Vec::new();
    let pattern = RoutePattern::parse_path(&path[1..]);
    let tail = escaped_tail(tail, path.len()).map_err(|one| mistakes.push(one));
    match (pattern, tail) {
        (Ok(path), Ok(tail)) => Ok(Target::Internal { path, tail }),
        (Err(of_path), _) => {
            mistakes.splice(0..0, of_path.into_iter().map(shift(1)));
            Err(mistakes)
        }
        (Ok(_), Err(())) => Err(mistakes),
    }
}

fn external(text: &str, scheme: &str) -> Result<Target, Vec<TextMistake>> {
    let host_start = scheme.len() + "://".len();
    let path_start =
        text[host_start..].find(['/', '?', '#']).map_or(text.len(), |at| host_start + at);
    let host = &text[host_start..path_start];
    check_host(host).map_err(|(message, hint)| vec![(host_start..path_start, message, hint)])?;
    let tail_start = text[path_start..].find(['?', '#']).map_or(text.len(), |at| path_start + at);
    let path = &text[path_start..tail_start];
    let mut parts = vec![Part::Text(format!("{scheme}://{}", host.to_ascii_lowercase()))];
    let mut mistakes = Vec::new();
    match external_path(path) {
        Ok(path) => parts.extend(path),
        Err(of_path) => mistakes.extend(of_path.into_iter().map(shift(path_start))),
    }
    match escaped_tail(&text[tail_start..], tail_start) {
        Ok(tail) => parts.push(Part::Text(tail)),
        Err(one) => mistakes.push(one),
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    Ok(Target::External(joined(parts)))
}

/// The path of another site, which kiln does not split into segments.
fn external_path(path: &str) -> Result<Vec<Part>, Vec<Mistake>> {
    if path.is_empty() {
        return Ok(vec![Part::Text("/".into())]);
    }
    let piece = |part| match part {
        Part::Text(text) => Part::Text(escaped(&text)),
        param => param,
    };
    Ok(pattern::brackets(path)?.into_iter().map(piece).collect())
}

/// Joins adjacent texts.
fn joined(parts: Vec<Part>) -> Vec<Part> {
    let mut joined: Vec<Part> = Vec::new();
    for part in parts {
        match (joined.last_mut(), part) {
            (Some(Part::Text(before)), Part::Text(text)) => before.push_str(&text),
            (_, part) => joined.push(part),
        }
    }
    joined
}

fn check_host(host: &str) -> Result<(), (String, String)> {
    let refuse = |message: &str, hint: &str| Err((message.to_owned(), hint.to_owned()));
    if host.is_empty() {
        return refuse("the address has no host", "write \"https://example.com/…\"");
    }
    if host.contains('@') {
        return refuse(
            "the URL of a redirect cannot contain a user name",
            "remove the user name and the `@`",
        );
    }
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, Some(port)),
        _ => (host, None),
    };
    let is_ipv6 = |name: &str| {
        let inside = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
        inside.is_some_and(|inside| inside.parse::<std::net::Ipv6Addr>().is_ok())
    };
    if name.contains(['[', ']']) && !is_ipv6(name) {
        return refuse(
            "a host name cannot contain a param",
            "write the params after the slash that ends the host name",
        );
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let is_name = is_ipv6(name)
        || (name.chars().all(is_plain) && name.chars().any(|c| c.is_ascii_alphanumeric()));
    if !is_name || port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return refuse(
            &format!("`{host}` is not a valid host name"),
            "write ASCII letters, digits, dots and hyphens, and optionally a port",
        );
    }
    Ok(())
}

/// The query and the fragment, escaped. `start` is their position in the target.
fn escaped_tail(tail: &str, start: usize) -> Result<String, TextMistake> {
    if let Some(open) = tail.find('[') {
        let close = tail[open..].find(']').map_or(tail.len(), |at| open + at + 1);
        return Err((
            start + open..start + close,
            "params are only allowed in the path of a target".into(),
            "remove it, or write a literal bracket as `%5B`".into(),
        ));
    }
    Ok(escaped(tail))
}

/// Escapes part of a URL. A `%` that does not start an escape is escaped, too.
fn escaped(text: &str) -> String {
    let mut url = String::new();
    for (at, piece) in text.split('%').enumerate() {
        if at > 0 {
            let digits = piece.as_bytes().get(..2);
            let is_escape = digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
            url.push_str(if is_escape { "%" } else { "%25" });
        }
        url.extend(utf8_percent_encode(piece, UNSAFE));
    }
    url
}
