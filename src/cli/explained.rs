//! The address of the page that explains failures, for the end of their list.

use crate::build::Diagnostic;

/// The page of the documentation.
const MESSAGES: &str = concat!(env!("CARGO_PKG_HOMEPAGE"), "/messages/");

/// The last line of a list of failures, or nothing if none of them has a hint.
///
/// It names the address once, and the section of the page if it explains all of them.
pub(super) fn line(failures: &[Diagnostic]) -> String {
    let mut sections = failures.iter().filter_map(Diagnostic::section);
    match sections.next() {
        None => String::new(),
        Some(section) if sections.all(|other| other == section) => {
            format!("for more about these messages: {MESSAGES}#{section}\n")
        }
        Some(_) => format!("for more about these messages: {MESSAGES}\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_has_a_section_if_that_explains_all_failures() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/content/messages.md");
        let page = std::fs::read_to_string(page).expect("the page").to_lowercase();
        let failure = |subject: &str| Diagnostic::of(subject, "is wrong").hint("write it right");
        let (page_failure, asset) = (failure("/about"), failure("assets/a.css:1:1"));
        let without_hint = Diagnostic::of("/", "fails");
        for (failures, expected) in [
            (vec![page_failure.clone()], Some("#build")),
            (vec![asset.clone(), without_hint.clone()], Some("#assets")),
            (vec![failure("/"), page_failure.clone()], Some("#build")),
            (vec![failure("kiln.toml:3")], Some("#settings")),
            (vec![page_failure, asset], Some("")),
            (vec![without_hint], None),
        ] {
            if let Some(name) = failures.iter().find_map(Diagnostic::section) {
                assert!(page.contains(&format!("\n## {name}\n")), "the page has no section {name}");
            }
            let expected = expected.map_or_else(String::new, |fragment| {
                format!(
                    "for more about these messages: https://kiln-rs.github.io/kiln/messages/{fragment}\n"
                )
            });
            assert_eq!(line(&failures), expected);
        }
    }
}
