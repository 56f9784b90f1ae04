//! The snippet for a server of one's own that runs nginx.
//!
//! A person includes it inside of a `server` block, and says no more than where the files are:
//!
//! ```nginx
//! server {
//!     listen 80;
//!     server_name example.com;
//!     root /srv/example.com/dist;
//!     include /srv/example.com/dist/nginx.conf;
//! }
//! ```
//!
//! All of it stands in one `location`, that of the base, so a longer prefix of one's own, `location /api/ { … }`, goes before
//! it. nginx inherits no `add_header` into a location that has one: what all pages should send belongs into `[headers]`.
//!
//! A header is in force for the answers of a file: 200, 206, 304. Error pages are sent with the headers of their own path, `/404`,
//! whatever was asked for; redirects of kiln.toml and those to the canonical URL with none, so that nothing is cached by a rule
//! that was written for files.
//!
//! Nothing in the snippet can expand. nginx has no way to write a `$`: in the target of a redirect it is `%24`, and a
//! header whose value holds one is lost. What is a pattern stands in names of exact locations, which nginx takes as they
//! are, or byte by byte in a regular expression. `merge_slashes` counts only where the server is the first of its address, so
//! paths with `//` are refused as they were sent.

mod error_pages;

use std::fmt::Write as _;

use anyhow::Result;

use super::deployment::{Deployment, HostFiles};
use super::own_server::{self, Answer, Answers, Page, REFUSED, literally, push};
use super::rule_regex::{self, Piece};
use crate::config::header_rule::HeaderRule;
use crate::config::{Config, Encoding, TrailingSlash};
use crate::request::resolve::kept_query;

/// The snippet, below the out folder.
pub(crate) const FILE: &str = "nginx.conf";

/// The end of all that is no file and no redirect.
const NOT_FOUND: &str = "return 404;";

/// The snippet of a site.
///
/// # Errors
///
/// Where the files of the site cannot be listed.
pub(crate) fn files(deployment: &Deployment<'_>) -> Result<HostFiles> {
    let answers = Answers::of(deployment)?;
    let rules = Rules::of(deployment)?;
    let mut conf = String::from(
        "# Made by kiln. Include it inside of a `server` block whose `root` is the folder of this file.\n\n\
         merge_slashes off;\n\n",
    );
    conf.push_str(&variables(deployment.config, &rules));
    conf.push_str(&error_pages::nearest(deployment.config, &answers)?);
    let base = own_server::decoded(deployment.config.base)?;
    if !base.is_empty() {
        conf.push_str("location / {\n    return 404;\n}\n\n");
    }
    let location = if base.is_empty() { "/" } else { &*base };
    writeln!(conf, "location {} {{", quoted(location))?;
    conf.push_str(&indented(&settings(deployment.config, &answers)));
    for (path, answer) in &answers.own {
        conf.push_str(&indented(&exact(&base, path, answer)));
    }
    conf.push_str(&indented(&lookup(deployment, &answers, &base, &rules)?));
    conf.push_str("}\n");
    conf.push_str(&named(deployment, &answers));
    Ok(HostFiles {
        files: vec![(FILE.to_owned(), conf)],
        lost: own_server::lost(deployment, can_send),
        ..HostFiles::default()
    })
}

/// The headers of the rules of kiln.toml, each with the variable that holds its value; a header that is empty is not sent.
struct Rules<'a> {
    /// Names in the order of their first rule.
    names: Vec<&'static str>,
    /// A rule as a regular expression for decoded paths.
    rules: Vec<(String, &'a HeaderRule)>,
}

impl<'a> Rules<'a> {
    fn of(deployment: &Deployment<'a>) -> Result<Self> {
        let mut rules = Rules { names: Vec::new(), rules: Vec::new() };
        for rule in deployment.rules {
            for (name, _) in rule.headers {
                // The type of a file is said by its location.
                if *name != "content-type" && !rules.names.contains(name) {
                    rules.names.push(name);
                }
            }
            rules.rules.push((own_server::regex_of(rule)?, rule));
        }
        Ok(rules)
    }

    fn variable(&self, name: &str) -> Option<String> {
        let at = self.names.iter().position(|known| *known == name)?;
        Some(format!("$kiln_header_{}", at + 1))
    }

    /// What a location says that serves files by the lookup.
    fn add_headers(&self) -> String {
        let line = |name: &&str| {
            let variable = self.variable(name).unwrap_or_default();
            format!("    add_header {} {variable};\n", quoted(name))
        };
        self.names.iter().map(line).collect()
    }
}

/// What is known of a request before its location is looked for. They are kiln's own variables, and touch no other location.
fn variables(config: &Config, rules: &Rules<'_>) -> String {
    let mut text = format!(
        "set $kiln_refused \"\";\nif ($request_uri ~* {}) {{\n    set $kiln_refused 1;\n}}\n",
        quoted(REFUSED)
    );
    // As the client has encoded it, without a slash at its end: where a redirect to the other form leads. nginx encodes what a
    // numbered group has matched once more.
    text.push_str(
        "if ($request_uri ~ \"^(?<kiln_url>[^?]*[^/?])/?(?:\\?|$)\") {\n    set $kiln_sent 1;\n}\n",
    );
    if rules.names.is_empty() {
        return text + "\n";
    }
    // Rules are for the canonical URL. Under `ignore` the other form is answered as well.
    text.push_str("set $kiln_path $uri;\n");
    if config.trailing_slash == TrailingSlash::Ignore {
        text.push_str("if ($uri ~ \"^(?<kiln_page>.+)/$\") {\n    set $kiln_path $kiln_page;\n}\n");
    }
    for at in 1..=rules.names.len() {
        push(&mut text, format_args!("set $kiln_header_{at} \"\";\n"));
    }
    for (regex, rule) in &rules.rules {
        let set = rule.headers.iter().filter_map(|(name, value)| {
            let value = if can_send(name, value) { *value } else { "" };
            Some(format!("    set {} {};\n", rules.variable(name)?, quoted(value)))
        });
        let set: String = set.collect();
        if !set.is_empty() {
            push(&mut text, format_args!("if ($kiln_path ~ {}) {{\n{set}}}\n", quoted(regex)));
        }
    }
    text + "\n"
}

/// What is the same for all files of the site.
fn settings(config: &Config, answers: &Answers) -> String {
    let mut text = String::from("absolute_redirect off;\n");
    text.push_str(&error_pages::lines(answers));
    text.push_str("default_type application/octet-stream;\ntypes {\n");
    for (kind, extensions) in &answers.types {
        let extensions: Vec<&str> = extensions.iter().map(String::as_str).collect();
        push(&mut text, format_args!("    {} {};\n", quoted(kind), extensions.join(" ")));
    }
    text.push_str("}\ncharset utf-8;\n");
    // `text/html` is always among them, and nginx warns of what is there twice.
    let texts =
        answers.types.keys().filter(|kind| kind.starts_with("text/") && *kind != "text/html");
    let texts: Vec<String> = texts.map(|kind| quoted(kind)).collect();
    if !texts.is_empty() {
        push(&mut text, format_args!("charset_types {};\n", texts.join(" ")));
    }
    if config.precompress.contains(&Encoding::Gzip) {
        text.push_str("gzip_static on;\ngzip_vary on;\n");
    }
    for (encoding, line) in
        [(Encoding::Brotli, "brotli_static on;"), (Encoding::Zstd, "zstd_static on;")]
    {
        if config.precompress.contains(&encoding) {
            push(
                &mut text,
                format_args!("# Needs a module that nginx does not come with: {line}\n"),
            );
        }
    }
    text + "\n"
}

/// The location of one path.
fn exact(base: &str, path: &str, answer: &Answer) -> String {
    if let Answer::File(page) = answer
        && page.file.contains('$')
    {
        return by_variable(base, path, page);
    }
    let path = quoted(path);
    match answer {
        Answer::Redirect { to, status, headers } => {
            let to = with_query(to);
            let answer = format!("{}return {status} {to};\n", add_headers(headers, ""));
            format!("location = {path} {{\n{}}}\n", indented(&answer))
        }
        Answer::Canonical { to } => {
            let to = format!("\"{}$is_args$args\"", escaped(&without_dollar(to)));
            format!("location = {path} {{\n    return 301 {to};\n}}\n")
        }
        Answer::File(page) => {
            let file = file(page, &quoted(&format!("/{}", page.file)), "");
            format!("location = {path} {{\n{}}}\n", indented(&file))
        }
    }
}

/// The location of a file whose name holds a `$`, which only a variable can.
fn by_variable(base: &str, path: &str, page: &Page) -> String {
    let (below, suffix) = own_server::split(base, path, &page.file);
    let slash = if path.ends_with('/') { "/" } else { "" };
    let regex = format!("^{}(?<kiln_name>{}){slash}$", literally(base), literally(below));
    let file = file(page, &format!("$kiln_name{suffix}"), "");
    format!("location ~ {} {{\n{}}}\n", quoted(&regex), indented(&file))
}

/// What a location says that serves one file, of this name; `always` is for the headers of errors.
fn file(page: &Page, name: &str, always: &str) -> String {
    let mut text = String::new();
    if let Some(kind) = &page.content_type {
        // With no types at all, the default is for every extension.
        push(
            &mut text,
            format_args!("types {{ }}\ndefault_type {};\ncharset off;\n", quoted(kind)),
        );
    }
    text.push_str(&add_headers(&page.headers, always));
    push(&mut text, format_args!("try_files {name} =404;\n"));
    text
}

fn add_headers(headers: &[(String, String)], always: &str) -> String {
    let sent =
        headers.iter().filter(|(name, value)| name != "content-type" && can_send(name, value));
    let line = |(name, value): &(String, String)| {
        format!("add_header {} {}{always};\n", quoted(name), quoted(value))
    };
    sent.map(line).collect()
}

/// The locations of all pages that have none of their own.
fn lookup(
    deployment: &Deployment<'_>,
    answers: &Answers,
    base: &str,
    rules: &Rules<'_>,
) -> Result<String> {
    let config = deployment.config;
    let base = literally(base);
    let hidden = quoted(&own_server::hidden(deployment, answers)?);
    let mut text = format!("location ~* {hidden} {{\n    return 404;\n}}\n");

    let suffixes = config.format.suffixes().iter();
    let pages = suffixes.map(|suffix| format!(" $kiln_name{suffix}")).collect::<Vec<_>>().concat();
    let has_patterns = !deployment.patterns.is_empty();
    let otherwise = if has_patterns { "@kiln_rules" } else { "=404" };
    let add_headers = rules.add_headers();
    let mut serve = |slash: &str, names: &str, otherwise: &str| {
        let regex = quoted(&format!("^{base}(?<kiln_name>(?:/[^/]+)+{slash}$"));
        push(
            &mut text,
            format_args!(
                "location ~ {regex} {{\n    if ($kiln_refused) {{\n        return 400;\n    }}\n\
             {add_headers}    try_files{names} {otherwise};\n}}\n"
            ),
        );
    };
    let all = format!(" $kiln_name{pages}");
    match config.trailing_slash {
        TrailingSlash::Ignore => serve("?)/?", &all, otherwise),
        TrailingSlash::Never => {
            serve(")", &all, otherwise);
            let regex = quoted(&format!("^{base}(?<kiln_name>(?:/[^/]+)+)/$"));
            let to_other = to_other(deployment);
            push(
                &mut text,
                format_args!(
                    "location ~ {regex} {{\n    if ($kiln_refused) {{\n        return 400;\n    }}\n{}}}\n",
                    indented(&to_other)
                ),
            );
        }
        TrailingSlash::Always => {
            serve(")", " $kiln_name", "@kiln_other");
            serve(")/", &pages, "@kiln_other");
        }
    }
    text.push_str(NOT_FOUND);
    text.push('\n');
    Ok(text)
}

/// The redirects to the other form of a path that a file is found for, and then what else there may be.
fn to_other(deployment: &Deployment<'_>) -> String {
    let config = deployment.config;
    let slash = if config.trailing_slash == TrailingSlash::Always { "/" } else { "" };
    let page = |suffix: &&str| {
        let to = format!("$kiln_url{slash}$is_args$args");
        format!("if (-f $document_root$kiln_name{suffix}) {{\n    return 301 {to};\n}}\n")
    };
    let mut text: String = config.format.suffixes().iter().map(page).collect();
    // A file that is no page has no slash in any case.
    text.push_str(
        "if (-f $document_root$kiln_name) {\n    return 301 $kiln_url$is_args$args;\n}\n",
    );
    text + &patterns(deployment)
}

/// The redirects from paths that nobody lists.
fn patterns(deployment: &Deployment<'_>) -> String {
    let rules = deployment.patterns.iter();
    let forms = rules.flat_map(|rule| rule_regex::forms(deployment.config, rule));
    let rule = |form: rule_regex::RuleRegex| {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => escaped(&without_dollar(text)),
            Piece::Group(name) => format!("${{{name}}}"),
        };
        let target: String = form.target.iter().map(piece).collect();
        let regex = quoted(&form.regex);
        format!("if ($request_uri ~ {regex}) {{\n    return {} \"{target}\";\n}}\n", form.status)
    };
    forms.map(rule).collect::<String>() + NOT_FOUND + "\n"
}

/// The locations that others lead to.
fn named(deployment: &Deployment<'_>, answers: &Answers) -> String {
    let mut text = String::new();
    let mut location = |name: &str, body: &str| {
        push(&mut text, format_args!("\nlocation @kiln_{name} {{\n{}}}\n", indented(body)));
    };
    let settings = format!("absolute_redirect off;\n{}", error_pages::lines(answers));
    if deployment.config.trailing_slash == TrailingSlash::Always {
        location("other", &(settings + &to_other(deployment)));
    } else if !deployment.patterns.is_empty() {
        location("rules", &(settings + &patterns(deployment)));
    }
    error_pages::locations(answers, &mut location);
    text
}

/// Returns true if and only if nginx can send a header with this value.
fn can_send(name: &str, value: &str) -> bool {
    // It sends these itself, and would send them twice.
    let own =
        ["accept-ranges", "connection", "content-length", "date", "server", "transfer-encoding"];
    let is_literal = name == "content-type" || !value.contains('$');
    is_literal && !name.contains('$') && !own.contains(&name)
}

/// The target of a redirect as a token, with the query of the request where kiln's server keeps it.
fn with_query(to: &str) -> String {
    match kept_query(to) {
        Some((path, fragment)) => {
            let [path, fragment] = [path, fragment].map(|text| escaped(&without_dollar(text)));
            format!("\"{path}$is_args$args{fragment}\"")
        }
        None => quoted(&without_dollar(to)),
    }
}

/// A URL without the one character that nginx cannot be told.
fn without_dollar(url: &str) -> String {
    url.replace('$', "%24")
}

/// Text as one token of nginx's configuration.
fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

fn indented(text: &str) -> String {
    text.lines()
        .map(|line| if line.is_empty() { "\n".into() } else { format!("    {line}\n") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hosts::deployment::{Lost, PageHeaders, Redirect};
    use crate::hosts::own_server::tests::listed;
    use crate::support::CONFIG;

    #[test]
    fn text_is_one_token() {
        for (text, expected) in [
            ("/a", "\"/a\""),
            ("a;}{ #'", "\"a;}{ #'\""),
            ("\"; return 200;", "\"\\\"; return 200;\""),
            ("a\\", "\"a\\\\\""),
            ("\\\"", "\"\\\\\\\"\""),
        ] {
            assert_eq!(quoted(text), expected);
        }
        for (to, expected) in [
            ("/$host?a=$b", "\"/%24host?a=%24b\""),
            ("/$host#\"$b", "\"/%24host$is_args$args#\\\"%24b\""),
            ("https://a.de/$b", "\"https://a.de/%24b\""),
        ] {
            assert_eq!(with_query(to), expected);
        }
    }

    #[test]
    fn what_cannot_be_sent_is_lost() {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let headers = [PageHeaders {
            path: "/a".into(),
            file: "a/index.html".into(),
            headers: vec![header("content-type", "a/$b"), header("date", "x"), header("x", "$y")],
        }];
        let redirects = [Redirect { from: "/b".into(), to: "/a".into(), status: 307, file: None }];
        let files = &listed(&[("a/index.html", "/a")]);
        let config = &Config { precompress: &[Encoding::Gzip, Encoding::Brotli], ..CONFIG };
        let deployment = Deployment {
            config,
            hosts: &[],
            rules: &[],
            redirects: &redirects,
            patterns: &[],
            headers: &headers,
            files,
        };
        let made = super::files(&deployment).expect("a snippet");
        let lost = |name: &str| Lost::Header { path: "/a".into(), name: name.into() };
        assert_eq!(made.lost.into_iter().collect::<Vec<_>>(), [lost("date"), lost("x")]);
        let (name, text) = &made.files[0];
        assert_eq!(name, FILE);
        for line in [
            "default_type \"a/$b\";",
            "try_files \"/a/index.html\" =404;",
            "location = \"/b/\" {\n        return 307 \"/a$is_args$args\";\n    }",
            "gzip_static on;",
            "# Needs a module that nginx does not come with: brotli_static on;",
        ] {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
        assert!(!text.contains("add_header"), "{text}");
    }
}
