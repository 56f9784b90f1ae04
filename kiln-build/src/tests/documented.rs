//! The settings in the documentation are valid.

use std::fs;
use std::path::Path;

use super::site::TestSite;

/// The pages that redirects in the documentation lead to.
const PAGES: [&str; 4] = ["about", "articles/[...slug]", "blog", "new"];

const PAGE: &str = "pub const PRERENDER: bool = false;\npub fn get() -> &'static str { \"\" }\n";

#[test]
fn settings_in_the_documentation_are_valid() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/content");
    let mut count = 0;
    for entry in fs::read_dir(folder).expect("docs/content") {
        let path = entry.expect("an entry").path();
        if path.extension() != Some("md".as_ref()) {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a page");
        for block in text.split("```toml\n# kiln.toml\n").skip(1) {
            let settings = block.split("\n```").next().unwrap_or_default();
            let site = TestSite::new();
            site.write("kiln.toml", settings).expect("a file");
            for page in PAGES {
                site.write(&format!("src/pages/{page}.rs"), PAGE).expect("a file");
            }
            let mistakes = site.compile().diagnostics;
            assert!(mistakes.is_empty(), "{}:\n{}", path.display(), mistakes.join("\n\n"));
            count += 1;
        }
    }
    assert!(count > 10, "only {count} blocks were found");
}
