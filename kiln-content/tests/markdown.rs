//! Rendering, as a site sees it. Each file of `markdown/` is a text, and what comes of it; `BLESS=1` writes what came.

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use kiln_content::markdown::{Renderer, Source};

use support::{Site, renderer};

/// The parts of a case: each is a line `-- name --` and what follows it.
fn parts(text: &str) -> Vec<(&str, &str)> {
    let mut parts: Vec<(&str, &str)> = Vec::new();
    let mut rest = text;
    while let Some(line) = rest.split_inclusive('\n').next() {
        let after = &rest[line.len()..];
        let name = line.trim_end().strip_prefix("-- ").and_then(|name| name.strip_suffix(" --"));
        let end = match after.starts_with("-- ") {
            true => 0,
            false => after.find("\n-- ").map_or(after.len(), |end| end + 1),
        };
        parts.push((name.expect("a case is made of parts"), &after[..end]));
        rest = &after[end..];
    }
    parts
}

fn outcome(renderer: &Renderer, name: &str, text: &str) -> String {
    let site = Site::default();
    let source = Source {
        file: "content/posts/a.md",
        folder: "content/posts",
        text,
        line: 5,
        is_in_file: false,
    };
    let outcome = match name {
        "html" => renderer.html(&source, &site, &site),
        "excerpt" => renderer.excerpt(&source, &site, &site),
        "absolute" => renderer.absolute(&source, &site, &site),
        "text" => Ok(format!("{}\n", renderer.plain_text(text))),
        "words" => Ok(format!("{}\n", renderer.words(text))),
        "toc" => Ok(renderer.toc(text)),
        "headings" => Ok(headings(renderer, text)),
        "warnings" | "requested" => {
            let _ = renderer.html(&source, &site, &site);
            Ok(if name == "warnings" { site.warnings() } else { site.requested() })
        }
        _ => panic!("`{name}` is not a part of a case"),
    };
    outcome.unwrap_or_else(|mistakes| {
        let shown: Vec<String> =
            mistakes.iter().map(|mistake| format!("error: {mistake}\n")).collect();
        shown.join("\n")
    })
}

fn headings(renderer: &Renderer, text: &str) -> String {
    let outline = renderer.outline(text);
    let shown = outline
        .headings
        .iter()
        .map(|heading| format!("{} #{} {}\n", heading.level, heading.id, heading.text));
    shown.collect()
}

#[test]
fn cases_are_rendered_as_expected() {
    check("tests/markdown");
}

#[test]
#[cfg(feature = "highlight")]
fn code_is_highlighted_as_expected() {
    check("tests/highlight");
}

#[test]
#[cfg(feature = "highlight")]
fn highlighted_code_is_the_same_from_the_cache() {
    let (site, renderer) = (Site::default(), renderer("highlight"));
    let source = |text| Source {
        file: "content/posts/a.md",
        folder: "content/posts",
        text,
        line: 1,
        is_in_file: false,
    };
    let code = "```rust\nfn a() {}\n```\n\n```nothing\nb\n```\n";
    let first = renderer.html(&source(code), &site, &site).unwrap();
    assert_eq!(renderer.html(&source(code), &site, &site).unwrap(), first);
    assert_eq!(site.cached_entries(), 1);
    let other_text = format!("Another text.\n\n{code}");
    let html = renderer.html(&source(&other_text), &site, &site).unwrap();
    assert_eq!(html, format!("<p>Another text.</p>\n{first}"));
    assert_eq!(site.cached_entries(), 1, "code does not depend on the text around it");
    renderer.html(&source("```\nno language\n```\n"), &site, &site).unwrap();
    assert_eq!(site.cached_entries(), 1, "plain text is not worth a file");
}

fn check(folder: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path()).collect();
    files.sort();
    let mut wrong = Vec::new();
    for file in &files {
        let case = fs::read_to_string(file).expect("a case");
        let (mut text, mut shown, mut options) = ("", String::new(), renderer(""));
        for (name, part) in parts(&case) {
            let (name, given) = name.split_once(": ").unwrap_or((name, ""));
            let colon = if given.is_empty() { "" } else { ": " };
            let _ = writeln!(shown, "-- {name}{colon}{given} --");
            if name == "md" {
                (text, options) = (part, renderer(given));
                shown += part;
            } else {
                shown += &outcome(&options, name, text);
            }
        }
        if shown != case {
            wrong.push(file.file_name().expect("a name").to_string_lossy().into_owned());
            match std::env::var_os("BLESS") {
                Some(_) => fs::write(file, &shown).expect("a file to write"),
                None => println!("{}:\n{shown}", file.display()),
            }
        }
    }
    assert!(std::env::var_os("BLESS").is_some() || wrong.is_empty(), "{wrong:?} differ");
}
