//! GitHub Pages: it serves files as they are, with the types of their extensions, and has no settings.
//!
//! A redirect is its HTML file and nothing else. The site's own `404.html` is the page for missing paths.

use anyhow::Result;

use super::deployment::{Deployment, HostFiles, Unsupported};

/// A file that turns off Jekyll, which would leave out names that start with `_`.
const NO_JEKYLL: &str = ".nojekyll";

/// Equivalent types: the one that GitHub sends, and the one in the crate `mime_guess`.
const SAME_TYPES: [(&str, &str); 3] = [
    ("application/javascript", "text/javascript"),
    ("application/xml", "text/xml"),
    ("image/vnd.microsoft.icon", "image/x-icon"),
];

/// Generates the files for GitHub Pages.
pub(crate) fn files(deployment: &Deployment<'_>) -> Result<HostFiles> {
    let mut output = HostFiles::default();
    let (mut has_marker, mut has_not_found) = (false, false);
    deployment.files.for_each(&mut |file| {
        has_marker |= file.name == NO_JEKYLL;
        has_not_found |= file.name == "404.html";
        Ok(())
    })?;
    if !has_marker {
        // An empty file: only its presence matters.
        output.files.push((NO_JEKYLL.to_owned(), String::new()));
    }
    if !has_not_found {
        output.unsupported.push(Unsupported::NotFoundPage);
    }
    for redirect in deployment.redirects.iter().filter(|redirect| redirect.file.is_none()) {
        output.unsupported.push(Unsupported::Redirect { from: redirect.from.clone() });
    }
    output
        .unsupported
        .extend(deployment.patterns.iter().map(|rule| Unsupported::Pattern { line: rule.line }));
    for page in deployment.headers {
        for (name, value) in &page.headers {
            if name != "content-type" || !is_type_of(&page.file, value) {
                output
                    .unsupported
                    .push(Unsupported::Header { path: page.path.clone(), name: name.clone() });
            }
        }
    }
    for rule in deployment.rules {
        let end = rule.after.unwrap_or(rule.before);
        let is_lost =
            |name: &str, value: &str| name != "content-type" || !is_type_of_all(end, value);
        let unsupported = rule.headers.iter().filter(|(name, value)| is_lost(name, value));
        output.unsupported.extend(unsupported.map(|(name, _)| Unsupported::RuleHeader {
            line: rule.line,
            name: (*name).to_owned(),
        }));
    }
    Ok(output)
}

/// Returns true if and only if GitHub sends this type for all files whose names have this end.
fn is_type_of_all(end: &str, value: &str) -> bool {
    !mime_guess::from_path(end).is_empty() && is_type_of(end, value)
}

/// Returns true if and only if GitHub sends this type for a file.
fn is_type_of(file: &str, value: &str) -> bool {
    let (essence, params) = value.split_once(';').unwrap_or((value, ""));
    let essence = common_form(essence);
    let is_utf8 = matches!(&*params.trim().to_ascii_lowercase(), "" | "charset=utf-8");
    let guesses = mime_guess::from_path(file);
    // GitHub sends a file with an unknown extension as binary data.
    let is_data = guesses.is_empty() && essence == "application/octet-stream";
    is_utf8 && (is_data || guesses.iter_raw().any(|guess| common_form(guess) == essence))
}

fn common_form(essence: &str) -> String {
    let essence = essence.trim().to_ascii_lowercase();
    let same = SAME_TYPES.iter().find(|(github, _)| essence == *github);
    same.map_or(essence, |(_, common)| (*common).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hosts::sample::{Sample, rule};
    use crate::text::sorted::sorted_set;

    #[test]
    fn everything_but_files_is_unsupported() {
        let types = |value| [("cache-control", "no-cache"), ("content-type", value)];
        let rules = [
            rule("/assets/*", 7, &types("application/octet-stream")),
            rule("/*/feed.xml", 8, &types("application/xml")),
        ];
        let sample = Sample::new(&rules, "")
            .redirect("/old", "/new", 301)
            .redirect("/old.json", "/new.json", 301)
            .pattern("/go/[x]", "https://a.de/[x]", 9)
            .file("/feed.xml", "feed.xml", &[("content-type", "application/xml")])
            .file("/api", "api", &[("content-type", "application/json"), ("x-a", "b")]);
        let output = files(&sample.deployment()).unwrap();
        assert_eq!(output.files, [(NO_JEKYLL.to_owned(), String::new())]);
        assert!(output.mistakes.is_empty());
        let header =
            |name: &str| Unsupported::Header { path: "/api".to_owned(), name: name.to_owned() };
        let rule = |line, name: &str| Unsupported::RuleHeader { line, name: name.to_owned() };
        let expected = [
            header("content-type"),
            header("x-a"),
            rule(7, "cache-control"),
            rule(7, "content-type"),
            rule(8, "cache-control"),
            Unsupported::Redirect { from: "/old.json".to_owned() },
            Unsupported::Pattern { line: 9 },
            Unsupported::NotFoundPage,
        ];
        assert_eq!(sorted_set(output.unsupported), expected);
    }

    #[test]
    fn files_of_the_site_are_not_written_again() {
        let sample =
            Sample::new(&[], "").file("/404", "404.html", &[]).file("/.nojekyll", ".nojekyll", &[]);
        assert_eq!(files(&sample.deployment()).unwrap(), HostFiles::default());
    }

    #[test]
    fn types_follow_extensions() {
        for (file, value, expected) in [
            ("a.xml", "application/xml", true),
            ("a.xml", "text/xml; charset=utf-8", true),
            ("a.js", "text/javascript", true),
            ("a.js", "application/javascript", true),
            ("a.mjs", "text/javascript", true),
            ("a.xml", "application/rss+xml", false),
            ("a.json", "application/json", true),
            ("a.json", "application/ld+json", false),
            ("a.html", "text/html; charset=UTF-8", true),
            ("a.html", "text/html; charset=latin1", false),
            ("a", "text/plain", false),
            ("a", "application/octet-stream", true),
            ("a.json", "application/octet-stream", false),
        ] {
            assert_eq!(is_type_of(file, value), expected, "{file} {value}");
        }
    }
}
