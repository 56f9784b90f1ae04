//! What a server of one's own has to answer, whichever program it runs: by one rule for most paths, and by name for the
//! rest.
//!
//! nginx and Caddy look for files themselves, so a snippet need not list a million pages. It lists the paths whose
//! answer is not to be found in this way: redirects, the root, pages with headers of their own, and files that
//! the rule would not find at their path.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};

use anyhow::{Context, Result};
use percent_encoding::percent_decode_str;

use super::deployment::{Deployment, Lost, PageHeaders, SiteFile};
use crate::config::Host;
use crate::config::header_rule::HeaderRule;
use crate::config::{Config, TrailingSlash};
use crate::hosts::error_status;
use crate::routing::media_type;
use crate::routing::url::push_encoded;

/// What a path is answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// A redirect of the site.
    Redirect { to: String, status: u16, headers: Vec<(String, String)> },
    /// A redirect to the canonical form of the path, with the query of the request.
    Canonical { to: String },
    /// A file.
    File(Page),
}

/// A file, and all headers that it is sent with besides those of every file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Page {
    /// Below the out folder, with `/`, not encoded.
    pub(super) file: String,
    /// Where it is not that of the extension.
    pub(super) content_type: Option<String>,
    pub(super) headers: Vec<(String, String)>,
}

/// The answers of a site.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// By path: decoded and with base.
    pub(super) own: BTreeMap<String, Answer>,
    /// The file extensions of the site, in lower case, by the type that they stand for.
    pub(super) types: BTreeMap<String, BTreeSet<String>>,
    /// The pages that answer with status 404 and 500, where the site has them.
    pub(super) error_pages: BTreeMap<u16, Page>,
    /// The 404 pages of folders, those of a folder before those of the folders in it.
    pub(super) not_found: Vec<NotFound>,
    /// Files that have the path of an error page for a name, such as `404`.
    bare_codes: BTreeSet<String>,
}

/// The 404 page of all paths below a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NotFound {
    /// Below the base, decoded, with a slash at its head and none at its end.
    pub(super) folder: String,
    pub(super) page: Page,
}

impl Answers {
    /// Collects the answers of a site.
    ///
    /// # Errors
    ///
    /// Where its files cannot be listed.
    pub(super) fn of(deployment: &Deployment<'_>) -> Result<Self> {
        let mut answers = Answers::default();
        for redirect in deployment.redirects {
            let headers = sent_by(deployment, &redirect.from).unwrap_or_default().to_vec();
            let (to, status) = (redirect.to.clone(), redirect.status);
            let answer = Answer::Redirect { to, status, headers };
            if let Some(other) = other_form(&redirect.from) {
                answers.add(&other, answer.clone())?;
            }
            answers.add(&redirect.from, answer)?;
        }
        // Where the rule would take one file for another, the build has failed.
        deployment.files.each(&mut |file| answers.see(deployment, &file))?;
        answers.not_found.sort_by_key(|not_found| not_found.folder.matches('/').count());
        Ok(answers)
    }

    /// Takes up a file: its type, and its answer where the rule does not do.
    fn see(&mut self, deployment: &Deployment<'_>, file: &SiteFile) -> Result<()> {
        if BARE_CODES.contains(&&*file.name) {
            self.bare_codes.insert(file.name.clone());
        } else if is_hidden(deployment.hosts, &file.name) {
            return Ok(());
        }
        if let Some((extension, kind)) = known_type(&file.name) {
            self.types.entry(kind).or_default().insert(extension);
        }
        if let Some(status) = error_status(&file.name) {
            let page = page(deployment, file);
            match file.name.rsplit_once('/') {
                Some((folder, _)) => {
                    let folder = format!("/{folder}");
                    self.not_found.push(NotFound { folder, page });
                }
                None => drop(self.error_pages.insert(status, page)),
            }
            return Ok(());
        }
        let has_type = |name: &str| name == "content-type";
        let has_own_type = deployment.rules.iter().any(|rule| {
            rule.headers.iter().any(|(name, _)| has_type(name)) && rule.matches(&file.path)
        });
        let found = is_found(deployment, file)?;
        let has_headers = sent_by(deployment, &file.path).is_some();
        if !found || has_own_type || has_headers {
            self.add_file(deployment, file)?;
        }
        // The page is found by the name of its file as well, and its headers come with it.
        if has_headers || has_own_type {
            let mut name = format!("{}/", deployment.config.base);
            push_encoded(&mut name, &file.name);
            self.add(&name, Answer::File(page(deployment, file)))?;
        }
        Ok(())
    }

    fn add_file(&mut self, deployment: &Deployment<'_>, file: &SiteFile) -> Result<()> {
        let answer = Answer::File(page(deployment, file));
        if let Some(other) = other_form(&file.path) {
            let is_ignored = deployment.config.trailing_slash == TrailingSlash::Ignore;
            let canonical = Answer::Canonical { to: file.path.clone() };
            self.add(&other, if is_ignored { answer.clone() } else { canonical })?;
        }
        self.add(&file.path, answer)
    }

    /// A server refuses two answers to one path, so the first one stays. The build knows of no two.
    fn add(&mut self, path: &str, answer: Answer) -> Result<()> {
        self.own.entry(decoded(path)?).or_insert(answer);
        Ok(())
    }
}

/// The paths of error pages, which are files where a page of that name is no HTML, or `public/` has one.
const BARE_CODES: [&str; 2] = ["404", "500"];

/// The names at the root that are no answers, besides those that start with `.kiln`.
fn hidden_names(hosts: &[Host]) -> Vec<&'static str> {
    let snippets = [(Host::Nginx, super::nginx::FILE), (Host::Caddy, super::caddy::FILE)];
    let snippets = snippets.into_iter().filter(|(host, _)| hosts.contains(host));
    let error_pages = ["404", "404.html", "500", "500.html"];
    error_pages.into_iter().chain(snippets.map(|(_, name)| name)).collect()
}

/// Those of the deployment's headers that a server cannot send, by what it can.
pub(super) fn lost(
    deployment: &Deployment<'_>,
    can_send: impl Fn(&str, &str) -> bool,
) -> BTreeSet<Lost> {
    let pages = deployment.headers.iter().flat_map(|page| {
        let lost = page.headers.iter().filter(|(name, value)| !can_send(name, value));
        lost.map(|(name, _)| Lost::Header { path: page.path.clone(), name: name.clone() })
    });
    let rules = deployment.rules.iter().flat_map(|rule| {
        let lost = rule.headers.iter().filter(|(name, value)| !can_send(name, value));
        lost.map(|(name, _)| Lost::RuleHeader { line: rule.line, name: (*name).to_owned() })
    });
    pages.chain(rules).collect()
}

/// Text as a regular expression that matches nothing else, in the grammar of PCRE and of Go alike.
pub(super) fn literally(text: &str) -> String {
    let mut regex = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '/' | '-' | '_' => regex.push(c),
            '.' => regex.push_str("\\."),
            c if c.is_ascii_alphanumeric() || !c.is_ascii() => regex.push(c),
            c => push(&mut regex, format_args!("\\x{:02X}", u32::from(c))),
        }
    }
    regex
}

/// The paths of a rule, as a regular expression.
pub(super) fn regex_of(rule: &HeaderRule) -> Result<String> {
    let before = literally(&decoded(rule.before)?);
    Ok(match rule.after {
        None => format!("^{}/?$", before.strip_suffix('/').unwrap_or(&before)),
        Some("") => format!("^{before}"),
        Some(after) => format!("^{before}.*{}$", literally(&decoded(after)?)),
    })
}

/// The paths that are no answers, as a regular expression without regard to case: error pages, and what is for kiln or the server
/// to read.
pub(super) fn hidden(deployment: &Deployment<'_>, answers: &Answers) -> Result<String> {
    let base = literally(&decoded(deployment.config.base)?);
    let is_answer = |name: &&str| answers.bare_codes.contains(*name);
    let names =
        hidden_names(deployment.hosts).into_iter().filter(|name| !is_answer(name)).map(literally);
    let of_folder = |NotFound { folder, .. }: &NotFound| {
        format!("{}/404(?:\\.html)?", literally(folder.trim_start_matches('/')))
    };
    let names: Vec<String> = names.chain(answers.not_found.iter().map(of_folder)).collect();
    Ok(format!("^{base}/(?:\\.kiln.*|{})/?$", names.join("|")))
}

/// The targets of requests that no path of a site can have, as a regular expression without regard to case: characters
/// that a URL does not hold unescaped, and segments that are empty, `.` or `..`, or hold a slash, a backslash or a
/// control character.
///
/// A server resolves and collapses such paths before it looks for a file. A redirect that repeats one, `//host/..`, would lead
/// to another site.
pub(super) const REFUSED: &str = "^[^?]*(?://|[^!$&'()*+,./0-9:;=?@A-Z_a-z~%-]|%2f|%5c|%[01][0-9a-f]|%7f|\
                                  /(?:\\.|%2e)(?:\\.|%2e)?(?:[/?]|$))";

/// Appends text, all of which a `String` takes.
pub(super) fn push(text: &mut String, more: fmt::Arguments<'_>) {
    text.write_fmt(more).expect("a `String` takes all text, this is a bug in kiln");
}

/// A path or a URL without percent-encoding.
pub(super) fn decoded(path: &str) -> Result<String> {
    let decoded = percent_decode_str(path).decode_utf8();
    Ok(decoded.with_context(|| format!("`{path}` is no percent-encoded UTF-8"))?.into_owned())
}

/// The same path with a slash at its end, or without; `None` for the root of a host, which always has one.
fn other_form(path: &str) -> Option<String> {
    match path.strip_suffix('/') {
        Some("") => None,
        Some(path) => Some(path.to_owned()),
        None => Some(format!("{path}/")),
    }
}

/// A path below the base, decoded and without a slash at its end, and whether it had one; `None` for the root.
fn below(config: &Config, path: &str) -> Result<Option<(String, bool)>> {
    let path = decoded(path)?;
    let path = path.strip_prefix(&*decoded(config.base)?).unwrap_or(&path);
    let (path, has_slash) = match path.strip_suffix('/') {
        Some(path) => (path, true),
        None => (path, false),
    };
    Ok((!path.is_empty()).then(|| (path.to_owned(), has_slash)))
}

/// A decoded path below the base, without a slash at its end, and what its file has behind that: for a name that can only be
/// told as a piece of what is asked for.
pub(super) fn split<'a>(base: &str, path: &'a str, file: &'a str) -> (&'a str, &'a str) {
    let below = path.strip_prefix(base).unwrap_or(path).trim_end_matches('/');
    (below, file.strip_prefix(below.trim_start_matches('/')).unwrap_or_default())
}

/// Returns true if and only if a server finds the file at its path by the rule.
fn is_found(deployment: &Deployment<'_>, file: &SiteFile) -> Result<bool> {
    let config = deployment.config;
    let Some((path, has_slash)) = below(config, &file.path)? else { return Ok(false) };
    if is_hidden(deployment.hosts, &path[1..]) {
        return Ok(false);
    }
    let Some(suffix) = file.name.strip_prefix(&path[1..]) else { return Ok(false) };
    let is_always = config.trailing_slash == TrailingSlash::Always;
    Ok(match suffix {
        "" => !has_slash,
        suffix => config.format.suffixes().contains(&suffix) && has_slash == is_always,
    })
}

/// Returns true if and only if the file is for kiln or for the server to read, and not an answer.
fn is_hidden(hosts: &[Host], name: &str) -> bool {
    let is_record = name.get(..5).is_some_and(|head| head.eq_ignore_ascii_case(".kiln"));
    let is_error_page = error_status(name).is_some();
    is_record || (!is_error_page && hidden_names(hosts).contains(&name))
}

/// The extension of a file, and the type that it stands for.
fn known_type(name: &str) -> Option<(String, String)> {
    let kind = media_type::of_extension(name)?;
    let (_, extension) = name.rsplit_once('.')?;
    Some((extension.to_ascii_lowercase(), kind.to_owned()))
}

/// What a page itself has sent.
fn sent_by<'a>(deployment: &Deployment<'a>, path: &str) -> Option<&'a [(String, String)]> {
    let pages: &'a [PageHeaders] = deployment.headers;
    let at = pages.binary_search_by(|page| page.path.as_str().cmp(path)).ok()?;
    Some(&pages[at].headers)
}

fn page(deployment: &Deployment<'_>, file: &SiteFile) -> Page {
    let mut page = Page { file: file.name.clone(), ..Page::default() };
    for (name, value) in deployment.headers_of(&file.path) {
        match name {
            "content-type" => page.content_type = Some(value.to_owned()),
            _ => page.headers.push((name.to_owned(), value.to_owned())),
        }
    }
    page
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::config::Format;
    use crate::hosts::deployment::{Files, Redirect};
    use crate::support::CONFIG;

    /// Files that are in memory.
    #[derive(Debug, Default)]
    pub(in crate::hosts) struct Listed(pub(in crate::hosts) Vec<SiteFile>);

    impl Files for Listed {
        fn each(&self, see: &mut dyn FnMut(SiteFile) -> Result<()>) -> Result<()> {
            self.0.iter().cloned().try_for_each(see)
        }
    }

    /// Files by name and path.
    pub(in crate::hosts) fn listed(files: &[(&str, &str)]) -> Listed {
        let file = |(name, path): &(&str, &str)| SiteFile {
            name: (*name).to_owned(),
            path: (*path).to_owned(),
        };
        Listed(files.iter().map(file).collect())
    }

    #[test]
    fn most_files_are_found_by_the_rule() {
        use {Format::*, TrailingSlash::*};
        for (format, trailing_slash, name, path, expected) in [
            (Directory, Ignore, "about/index.html", "/docs/about", true),
            (Directory, Always, "about/index.html", "/docs/about/", true),
            (Directory, Always, "about/index.html", "/docs/about", false),
            (Directory, Never, "about.html", "/docs/about", false),
            (Directory, Never, "about.html", "/docs/about.html", true),
            (Directory, Never, "a/index.html", "/docs/a/index.html", true),
            (File, Never, "about.html", "/docs/about", true),
            (File, Never, "about.html", "/docs/about.html", true),
            (File, Always, "about.html", "/docs/about/", true),
            (File, Never, "a/index.html", "/docs/a", true),
            (Preserve, Never, "a/index.html", "/docs/a", true),
            (Preserve, Never, "a.html", "/docs/a", true),
            (Preserve, Always, "data.json", "/docs/data.json", true),
            (Preserve, Never, "50% caf\u{e9}", "/docs/50%25%20caf%C3%A9", true),
            (Directory, Ignore, "index.html", "/docs/", false),
            (Directory, Never, "index.html", "/docs", false),
        ] {
            let config = Config { base: "/docs", format, trailing_slash, ..CONFIG };
            let file = SiteFile { name: name.to_owned(), path: path.to_owned() };
            let deployment = Deployment {
                config: &config,
                hosts: &[],
                rules: &[],
                redirects: &[],
                patterns: &[],
                headers: &[],
                files: &listed(&[]),
            };
            let found = is_found(&deployment, &file).expect(path);
            assert_eq!(found, expected, "{format:?} {trailing_slash:?} {name} {path}");
        }
    }

    #[track_caller]
    fn own(config: &Config, files: &[(&str, &str)], expected: &[&str]) {
        own_of(config, &[], &[], files, expected);
    }

    #[track_caller]
    fn own_of(
        config: &Config,
        hosts: &[Host],
        rules: &[HeaderRule],
        files: &[(&str, &str)],
        expected: &[&str],
    ) {
        let redirects =
            [Redirect { from: "/old".to_owned(), to: "/new".to_owned(), status: 301, file: None }];
        let files = &listed(files);
        let deployment = Deployment {
            config,
            hosts,
            rules,
            redirects: &redirects,
            patterns: &[],
            headers: &[],
            files,
        };
        let answers = Answers::of(&deployment).expect("answers");
        assert_eq!(answers.own.keys().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_is_not_found_has_an_answer_of_its_own() {
        let files = [("a.html", "/a"), ("b.html", "/b.html"), ("index.html", "/")];
        let config = || Config { format: Format::File, ..CONFIG };
        own(&config(), &files, &["/", "/old", "/old/"]);
        let files = [("a.html", "/a"), ("b/index.html", "/b"), ("c/index.html", "/c/index.html")];
        own(&Config { format: Format::Preserve, ..CONFIG }, &files, &["/old", "/old/"]);
        let files = [("a.html", "/a"), ("b/index.html", "/b")];
        own(&CONFIG, &files, &["/a", "/a/", "/old", "/old/"]);
        // What is for kiln and for the server is none, and neither are error pages.
        let files =
            [("nginx.conf", "/nginx.conf"), (".kiln-files", "/.kiln-files"), ("404.html", "/404")];
        own_of(&CONFIG, &[Host::Nginx], &[], &files, &["/old", "/old/"]);
    }

    #[test]
    fn the_content_type_of_a_rule_makes_an_answer() {
        const RULES: &[HeaderRule] = &[HeaderRule {
            before: "/x/",
            after: Some(""),
            headers: &[("content-type", "text/x")],
            line: 1,
        }];
        own_of(
            &CONFIG,
            &[],
            RULES,
            &[("x/a.css", "/x/a.css"), ("y", "/y")],
            &["/old", "/old/", "/x/a.css", "/x/a.css/"],
        );
    }

    #[test]
    fn text_in_a_regular_expression_is_literal() {
        for (text, expected) in [
            ("/a-b_c/\u{e9}1", "/a-b_c/\u{e9}1"),
            ("a.b", "a\\.b"),
            ("$host;", "\\x24host\\x3B"),
            ("\"{}\\ \n#", "\\x22\\x7B\\x7D\\x5C\\x20\\x0A\\x23"),
            ("(*)[^]+?|", "\\x28\\x2A\\x29\\x5B\\x5E\\x5D\\x2B\\x3F\\x7C"),
        ] {
            assert_eq!(literally(text), expected);
        }
    }
}
