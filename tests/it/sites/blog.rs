//! How much code a blog takes.
//!
//! A line of `tests/sites/blog/src` counts as code unless it is
//!
//! - schema: `content.rs`, which says what the content is;
//! - in `feed.rs`, `pages/files/` or `pages/code.css.rs`, which are cases of other tests in the same site;
//! - markup: a line that `html!` starts or ends on, or one between them;
//! - a comment, blank, or brackets and punctuation alone.

use std::fs;

use walkdir::WalkDir;

use crate::support;

/// The code is less than this.
const LIMIT: usize = 60;
/// The schema, and cases of other tests.
const OTHERS: [&str; 3] = ["content.rs", "feed.rs", "code.css.rs"];

#[test]
fn a_blog_takes_few_lines_of_code() {
    let mut code = Vec::new();
    for entry in
        WalkDir::new(support::repository().join("tests/sites/blog/src")).sort_by_file_name()
    {
        let entry = entry.expect("a file");
        let is_other = OTHERS.iter().any(|other| entry.path().ends_with(other))
            || entry.path().parent().is_some_and(|folder| folder.ends_with("pages/files"));
        if entry.file_type().is_file() && !is_other {
            let text = fs::read_to_string(entry.path()).expect("a file in UTF-8");
            code.extend(code_of(&text).into_iter().map(str::to_owned));
        }
    }
    assert!(code.len() < LIMIT, "{} lines:\n{}", code.len(), code.join("\n"));
}

/// The lines of a file that are code.
fn code_of(text: &str) -> Vec<&str> {
    let mut code = Vec::new();
    let mut open = 0;
    for line in text.lines().map(str::trim) {
        if open > 0 {
            open += opened(line);
        } else if let Some((_, markup)) = line.split_once("html! ")
            && opened(markup) > 0
        {
            open = opened(markup);
        } else if line.contains(char::is_alphanumeric) && !line.starts_with("//") {
            code.push(line);
        }
    }
    code
}

/// How many more braces a line opens than it closes.
fn opened(line: &str) -> isize {
    let braces = line.chars().map(|character| match character {
        '{' => 1,
        '}' => -1,
        _ => 0,
    });
    braces.sum()
}

#[test]
fn only_code_is_code() {
    let text = "//! A page.\n\nfn get() -> Markup {\n    let name = html! { b { \"Ada\" } };\n    html! {\n        p { (name) }\n    }\n}\n";
    let code = ["fn get() -> Markup {", "let name = html! { b { \"Ada\" } };"];
    assert_eq!(code_of(text), code);
}
