//! The snippet for a server that runs nginx.
//!
//! The user includes it in a `server` block and only has to say where the files are:
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
//! Everything is inside one `location`, the one of the base, so a location with a longer prefix, such as `location
//! /api/ { … }`, overrides it. nginx does not inherit `add_header` into a location that has one of its own: headers for
//! all pages belong into `[headers]`.
//!
//! Headers of rules apply to responses with a file: 200, 206 and 304. Error pages always have the headers of their own
//! path, `/404`. Redirects of kiln.toml and redirects to the canonical URL have none, so that they are not cached
//! because of a rule for files.
//!
//! Nothing in the snippet is expanded. nginx cannot escape a `$`: in the target of a redirect it is written as `%24`,
//! and a header whose value contains one is unsupported. A path with special characters is written as an exact
//! location, which nginx takes literally, or byte by byte in a regular expression. nginx only applies `merge_slashes`
//! for the first server of an address, so requests with `//` in their raw path are refused.

mod error_pages;

use std::fmt::Write as _;

use anyhow::Result;

use super::deployment::{Deployment, HostFiles};
use super::self_hosted::answers::{self, Answer, Answers, NGINX_FILE, ServedFile};
use super::self_hosted::rule_regex::{self, RegexPart};
use super::self_hosted::text::{REFUSED, decoded, escape_regex, indented, push, regex_of};
use crate::config::header_rule::HeaderRule;
use crate::config::{Config, Encoding, TrailingSlash};
use crate::request::resolve::kept_query;

/// The response for a path without a file or a redirect.
const NOT_FOUND: &str = "return 404;";

/// Generates the snippet of a site.
///
/// # Errors
///
/// Fails if the files of the site cannot be listed.
pub(crate) fn files(deployment: &Deployment<'_>) -> Result<HostFiles> {
    let answers = Answers::of(deployment)?;
    let rules = Rules::of(deployment)?;
    let mut conf = String::from(
        "# Made by kiln. Include it inside of a `server` block whose `root` is the folder of this file.\n\n\
         merge_slashes off;\n\n",
    );
    conf.push_str(&variables(deployment.config, &rules));
    conf.push_str(&error_pages::nearest(deployment.config, &answers)?);
    let base = decoded(deployment.config.base)?;
    if !base.is_empty() {
        conf.push_str("location / {\n    return 404;\n}\n\n");
    }
    let location = if base.is_empty() { "/" } else { &*base };
    writeln!(conf, "location {} {{", quoted(location))?;
    conf.push_str(&indented(&settings(deployment.config, &answers)));
    for (path, answer) in &answers.listed {
        conf.push_str(&indented(&exact(&base, path, answer)));
    }
    conf.push_str(&indented(&lookup(deployment, &answers, &base, &rules)?));
    conf.push_str("}\n");
    conf.push_str(&named(deployment, &answers));
    Ok(HostFiles {
        files: vec![(NGINX_FILE.to_owned(), conf)],
        unsupported: deployment.unsupported_headers(can_send),
        ..HostFiles::default()
    })
}

/// The headers of the rules of kiln.toml, each with the variable for its value. nginx does not send an empty header.
struct Rules<'a> {
    /// Names in the order of their first rule.
    names: Vec<&'static str>,
    /// Each rule with its regular expression for decoded paths.
    rules: Vec<(String, &'a HeaderRule)>,
}

impl<'a> Rules<'a> {
    fn of(deployment: &Deployment<'a>) -> Result<Self> {
        let mut rules = Rules { names: Vec::new(), rules: Vec::new() };
        for rule in deployment.rules {
            for (name, _) in rule.headers {
                // The location of a file sets its type.
                if *name != "content-type" && !rules.names.contains(name) {
                    rules.names.push(name);
                }
            }
            rules.rules.push((regex_of(rule)?, rule));
        }
        Ok(rules)
    }

    fn variable(&self, name: &str) -> Option<String> {
        let at = self.names.iter().position(|known| *known == name)?;
        Some(format!("$kiln_header_{}", at + 1))
    }

    /// The headers of a location that looks files up.
    fn add_headers(&self) -> String {
        let line = |name: &&str| {
            let variable = self.variable(name).unwrap_or_default();
            format!("add_header {} {variable};\n", quoted(name))
        };
        self.names.iter().map(line).collect()
    }
}

/// Variables that are set before nginx selects a location. Their names start with `kiln`, so they do not affect other
/// locations.
fn variables(config: &Config, rules: &Rules<'_>) -> String {
    let mut text = format!(
        "set $kiln_refused \"\";\nif ($request_uri ~* {}) {{\n    set $kiln_refused 1;\n}}\n",
        quoted(REFUSED)
    );
    // The path as the client encoded it, without a slash at its end: the target of a redirect to the other form. nginx
    // would encode a numbered group again.
    text.push_str(
        "if ($request_uri ~ \"^(?<kiln_url>[^?]*[^/?])/?(?:\\?|$)\") {\n    set $kiln_sent 1;\n}\n",
    );
    if rules.names.is_empty() {
        return text + "\n";
    }
    // Rules apply to the canonical URL. With `ignore`, both forms are served.
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

/// The settings for all files of the site.
fn settings(config: &Config, answers: &Answers) -> String {
    let mut text = String::from("absolute_redirect off;\n");
    text.push_str(&error_pages::lines(answers));
    text.push_str("default_type application/octet-stream;\ntypes {\n");
    for (kind, extensions) in &answers.types {
        let extensions: Vec<&str> = extensions.iter().map(String::as_str).collect();
        push(&mut text, format_args!("    {} {};\n", quoted(kind), extensions.join(" ")));
    }
    text.push_str("}\ncharset utf-8;\n");
    // nginx always includes `text/html`, and warns about duplicates.
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

/// The location of a file whose name contains a `$`, which has to be written as a variable.
fn by_variable(base: &str, path: &str, page: &ServedFile) -> String {
    let (below, suffix) = answers::split(base, path, &page.file);
    let slash = if path.ends_with('/') { "/" } else { "" };
    let regex = format!("^{}(?<kiln_name>{}){slash}$", escape_regex(base), escape_regex(below));
    let file = file(page, &format!("$kiln_name{suffix}"), "");
    format!("location ~ {} {{\n{}}}\n", quoted(&regex), indented(&file))
}

/// The settings of a location that serves one file; `always` is for the headers of error pages.
fn file(page: &ServedFile, name: &str, always: &str) -> String {
    let mut text = String::new();
    if let Some(kind) = &page.content_type {
        // Without types, every extension gets the default.
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

/// The locations for all pages that have none of their own.
fn lookup(
    deployment: &Deployment<'_>,
    answers: &Answers,
    base: &str,
    rules: &Rules<'_>,
) -> Result<String> {
    let config = deployment.config;
    let base = escape_regex(base);
    let hidden = quoted(&answers::hidden(deployment, answers)?);
    let mut text = format!("location ~* {hidden} {{\n    return 404;\n}}\n");

    let suffixes = config.format.suffixes().iter();
    let pages = suffixes.map(|suffix| format!(" $kiln_name{suffix}")).collect::<Vec<_>>().concat();
    let has_patterns = !deployment.patterns.is_empty();
    let otherwise = if has_patterns { "@kiln_rules" } else { "=404" };
    let serve = |slash: &str, names: &str, otherwise: &str| {
        let body = format!("{}try_files{names} {otherwise};\n", rules.add_headers());
        pages_location(&base, slash, &body)
    };
    let all = format!(" $kiln_name{pages}");
    match config.trailing_slash {
        TrailingSlash::Ignore => text.push_str(&serve("?)/?", &all, otherwise)),
        TrailingSlash::Never => {
            text.push_str(&serve(")", &all, otherwise));
            text.push_str(&pages_location(&base, ")/", &to_other(deployment)));
        }
        TrailingSlash::Always => {
            text.push_str(&serve(")", " $kiln_name", "@kiln_other"));
            text.push_str(&serve(")/", &pages, "@kiln_other"));
        }
    }
    text.push_str(NOT_FOUND);
    text.push('\n');
    Ok(text)
}

/// A location for all pages whose paths have this end; it refuses paths that no file can have.
fn pages_location(base: &str, slash: &str, body: &str) -> String {
    let regex = quoted(&format!("^{base}(?<kiln_name>(?:/[^/]+)+{slash}$"));
    format!(
        "location ~ {regex} {{\n    if ($kiln_refused) {{\n        return 400;\n    }}\n{}}}\n",
        indented(body)
    )
}

/// Redirects to the other form of a path if a file exists for it, followed by the other redirects.
fn to_other(deployment: &Deployment<'_>) -> String {
    let config = deployment.config;
    let slash = if config.trailing_slash == TrailingSlash::Always { "/" } else { "" };
    let page = |suffix: &&str| {
        let to = format!("$kiln_url{slash}$is_args$args");
        format!("if (-f $document_root$kiln_name{suffix}) {{\n    return 301 {to};\n}}\n")
    };
    let mut text: String = config.format.suffixes().iter().map(page).collect();
    // A file that is not a page never has a slash at the end of its URL.
    text.push_str(
        "if (-f $document_root$kiln_name) {\n    return 301 $kiln_url$is_args$args;\n}\n",
    );
    text + &patterns(deployment)
}

/// The redirects of kiln.toml that match patterns.
fn patterns(deployment: &Deployment<'_>) -> String {
    let rules = deployment.patterns.iter();
    let forms = rules.flat_map(|rule| rule_regex::forms(deployment.config, rule));
    let rule = |form: rule_regex::RuleRegex| {
        let part = |part: &RegexPart| match part {
            RegexPart::Text(text) => escaped(&without_dollar(text)),
            RegexPart::Group(name) => format!("${{{name}}}"),
        };
        let target: String = form.target.iter().map(part).collect();
        let regex = quoted(&form.regex);
        format!("if ($request_uri ~ {regex}) {{\n    return {} \"{target}\";\n}}\n", form.status)
    };
    forms.map(rule).collect::<String>() + NOT_FOUND + "\n"
}

/// The named locations that other locations refer to.
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
    // nginx sends these itself, and would send them twice.
    let reserved =
        ["accept-ranges", "connection", "content-length", "date", "server", "transfer-encoding"];
    let is_literal = name == "content-type" || !value.contains('$');
    is_literal && !name.contains('$') && !reserved.contains(&name)
}

/// The target of a redirect as a token, with the query of the request if kiln's server would keep it.
fn with_query(to: &str) -> String {
    match kept_query(to) {
        Some((path, fragment)) => {
            let [path, fragment] = [path, fragment].map(|text| escaped(&without_dollar(text)));
            format!("\"{path}$is_args$args{fragment}\"")
        }
        None => quoted(&without_dollar(to)),
    }
}

/// A URL in which `$`, which nginx cannot escape, is percent-encoded.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hosts::deployment::{PageHeaders, Redirect, Unsupported};
    use crate::hosts::self_hosted::answers::tests::files_in_memory;
    use crate::support::CONFIG;
    use crate::text::sorted::sorted_set;

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
    fn headers_that_cannot_be_sent_are_listed() {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let headers = [PageHeaders {
            path: "/a".into(),
            file: "a/index.html".into(),
            headers: vec![header("content-type", "a/$b"), header("date", "x"), header("x", "$y")],
        }];
        let redirects = [Redirect { from: "/b".into(), to: "/a".into(), status: 307, file: None }];
        let files = &files_in_memory(&[("a/index.html", "/a")]);
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
        let output = super::files(&deployment).expect("a snippet");
        let unsupported = |name: &str| Unsupported::Header { path: "/a".into(), name: name.into() };
        assert_eq!(sorted_set(output.unsupported), [unsupported("date"), unsupported("x")]);
        let (name, text) = &output.files[0];
        assert_eq!(name, NGINX_FILE);
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
