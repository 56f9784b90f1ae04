//! The responses of a self-hosted server, nginx or Caddy: one rule finds most files, and the other paths are listed.
//!
//! nginx and Caddy look up files themselves, so a snippet need not list a million pages. It lists the paths that the
//! rule does not cover: redirects, the root, pages with headers of their own, and files with another name than the rule
//! would try.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::text::{decoded, escape_regex};
use crate::config::Host;
use crate::config::{Config, TrailingSlash};
use crate::hosts::deployment::{Deployment, PageHeaders, SiteFile};
use crate::hosts::error_status;
use crate::routing::media_type;
use crate::routing::url::push_encoded;

/// The response at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::hosts) enum Answer {
    /// A redirect of the site.
    Redirect { to: String, status: u16, headers: Vec<(String, String)> },
    /// A redirect to the canonical form of the path, with the query of the request.
    Canonical { to: String },
    /// A file.
    File(ServedFile),
}

/// A file and the headers that are only sent with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::hosts) struct ServedFile {
    /// Relative to the out folder, with `/`, not encoded.
    pub(in crate::hosts) file: String,
    /// `None` if it is the type of the extension.
    pub(in crate::hosts) content_type: Option<String>,
    pub(in crate::hosts) headers: Vec<(String, String)>,
}

/// The listed responses of a site.
#[derive(Debug, Default)]
pub(in crate::hosts) struct Answers {
    /// By path, decoded and with the base.
    pub(in crate::hosts) listed: BTreeMap<String, Answer>,
    /// The content types of the site's files, each with its extensions in lower case.
    pub(in crate::hosts) types: BTreeMap<String, BTreeSet<String>>,
    /// The pages for status 404 and 500, if the site has them.
    pub(in crate::hosts) error_pages: BTreeMap<u16, ServedFile>,
    /// The 404 pages of folders. Outer folders come before inner ones.
    pub(in crate::hosts) not_found: Vec<NotFound>,
    /// Files whose name is the path of an error page, such as `404`.
    bare_codes: BTreeSet<String>,
}

/// The 404 page of all paths below a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::hosts) struct NotFound {
    /// Relative to the base, decoded, with a slash at its start and none at its end.
    pub(in crate::hosts) folder: String,
    pub(in crate::hosts) page: ServedFile,
}

impl Answers {
    /// Collects the responses of a site.
    ///
    /// # Errors
    ///
    /// Fails if its files cannot be listed.
    pub(in crate::hosts) fn of(deployment: &Deployment<'_>) -> Result<Self> {
        let mut answers = Answers::default();
        for redirect in deployment.redirects {
            let headers = page_headers(deployment, &redirect.from).unwrap_or_default().to_vec();
            let (to, status) = (redirect.to.clone(), redirect.status);
            let answer = Answer::Redirect { to, status, headers };
            if let Some(other) = other_form(&redirect.from) {
                answers.add(&other, answer.clone())?;
            }
            answers.add(&redirect.from, answer)?;
        }
        // If the rule found another file at a path, the build has already failed.
        deployment.files.for_each(&mut |file| answers.visit(deployment, &file))?;
        answers.not_found.sort_by_key(|not_found| not_found.folder.matches('/').count());
        Ok(answers)
    }

    /// Adds the type of a file, and a response if the rule is not enough.
    fn visit(&mut self, deployment: &Deployment<'_>, file: &SiteFile) -> Result<()> {
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
        let has_headers = page_headers(deployment, &file.path).is_some();
        if !found || has_own_type || has_headers {
            self.add_file(deployment, file)?;
        }
        // The page can also be requested by the name of its file, with the same headers.
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

    /// A server rejects a second response for a path, so the first one is kept. The build has already refused two
    /// sources for one path.
    fn add(&mut self, path: &str, answer: Answer) -> Result<()> {
        self.listed.entry(decoded(path)?).or_insert(answer);
        Ok(())
    }
}

/// The name of nginx's snippet in the out folder.
pub(in crate::hosts) const NGINX_FILE: &str = "nginx.conf";
/// The name of Caddy's snippet in the out folder.
pub(in crate::hosts) const CADDY_FILE: &str = "Caddyfile";

/// The paths of error pages. They are ordinary files if the page is not HTML, or if `public/` has one.
const BARE_CODES: [&str; 2] = ["404", "500"];

/// The names at the root that are not served, besides those that start with `.kiln`.
fn hidden_names(hosts: &[Host]) -> Vec<&'static str> {
    let snippets = [(Host::Nginx, NGINX_FILE), (Host::Caddy, CADDY_FILE)];
    let snippets = snippets.into_iter().filter(|(host, _)| hosts.contains(host));
    let error_pages = ["404", "404.html", "500", "500.html"];
    error_pages.into_iter().chain(snippets.map(|(_, name)| name)).collect()
}

/// The paths that are not served, as a regular expression that ignores case: error pages, and files that are read by
/// kiln or by the server.
pub(in crate::hosts) fn hidden(deployment: &Deployment<'_>, answers: &Answers) -> Result<String> {
    let base = escape_regex(&decoded(deployment.config.base)?);
    let is_answer = |name: &&str| answers.bare_codes.contains(*name);
    let names = hidden_names(deployment.hosts)
        .into_iter()
        .filter(|name| !is_answer(name))
        .map(escape_regex);
    let of_folder = |NotFound { folder, .. }: &NotFound| {
        format!("{}/404(?:\\.html)?", escape_regex(folder.trim_start_matches('/')))
    };
    let names: Vec<String> = names.chain(answers.not_found.iter().map(of_folder)).collect();
    Ok(format!("^{base}/(?:\\.kiln.*|{})/?$", names.join("|")))
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

/// Splits the name of a file into its decoded path below the base and the suffix after it, for names that a server can
/// only write as part of the requested path.
pub(in crate::hosts) fn split<'a>(base: &str, path: &'a str, file: &'a str) -> (&'a str, &'a str) {
    let below = path.strip_prefix(base).unwrap_or(path).trim_end_matches('/');
    (below, file.strip_prefix(below.trim_start_matches('/')).unwrap_or_default())
}

/// Returns true if and only if the rule of the server finds the file at its path.
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

/// Returns true if and only if the file is read by kiln or by the server, and not served.
fn is_hidden(hosts: &[Host], name: &str) -> bool {
    let is_record = name.get(..5).is_some_and(|head| head.eq_ignore_ascii_case(".kiln"));
    let is_error_page = error_status(name).is_some();
    is_record || (!is_error_page && hidden_names(hosts).contains(&name))
}

/// The extension of a file and its content type.
fn known_type(name: &str) -> Option<(String, String)> {
    let kind = media_type::of_extension(name)?;
    let (_, extension) = name.rsplit_once('.')?;
    Some((extension.to_ascii_lowercase(), kind.to_owned()))
}

/// The headers that a page itself sets.
fn page_headers<'a>(deployment: &Deployment<'a>, path: &str) -> Option<&'a [(String, String)]> {
    let pages: &'a [PageHeaders] = deployment.headers;
    let at = pages.binary_search_by(|page| page.path.as_str().cmp(path)).ok()?;
    Some(&pages[at].headers)
}

fn page(deployment: &Deployment<'_>, file: &SiteFile) -> ServedFile {
    let mut page = ServedFile { file: file.name.clone(), ..ServedFile::default() };
    for (name, value) in deployment.headers_of(&file.path) {
        match name {
            "content-type" => page.content_type = Some(value.to_owned()),
            _ => page.headers.push((name.to_owned(), value.to_owned())),
        }
    }
    page
}

#[cfg(test)]
pub(in crate::hosts) mod tests {
    use super::*;
    use crate::config::Format;
    use crate::config::header_rule::HeaderRule;
    use crate::hosts::deployment::{Files, Redirect};
    use crate::support::CONFIG;

    /// Files in memory.
    #[derive(Debug, Default)]
    pub(in crate::hosts) struct FilesInMemory(pub(in crate::hosts) Vec<SiteFile>);

    impl Files for FilesInMemory {
        fn for_each(&self, visit: &mut dyn FnMut(SiteFile) -> Result<()>) -> Result<()> {
            self.0.iter().cloned().try_for_each(visit)
        }
    }

    /// Files by name and path.
    pub(in crate::hosts) fn files_in_memory(files: &[(&str, &str)]) -> FilesInMemory {
        let file = |(name, path): &(&str, &str)| SiteFile {
            name: (*name).to_owned(),
            path: (*path).to_owned(),
        };
        FilesInMemory(files.iter().map(file).collect())
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
                files: &files_in_memory(&[]),
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
        let files = &files_in_memory(files);
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
        assert_eq!(answers.listed.keys().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn files_that_the_rule_misses_are_listed() {
        let files = [("a.html", "/a"), ("b.html", "/b.html"), ("index.html", "/")];
        let config = || Config { format: Format::File, ..CONFIG };
        own(&config(), &files, &["/", "/old", "/old/"]);
        let files = [("a.html", "/a"), ("b/index.html", "/b"), ("c/index.html", "/c/index.html")];
        own(&Config { format: Format::Preserve, ..CONFIG }, &files, &["/old", "/old/"]);
        let files = [("a.html", "/a"), ("b/index.html", "/b")];
        own(&CONFIG, &files, &["/a", "/a/", "/old", "/old/"]);
        // Files for kiln and for the server are not served, nor are error pages at their own paths.
        let files =
            [("nginx.conf", "/nginx.conf"), (".kiln-files", "/.kiln-files"), ("404.html", "/404")];
        own_of(&CONFIG, &[Host::Nginx], &[], &files, &["/old", "/old/"]);
    }

    #[test]
    fn files_with_the_content_type_of_a_rule_are_listed() {
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
}
