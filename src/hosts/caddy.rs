//! The snippet for a server of one's own that runs Caddy.
//!
//! A person imports it into a site, and says no more than where the files are:
//!
//! ```caddyfile
//! example.com {
//!     root * /srv/example.com/dist
//!     import /srv/example.com/dist/Caddyfile
//! }
//! ```
//!
//! All of it stands in one `route`, which answers every request. What is to be answered otherwise belongs into a `handle` beside
//! it, `handle /api/* { … }`: Caddy tries those first.
//!
//! A header is in force for the answers of a file: 200, 206, 304. Error pages are sent with the headers of their own path, `/404`,
//! whatever was asked for; redirects of kiln.toml and those to the canonical URL with none. A redirect to a path of the site keeps
//! the query of the request, as kiln's own server does.
//!
//! Caddy replaces `{…}` by what it stands for, in an imported file once when it is read, and in most places once more for each
//! request. A `\` before a brace keeps it from that and is gone then, so text has one for each time. `{$…}` is
//! replaced before anything else, and nothing helps: a header whose value holds `{$` is lost.

use std::borrow::Cow;
use std::fmt::Write as _;

use anyhow::Result;

use super::deployment::{Deployment, HostFiles};
use super::own_server::{self, Answer, Answers, NotFound, Page, REFUSED, literally, push};
use super::rule_regex::{self, Piece};
use crate::config::{Config, Encoding, TrailingSlash};
use crate::page::content_type;
use crate::request::resolve::kept_query;

/// The snippet, below the out folder.
pub(crate) const FILE: &str = "Caddyfile";

/// The path that is asked for, decoded.
const PATH: &str = "{http.request.uri.path}";
/// What is asked for, as the client has encoded it.
const URI: &str = "{http.request.uri}";
/// The same without a slash at its end; then the query.
const URL: &str = "{kiln_url}";
const QUERY: &str = "{kiln_query}";
/// The path without a slash at its end, the part of it below the base, and the slash; empty where there is no page.
const CANONICAL: &str = "{kiln_path}";
const NAME: &str = "{kiln_name}";
const SLASH: &str = "{kiln_slash}";

/// Begins a variable of the process, which nothing keeps Caddy from replacing.
const VARIABLE: &str = "{$";

/// The snippet of a site.
///
/// # Errors
///
/// Where the files of the site cannot be listed.
pub(crate) fn files(deployment: &Deployment<'_>) -> Result<HostFiles> {
    let answers = Answers::of(deployment)?;
    let mut text = redirects(&answers);
    for (at, (path, answer)) in answers.own.iter().enumerate() {
        text.push_str(&own(deployment.config, at + 1, path, answer));
    }
    text.push_str(&lookup(deployment, &answers)?);
    text.push_str(&patterns(deployment));
    text.push_str(&not_found(deployment.config, &answers)?);
    let mut snippet = String::from(
        "# Made by kiln. Import it into a site whose `root` is the folder of this file.\n\nroute {\n",
    );
    let refused = regex(&format!("(?i){REFUSED}"));
    // An empty query is none.
    let url = regex("^([^?]*?)/?(?:(\\?.+)|\\?)?$");
    let head = format!(
        "map {URI} {{kiln_refused}} {{\n    {refused} 1\n    default \"\"\n}}\n\
         @kiln_refused vars {{kiln_refused}} 1\nrespond @kiln_refused 400\n\
         map {URI} {URL} {QUERY} {{\n    {url} $1 $2\n    default \"\" \"\"\n}}\n\n"
    );
    writeln!(snippet, "{}}}", indented(&(head + &text)))?;
    Ok(HostFiles {
        files: vec![(FILE.to_owned(), snippet)],
        lost: own_server::lost(deployment, can_send),
        ..HostFiles::default()
    })
}

/// The redirects that have no headers: tables for each status, since Caddy looks up ten thousand lines of a table in
/// the time that it takes for a hundred matchers.
fn redirects(answers: &Answers) -> String {
    let mut text = String::new();
    for wanted in [301, 302, 303, 307, 308] {
        // Those that keep the query of the request have what stands before it and behind it.
        let (mut whole, mut around) = (String::new(), String::new());
        for (path, answer) in &answers.own {
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

/// A table of the paths that are redirected, and a matcher for those that are in it.
fn table(name: &str, columns: &str, lines: &str, default: &str) -> String {
    format!(
        "map {PATH} {columns} {{\n{lines}    default {default}\n}}\n\
         @{name} not vars {{{name}}} \"\"\n"
    )
}

/// The answer of one path, which is numbered.
fn own(config: &Config, number: usize, path: &str, answer: &Answer) -> String {
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

/// Matches a path that can only be told as a regular expression, and gives the name of its file.
fn by_table(config: &Config, number: usize, path: &str, file: &str) -> String {
    let base = own_server::decoded(config.base).unwrap_or_default();
    let (below, suffix) = own_server::split(&base, path, file);
    let slash = if path.ends_with('/') { "/" } else { "" };
    let input = regex(&format!("^{}({}){slash}$", literally(&base), literally(below)));
    let table = format!("    {input} \"${{1}}{suffix}\"\n    default \"\"\n");
    format!(
        "map {PATH} {{kiln_own_{number}}} {{\n{table}}}\n\
         @kiln_{number} not vars {{kiln_own_{number}}} \"\"\n"
    )
}

/// A redirect as a line of a table, with the pieces of its target.
fn line(path: &str, target: &[&str]) -> String {
    let is_variable = path.contains(VARIABLE);
    let input = match is_variable {
        true => regex(&format!("^{}$", literally(path))),
        false => quoted(path, 1),
    };
    let piece = |text: &&str| match without_braces(text) {
        text if text.is_empty() => " \"\"".to_owned(),
        // In the output of a regular expression, `$` begins a group.
        text if is_variable => format!(" \"{}\"", text.replace('$', "$$")),
        text => format!(" {}", quoted(&text, 2)),
    };
    let pieces: String = target.iter().map(piece).collect();
    format!("    {input}{pieces}\n")
}

/// Serves a file whose name is known, with its headers.
fn serve_page(config: &Config, page: &Page, name: &str, status: &str) -> String {
    let kind =
        page.content_type.clone().map_or_else(|| content_type::of_file(&page.file), Cow::Owned);
    let mut text = format!("header Content-Type {}\n", quoted(&kind, 2));
    text.push_str(&set_headers(&page.headers));
    // What a placeholder stands for is a name as it is, which for the file matcher is no pattern.
    push(&mut text, format_args!("vars kiln_file {name}\n"));
    text.push_str("@kiln_own file {\n    try_files {http.vars.kiln_file}\n}\n");
    text.push_str("rewrite @kiln_own {http.matchers.file.relative}\n");
    text + &file_server(config, status)
}

/// Serves what was found.
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

/// A header that is there more than once is set, and then added to.
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

/// The answers of all pages that have none of their own.
fn lookup(deployment: &Deployment<'_>, answers: &Answers) -> Result<String> {
    let config = deployment.config;
    let base = literally(&own_server::decoded(config.base)?);
    let hidden = regex(&format!("(?i){}", own_server::hidden(deployment, answers)?));
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

/// Serves the file that was found, with its type and with the headers of the rules of kiln.toml.
fn serve_found(deployment: &Deployment<'_>, answers: &Answers) -> Result<String> {
    let mut text = String::from("map {http.matchers.file.relative} {kiln_type} {\n");
    for (kind, extensions) in &answers.types {
        let extensions: Vec<String> =
            extensions.iter().map(|extension| literally(extension)).collect();
        let regex = regex(&format!("(?i)\\.(?:{})$", extensions.join("|")));
        let kind = quoted(&content_type::with_charset(kind), 2);
        push(&mut text, format_args!("    {regex} {kind}\n"));
    }
    text.push_str("    default application/octet-stream\n}\nheader Content-Type {kiln_type}\n");
    // Rules are for the canonical URL, which has a slash at its end only where it was sent with one.
    let path = match deployment.config.trailing_slash {
        TrailingSlash::Always => PATH,
        TrailingSlash::Never | TrailingSlash::Ignore => CANONICAL,
    };
    for (at, rule) in deployment.rules.iter().enumerate() {
        let regex = regex(&own_server::regex_of(rule)?);
        push(
            &mut text,
            format_args!(
                "map {path} {{kiln_rule_{at}}} {{\n    {regex} 1\n    default \"\"\n}}\n\
             @kiln_rule_{at} vars {{kiln_rule_{at}}} 1\n"
            ),
        );
        for (name, value) in rule.headers.iter().filter(|(name, _)| *name != "content-type") {
            // Of a rule that cannot be told, the one that it overrides does not come into force.
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

/// The redirects from paths that nobody lists.
fn patterns(deployment: &Deployment<'_>) -> String {
    let rules = deployment.patterns.iter();
    let forms = rules.flat_map(|rule| rule_regex::forms(deployment.config, rule));
    let mut text = String::new();
    for (at, form) in forms.enumerate() {
        // Where the line of a table is a regular expression, its output has groups, and nothing else in it is replaced.
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => without_braces(text).replace('$', "$$"),
            Piece::Group(name) => format!("${{{name}}}"),
        };
        let target: String = form.target.iter().map(piece).collect();
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

/// The end: what has no other answer, with the 404 page of the innermost folder that has one.
fn not_found(config: &Config, answers: &Answers) -> Result<String> {
    let mut text = String::new();
    let serve =
        |page: &Page, name: &str| indented(&serve_page(config, page, name, "    status 404\n"));
    if !answers.not_found.is_empty() {
        let base = literally(&own_server::decoded(config.base)?);
        // Of the lines of a table, the first that matches counts.
        let lines =
            answers.not_found.iter().enumerate().rev().map(|(at, NotFound { folder, .. })| {
                let folder = regex(&format!("^{base}({})/.*$", literally(folder)));
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

/// Returns true if and only if Caddy can send a header with this value.
fn can_send(name: &str, value: &str) -> bool {
    // It says these itself.
    let own = [
        "accept-ranges",
        "connection",
        "content-length",
        "etag",
        "last-modified",
        "transfer-encoding",
    ];
    let is_name = name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && !name.contains(['"', '`', '\\', '{']);
    // Within backticks nothing is escaped, and within other quotes not a backslash.
    let is_quotable = !(value.contains('`') && value.contains('\\'));
    // Versions differ in whether the backslash is taken for an escape.
    let is_quotable = is_quotable && !value.contains("\\}");
    is_name && is_quotable && !value.contains(VARIABLE) && !own.contains(&name)
}

fn target(to: &str) -> String {
    quoted(&without_braces(to), 2)
}

/// A URL without what Caddy might replace, and URLs do not hold as it is anyway.
fn without_braces(url: &str) -> String {
    url.replace('{', "%7B")
        .replace('}', "%7D")
        .replace('"', "%22")
        .replace('`', "%60")
        .replace('\\', "%5C")
}

/// A regular expression as the input of a table. Tables alone expand what they look up no more than once, in every version.
fn regex(regex: &str) -> String {
    quoted(&format!("~{regex}"), 1)
}

/// Text as one token of a Caddyfile, in a place where `{…}` is replaced this many times.
fn quoted(text: &str, times: usize) -> String {
    let text = braces_escaped(text, times);
    match text.contains('`') {
        true => format!("\"{}\"", text.replace('"', "\\\"")),
        false => format!("`{text}`"),
    }
}

/// A brace that closes nothing stands for itself.
fn braces_escaped(text: &str, times: usize) -> String {
    text.replace('{', &format!("{}{{", "\\".repeat(times)))
}

fn indented(text: &str) -> String {
    text.lines()
        .map(|line| if line.is_empty() { "\n".into() } else { format!("    {line}\n") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_one_token() {
        for (text, times, expected) in [
            ("/a", 2, "`/a`"),
            ("\"a\" \\ b #", 2, "`\"a\" \\ b #`"),
            ("{x}", 1, "`\\{x}`"),
            ("{x}", 2, "`\\\\{x}`"),
            ("`\"", 2, "\"`\\\"\""),
        ] {
            assert_eq!(quoted(text, times), expected);
        }
        assert_eq!(target("/a{x}\"`\\"), "`/a%7Bx%7D%22%60%5C`");
    }

    #[test]
    fn what_cannot_be_sent_is_lost() {
        for (name, value, expected) in [
            ("x-a", "{\"a\":1} \\ $b", true),
            ("x-a", "{$HOME}", false),
            ("x-a", "` \\", false),
            ("x-a", "\\}", false),
            ("-x", "a", false),
            ("etag", "\"a\"", false),
        ] {
            assert_eq!(can_send(name, value), expected, "{name}: {value}");
        }
    }

    #[test]
    fn a_path_that_begins_a_variable_is_told_as_a_regular_expression() {
        assert_eq!(line("/a{x", &["/b"]), "    `/a\\{x` `/b`\n");
        assert_eq!(line("/a", &["/b", "#c"]), "    `/a` `/b` `#c`\n");
        assert_eq!(line("/{$A}", &["/$b", ""]), "    `~^/\\x7B\\x24A\\x7D$` \"/$$b\" \"\"\n");
        let table = by_table(&crate::support::CONFIG, 1, "/{$A}", "{$A}/index.html");
        assert!(table.contains("`~^(/\\x7B\\x24A\\x7D)$` \"${1}/index.html\""), "{table}");
    }
}
