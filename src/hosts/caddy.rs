//! The snippet for a server that runs Caddy.
//!
//! The user imports it into a site block and only has to say where the files are:
//!
//! ```caddyfile
//! example.com {
//!     root * /srv/example.com/dist
//!     import /srv/example.com/dist/Caddyfile
//! }
//! ```
//!
//! Everything is inside one `route`, which answers every request. Put anything else into a `handle` beside it, such as
//! `handle /api/* { … }`: Caddy tries those first.
//!
//! Headers of rules apply to responses with a file: 200, 206 and 304. Error pages always have the headers of their own
//! path, `/404`. Redirects of kiln.toml and redirects to the canonical URL have none. A redirect to a path of the site
//! keeps the query of the request, as kiln's own server does.
//!
//! Caddy replaces placeholders, `{…}`, once when it reads an imported file and, in most places, again for each request.
//! A `\` before a brace prevents one replacement and is then removed, so text has one `\` for each. `{$…}` is replaced
//! before anything else and cannot be escaped: a header whose value contains `{$` is unsupported.

mod text;

use std::borrow::Cow;
use std::fmt::Write as _;

use anyhow::Result;

use self::text::{VARIABLE, braces_escaped, can_send, quoted, regex, target, without_braces};
use super::deployment::{Deployment, HostFiles};
use super::self_hosted::answers::{self, Answer, Answers, CADDY_FILE, NotFound, ServedFile};
use super::self_hosted::rule_regex::{self, RegexPart};
use super::self_hosted::text::{REFUSED, decoded, escape_regex, indented, push, regex_of};
use crate::config::{Config, Encoding, TrailingSlash};
use crate::page::content_type;
use crate::request::resolve::kept_query;

/// The path of the request, decoded.
const PATH: &str = "{http.request.uri.path}";
/// The path and query of the request, as the client encoded them.
const URI: &str = "{http.request.uri}";
/// The path as the client encoded it, without a slash at its end; then the query.
const URL: &str = "{kiln_url}";
const QUERY: &str = "{kiln_query}";
/// The path without a slash at its end, the part of it below the base, and the slash; empty if no page can have this
/// path.
const CANONICAL: &str = "{kiln_path}";
const NAME: &str = "{kiln_name}";
const SLASH: &str = "{kiln_slash}";

/// Generates the snippet of a site.
///
/// # Errors
///
/// Fails if the files of the site cannot be listed.
pub(crate) fn files(deployment: &Deployment<'_>) -> Result<HostFiles> {
    let answers = Answers::of(deployment)?;
    let mut text = redirects(&answers);
    for (at, (path, answer)) in answers.listed.iter().enumerate() {
        text.push_str(&listed_path(deployment.config, at + 1, path, answer));
    }
    text.push_str(&lookup(deployment, &answers)?);
    text.push_str(&patterns(deployment));
    text.push_str(&not_found(deployment.config, &answers)?);
    let mut snippet = String::from(
        "# Made by kiln. Import it into a site whose `root` is the folder of this file.\n\nroute {\n",
    );
    let refused = regex(&format!("(?i){REFUSED}"));
    // An empty query is removed.
    let url = regex("^([^?]*?)/?(?:(\\?.+)|\\?)?$");
    let head = format!(
        "map {URI} {{kiln_refused}} {{\n    {refused} 1\n    default \"\"\n}}\n\
         @kiln_refused vars {{kiln_refused}} 1\nrespond @kiln_refused 400\n\
         map {URI} {URL} {QUERY} {{\n    {url} $1 $2\n    default \"\" \"\"\n}}\n\n"
    );
    writeln!(snippet, "{}}}", indented(&(head + &text)))?;
    Ok(HostFiles {
        files: vec![(CADDY_FILE.to_owned(), snippet)],
        unsupported: deployment.unsupported_headers(can_send),
        ..HostFiles::default()
    })
}

/// The redirects without headers, as one table for each status: Caddy looks up ten thousand lines of a table as fast as
/// a hundred matchers.
fn redirects(answers: &Answers) -> String {
    let mut text = String::new();
    for wanted in [301, 302, 303, 307, 308] {
        // A redirect that keeps the query of the request is split into the text before and after the query.
        let (mut whole, mut around) = (String::new(), String::new());
        for (path, answer) in &answers.listed {
            if let Answer::Redirect { to, status, headers } = answer
                && *status == wanted
                && headers.is_empty()
            {
                match kept_query(to) {
                    Some((to, fragment)) => around.push_str(&line(path, &[to, fragment])),
                    None => whole.push_str(&line(path, &[to])),
                }
            }
        }
        let name = format!("kiln_{wanted}");
        if !whole.is_empty() {
            text.push_str(&table(&name, &format!("{{{name}}}"), &whole, "\"\""));
            push(&mut text, format_args!("redir @{name} {{{name}}} {wanted}\n\n"));
        }
        if !around.is_empty() {
            let columns = format!("{{{name}_to}} {{{name}_end}}");
            text.push_str(&table(&format!("{name}_to"), &columns, &around, "\"\" \"\""));
            let target = format!("\"{{{name}_to}}{QUERY}{{{name}_end}}\"");
            push(&mut text, format_args!("redir @{name}_to {target} {wanted}\n\n"));
        }
    }
    text
}

/// A table of redirected paths, and a matcher for the paths in it.
fn table(name: &str, columns: &str, lines: &str, default: &str) -> String {
    format!(
        "map {PATH} {columns} {{\n{lines}    default {default}\n}}\n\
         @{name} not vars {{{name}}} \"\"\n"
    )
}

/// The route of one path; `number` makes its names unique.
fn listed_path(config: &Config, number: usize, path: &str, answer: &Answer) -> String {
    let file = if let Answer::File(page) = answer { &*page.file } else { "" };
    let answer = match answer {
        Answer::Redirect { headers, .. } if headers.is_empty() => return String::new(),
        Answer::Redirect { to, status, headers } => {
            let to = match kept_query(to) {
                Some((to, end)) => {
                    format!("\"{}{QUERY}{}\"", without_braces(to), without_braces(end))
                }
                None => target(to),
            };
            format!("{}redir * {to} {status}\n", set_headers(headers))
        }
        Answer::Canonical { to } => format!("redir * \"{}{QUERY}\" 301\n", braces_escaped(to, 2)),
        Answer::File(page) => {
            let file = match page.file.contains(VARIABLE) {
                true => format!("{{kiln_own_{number}}}"),
                false => quoted(&format!("/{}", page.file), 2),
            };
            serve_page(config, page, &file, "")
        }
    };
    let matcher = match path.contains(VARIABLE) {
        true => by_table(config, number, path, file),
        false => format!("@kiln_{number} vars {PATH} {}\n", quoted(path, 2)),
    };
    format!("{matcher}route @kiln_{number} {{\n{}}}\n", indented(&answer))
}

/// Matches a path that only a regular expression can express, and maps it to the name of its file.
fn by_table(config: &Config, number: usize, path: &str, file: &str) -> String {
    let base = decoded(config.base).unwrap_or_default();
    let (below, suffix) = answers::split(&base, path, file);
    let slash = if path.ends_with('/') { "/" } else { "" };
    let input = regex(&format!("^{}({}){slash}$", escape_regex(&base), escape_regex(below)));
    let table = format!("    {input} \"${{1}}{suffix}\"\n    default \"\"\n");
    format!(
        "map {PATH} {{kiln_own_{number}}} {{\n{table}}}\n\
         @kiln_{number} not vars {{kiln_own_{number}}} \"\"\n"
    )
}

/// A redirect as a line of a table, with the parts of its target.
fn line(path: &str, target: &[&str]) -> String {
    let is_variable = path.contains(VARIABLE);
    let input = match is_variable {
        true => regex(&format!("^{}$", escape_regex(path))),
        false => quoted(path, 1),
    };
    let part = |text: &&str| match without_braces(text) {
        text if text.is_empty() => " \"\"".to_owned(),
        // In the output of a regular expression, `$` starts a group.
        text if is_variable => format!(" \"{}\"", text.replace('$', "$$")),
        text => format!(" {}", quoted(&text, 2)),
    };
    let pieces: String = target.iter().map(part).collect();
    format!("    {input}{pieces}\n")
}

/// Serves a file with a known name, with its headers.
fn serve_page(config: &Config, page: &ServedFile, name: &str, status: &str) -> String {
    let kind =
        page.content_type.clone().map_or_else(|| content_type::of_file(&page.file), Cow::Owned);
    let mut text = format!("header Content-Type {}\n", quoted(&kind, 2));
    text.push_str(&set_headers(&page.headers));
    // The value of a placeholder is taken literally, so the file matcher does not treat it as a pattern.
    push(&mut text, format_args!("vars kiln_file {name}\n"));
    text.push_str("@kiln_own file {\n    try_files {http.vars.kiln_file}\n}\n");
    text.push_str("rewrite @kiln_own {http.matchers.file.relative}\n");
    text + &file_server(config, status)
}

/// Serves the file that the matcher found.
fn file_server(config: &Config, status: &str) -> String {
    let names = config.precompress.iter().map(|encoding| match encoding {
        Encoding::Gzip => " gzip",
        Encoding::Brotli => " br",
        Encoding::Zstd => " zstd",
    });
    let names: String = names.collect();
    let precompressed =
        if names.is_empty() { names } else { format!("    precompressed{names}\n") };
    format!("file_server {{\n    disable_canonical_uris\n{precompressed}{status}}}\n")
}

/// Sets each header, and adds further values of the same name.
fn set_headers(headers: &[(String, String)]) -> String {
    let mut text = String::new();
    for (at, (name, value)) in headers.iter().enumerate() {
        if name != "content-type" && can_send(name, value) {
            let is_further = headers[..at].iter().any(|(earlier, _)| earlier == name);
            let plus = if is_further { "+" } else { "" };
            push(&mut text, format_args!("header {plus}{name} {}\n", quoted(value, 2)));
        }
    }
    text
}

/// The route for all pages that have none of their own.
fn lookup(deployment: &Deployment<'_>, answers: &Answers) -> Result<String> {
    let config = deployment.config;
    let base = escape_regex(&decoded(config.base)?);
    let hidden = regex(&format!("(?i){}", answers::hidden(deployment, answers)?));
    let name = regex(&format!("^({base}((?:/[^/]+)+?))(/?)$"));
    let mut text = format!(
        "map {PATH} {CANONICAL} {NAME} {SLASH} {{\n    {hidden} \"\" \"\" \"\"\n    {name} $1 $2 $3\n    \
         default \"\" \"\" \"\"\n}}\n\
         @kiln_name not vars {NAME} \"\"\n@kiln_slash vars {SLASH} \"/\"\n\
         @kiln_no_slash vars {SLASH} \"\"\nroute @kiln_name {{\n"
    );
    let pages = config.format.suffixes().iter();
    let pages = pages.map(|suffix| format!(" \"{NAME}{suffix}\"")).collect::<Vec<_>>().concat();
    let without_slash = format!("redir @kiln_slash \"{URL}{QUERY}\" 301\n");
    let with_slash = format!("redir @kiln_no_slash \"{URL}/{QUERY}\" 301\n");
    let serve = serve_found(deployment, answers)?;
    let mut found = |matcher: &str, names: &str, redirect: &str| {
        let route = indented(&format!("{redirect}{serve}"));
        text.push_str(&indented(&format!(
            "@kiln_{matcher} file {{\n    try_files{names}\n}}\nroute @kiln_{matcher} {{\n{route}}}\n"
        )));
    };
    let all = format!(" \"{NAME}\"{pages}");
    match config.trailing_slash {
        TrailingSlash::Ignore => found("file", &all, ""),
        TrailingSlash::Never => found("file", &all, &without_slash),
        TrailingSlash::Always => {
            found("file", &format!(" \"{NAME}\""), &without_slash);
            found("page", &pages, &with_slash);
        }
    }
    Ok(text + "}\n\n")
}

/// Serves the file that the matcher found, with its type and the headers of the rules in kiln.toml.
fn serve_found(deployment: &Deployment<'_>, answers: &Answers) -> Result<String> {
    let mut text = String::from("map {http.matchers.file.relative} {kiln_type} {\n");
    for (kind, extensions) in &answers.types {
        let extensions: Vec<String> =
            extensions.iter().map(|extension| escape_regex(extension)).collect();
        let regex = regex(&format!("(?i)\\.(?:{})$", extensions.join("|")));
        let kind = quoted(&content_type::with_charset(kind), 2);
        push(&mut text, format_args!("    {regex} {kind}\n"));
    }
    text.push_str("    default application/octet-stream\n}\nheader Content-Type {kiln_type}\n");
    // Rules apply to the canonical URL, which only has a slash at its end if the request had one.
    let path = match deployment.config.trailing_slash {
        TrailingSlash::Always => PATH,
        TrailingSlash::Never | TrailingSlash::Ignore => CANONICAL,
    };
    for (at, rule) in deployment.rules.iter().enumerate() {
        let regex = regex(&regex_of(rule)?);
        push(
            &mut text,
            format_args!(
                "map {path} {{kiln_rule_{at}}} {{\n    {regex} 1\n    default \"\"\n}}\n\
             @kiln_rule_{at} vars {{kiln_rule_{at}}} 1\n"
            ),
        );
        for (name, value) in rule.headers.iter().filter(|(name, _)| *name != "content-type") {
            // If a header cannot be written, the header of the rule that it overrides is removed too.
            let (minus, value) = match can_send(name, value) {
                true => ("", quoted(value, 2)),
                false => ("-", String::new()),
            };
            push(&mut text, format_args!("header @kiln_rule_{at} {minus}{name} {value}\n"));
        }
    }
    text.push_str("rewrite * {http.matchers.file.relative}\n");
    Ok(text + &file_server(deployment.config, ""))
}

/// The redirects of kiln.toml that match patterns.
fn patterns(deployment: &Deployment<'_>) -> String {
    let rules = deployment.patterns.iter();
    let forms = rules.flat_map(|rule| rule_regex::forms(deployment.config, rule));
    let mut text = String::new();
    for (at, form) in forms.enumerate() {
        // If the input of a line is a regular expression, its output has groups, and nothing else in it is replaced.
        let part = |part: &RegexPart| match part {
            RegexPart::Text(text) => without_braces(text).replace('$', "$$"),
            RegexPart::Group(name) => format!("${{{name}}}"),
        };
        let target: String = form.target.iter().map(part).collect();
        let from = regex(&form.regex);
        push(
            &mut text,
            format_args!(
                "map {URI} {{kiln_to_{at}}} {{\n    {from} \"{target}\"\n    default \"\"\n}}\n\
             @kiln_to_{at} not vars {{kiln_to_{at}}} \"\"\nredir @kiln_to_{at} {{kiln_to_{at}}} {}\n",
                form.status
            ),
        );
    }
    text
}

/// The last route, for paths without a response: the 404 page of the innermost folder that has one.
fn not_found(config: &Config, answers: &Answers) -> Result<String> {
    let mut text = String::new();
    let serve = |page: &ServedFile, name: &str| {
        indented(&serve_page(config, page, name, "    status 404\n"))
    };
    if !answers.not_found.is_empty() {
        let base = escape_regex(&decoded(config.base)?);
        // The first matching line of a table wins.
        let lines =
            answers.not_found.iter().enumerate().rev().map(|(at, NotFound { folder, .. })| {
                let folder = regex(&format!("^{base}({})/.*$", escape_regex(folder)));
                format!("    {folder} {} \"${{1}}/404.html\"\n", at + 1)
            });
        let lines: String = lines.collect();
        push(
            &mut text,
            format_args!(
                "map {PATH} {{kiln_404}} {{kiln_404_file}} {{\n{lines}    default \"\" \"\"\n}}\n"
            ),
        );
    }
    for (at, NotFound { page, .. }) in answers.not_found.iter().enumerate() {
        let number = at + 1;
        let page = serve(page, "{kiln_404_file}");
        push(
            &mut text,
            format_args!(
                "@kiln_404_{number} vars {{kiln_404}} {number}\nroute @kiln_404_{number} {{\n{page}}}\n"
            ),
        );
    }
    match answers.error_pages.get(&404) {
        Some(page) => push(&mut text, format_args!("route {{\n{}}}\n", serve(page, "/404.html"))),
        None => text.push_str("error 404\n"),
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_a_variable_becomes_a_regular_expression() {
        assert_eq!(line("/a{x", &["/b"]), "    `/a\\{x` `/b`\n");
        assert_eq!(line("/a", &["/b", "#c"]), "    `/a` `/b` `#c`\n");
        assert_eq!(line("/{$A}", &["/$b", ""]), "    `~^/\\x7B\\x24A\\x7D$` \"/$$b\" \"\"\n");
        let table = by_table(&crate::support::CONFIG, 1, "/{$A}", "{$A}/index.html");
        assert!(table.contains("`~^(/\\x7B\\x24A\\x7D)$` \"${1}/index.html\""), "{table}");
    }
}
