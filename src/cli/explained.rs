//! The address of the page that explains failures, for the end of their list.

use std::collections::BTreeSet;

use crate::build::Diagnostic;

/// The page of the documentation.
const MESSAGES: &str = concat!(env!("CARGO_PKG_HOMEPAGE"), "/messages/");

/// The last line of a list of failures, or nothing if none of them has a hint.
///
/// It names the address once, and the section of the page if it explains all of them.
pub(super) fn line(failures: &[Diagnostic]) -> String {
    let sections: BTreeSet<_> = failures.iter().filter_map(Diagnostic::section).collect();
    match sections.first() {
        None => String::new(),
        Some(section) if sections.len() == 1 => {
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
        let failure = |subject: &str| Diagnostic::of(subject, "is wrong").hint("write it right");
        let (page, asset) = (failure("/about"), failure("assets/a.css:1:1"));
        let without_hint = Diagnostic::of("/", "fails");
        for (failures, expected) in [
            (vec![page.clone()], Some("#build")),
            (vec![asset.clone(), without_hint.clone()], Some("#assets")),
            (vec![failure("/"), page.clone()], Some("#build")),
            (vec![page, asset], Some("")),
            (vec![without_hint], None),
        ] {
            let expected = expected.map_or_else(String::new, |fragment| {
                format!(
                    "for more about these messages: https://kiln-rs.github.io/kiln/messages/{fragment}\n"
                )
            });
            assert_eq!(line(&failures), expected);
        }
    }
}
