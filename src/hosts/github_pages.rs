//! GitHub Pages: it serves files as they are, each with the type of its extension, and takes no settings.
//!
//! Redirects are their HTML files and nothing else. The page for paths that no file answers is the site's own `404.html`.

use anyhow::Result;

use super::deployment::{Deployment, HostFiles, Lost};

/// A file that tells it not to run Jekyll, which leaves out names that start with `_`.
const NO_JEKYLL: &str = ".nojekyll";

/// Types that mean the same, of which GitHub gives one and the crate `mime_guess` the other.
const SAME_TYPES: [(&str, &str); 3] = [
    ("application/javascript", "text/javascript"),
    ("application/xml", "text/xml"),
    ("image/vnd.microsoft.icon", "image/x-icon"),
];

/// What GitHub Pages is given.
pub(crate) fn files(deployment: &Deployment<'_>) -> Result<HostFiles> {
    let mut given = HostFiles::default();
    let (mut has_marker, mut has_not_found) = (false, false);
    deployment.files.each(&mut |file| {
        has_marker |= file.name == NO_JEKYLL;
        has_not_found |= file.name == "404.html";
        Ok(())
    })?;
    if !has_marker {
        // The one file of a host that is empty: it is there, and that is all it says.
        given.files.push((NO_JEKYLL.to_owned(), String::new()));
    }
    if !has_not_found {
        given.lost.insert(Lost::NotFoundPage);
    }
    for redirect in deployment.redirects.iter().filter(|redirect| redirect.file.is_none()) {
        given.lost.insert(Lost::Redirect { from: redirect.from.clone() });
    }
    given.lost.extend(deployment.patterns.iter().map(|rule| Lost::Pattern { line: rule.line }));
    for page in deployment.headers {
        for (name, value) in &page.headers {
            if name != "content-type" || !is_type_of(&page.file, value) {
                given.lost.insert(Lost::Header { path: page.path.clone(), name: name.clone() });
            }
        }
    }
    for rule in deployment.rules {
        let end = rule.after.unwrap_or(rule.before);
        let is_lost =
            |name: &str, value: &str| name != "content-type" || !is_type_of_all(end, value);
        let lost = rule.headers.iter().filter(|(name, value)| is_lost(name, value));
        given.lost.extend(
            lost.map(|(name, _)| Lost::RuleHeader { line: rule.line, name: (*name).to_owned() }),
        );
    }
    Ok(given)
}

/// Returns true if and only if GitHub gives this type to all files whose names end in a text.
fn is_type_of_all(end: &str, value: &str) -> bool {
    !mime_guess::from_path(end).is_empty() && is_type_of(end, value)
}

/// Returns true if and only if GitHub gives a file this type by its extension.
fn is_type_of(file: &str, value: &str) -> bool {
    let (essence, params) = value.split_once(';').unwrap_or((value, ""));
    let essence = common_form(essence);
    let is_utf8 = matches!(&*params.trim().to_ascii_lowercase(), "" | "charset=utf-8");
    let guesses = mime_guess::from_path(file);
    // A file without an extension that anybody knows is data.
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

    #[test]
    fn all_that_is_no_file_is_lost() {
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
        let given = files(&sample.deployment()).unwrap();
        assert_eq!(given.files, [(NO_JEKYLL.to_owned(), String::new())]);
        assert!(given.mistakes.is_empty());
        let header = |name: &str| Lost::Header { path: "/api".to_owned(), name: name.to_owned() };
        let rule = |line, name: &str| Lost::RuleHeader { line, name: name.to_owned() };
        let expected = [
            header("content-type"),
            header("x-a"),
            rule(7, "cache-control"),
            rule(7, "content-type"),
            rule(8, "cache-control"),
            Lost::Redirect { from: "/old.json".to_owned() },
            Lost::Pattern { line: 9 },
            Lost::NotFoundPage,
        ];
        assert_eq!(given.lost.into_iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn files_of_the_site_are_not_made_again() {
        let sample =
            Sample::new(&[], "").file("/404", "404.html", &[]).file("/.nojekyll", ".nojekyll", &[]);
        assert_eq!(files(&sample.deployment()).unwrap(), HostFiles::default());
    }

    #[test]
    fn types_come_with_extensions() {
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
