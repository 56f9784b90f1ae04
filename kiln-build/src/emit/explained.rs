//! The texts of all mistakes for rustc, the last of them with the address of the page that explains them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::content;
use crate::diagnostic::Diagnostic;
use crate::middleware;

/// The page of the documentation.
const MESSAGES: &str = concat!(env!("CARGO_PKG_HOMEPAGE"), "/messages/");

/// The section of the page that explains the mistakes of a file.
fn section(file: &str) -> &'static str {
    match file {
        "kiln.toml" => "settings",
        middleware::FILE => "middleware",
        content::FILE => "collections",
        _ => "pages",
    }
}

/// The text of each mistake. Only the last names the address, and the section if it explains all of them.
pub(super) fn texts(diagnostics: &[Diagnostic]) -> Vec<String> {
    let mut texts: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
    let sections: BTreeSet<&str> = diagnostics.iter().map(|one| section(one.file())).collect();
    let fragment = match sections.first() {
        Some(section) if sections.len() == 1 => format!("#{section}"),
        _ => String::new(),
    };
    if let Some(last) = texts.last_mut() {
        let _ = write!(last, "\n\nfor more about these messages: {MESSAGES}{fragment}");
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_each_section() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/content/messages.md");
        let page = std::fs::read_to_string(page).expect("the page").to_lowercase();
        for file in ["kiln.toml", middleware::FILE, content::FILE, "src/pages/index.rs"] {
            assert!(page.contains(&format!("\n## {}\n", section(file))), "{file}");
        }
    }

    #[test]
    fn the_last_mistake_names_the_page_that_explains_them() {
        for (files, expected) in [
            (&["kiln.toml"][..], Some("#settings")),
            (&["src/middleware.rs"], Some("#middleware")),
            (&["src/content.rs", "src/content.rs"], Some("#collections")),
            (&["src/pages/index.rs", "src/pages/b.css"], Some("#pages")),
            (&["kiln.toml", "src/pages/index.rs"], Some("")),
            (&[], None),
        ] {
            let mistakes = files.iter().map(|file| Diagnostic::whole_file(file, "is wrong"));
            let texts = texts(&mistakes.collect::<Vec<_>>());
            let ends = texts.iter().filter_map(|text| text.split_once("\n\nfor more"));
            let ends: Vec<&str> = ends.map(|(_, end)| end).collect();
            let expected = expected.map(|end| {
                format!(" about these messages: https://kiln-rs.github.io/kiln/messages/{end}")
            });
            assert_eq!(ends, expected.iter().collect::<Vec<_>>(), "{files:?}");
        }
    }
}
