//! The page of the documentation that explains messages.

/// The page of the documentation.
const MESSAGES: &str = concat!(env!("CARGO_PKG_HOMEPAGE"), "/messages/#");

/// The start of the line with which a list of mistakes ends in a terminal. Browsers show a link instead.
pub(crate) const LINE: &str = "for more about these messages: ";

/// The address of the section about mistakes in the source of a site, by their file.
pub(crate) fn of_source(file: &str) -> String {
    let section = match file {
        "kiln.toml" => "settings",
        "src/middleware.rs" => "middleware",
        "src/content.rs" => "collections",
        _ => "pages",
    };
    format!("{MESSAGES}{section}")
}

/// The address of the section about the failures of pages, by the file that the failure names.
pub(crate) fn of_failure(file: &str) -> String {
    let section = match file.split('/').next() {
        Some("content") => "content",
        Some("assets") => "assets",
        _ => "build",
    };
    format!("{MESSAGES}{section}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_each_section() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/content/messages.md");
        let page = std::fs::read_to_string(page).expect("the page").to_lowercase();
        for address in [
            of_source("kiln.toml"),
            of_source("src/middleware.rs"),
            of_source("src/content.rs"),
            of_source("src/pages/index.rs"),
            of_failure("content/posts/a.md:2:1"),
            of_failure("assets/app.css:1:1"),
            of_failure("src/pages/index.rs:1:1"),
        ] {
            let section = address.strip_prefix(MESSAGES).expect("an address of the page");
            assert!(page.contains(&format!("\n## {section}\n")), "{address}");
        }
    }
}
