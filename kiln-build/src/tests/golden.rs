//! The generated file of whole sites, compared byte by byte with `tests/golden/<case>.txt`.

use super::case::{self, Case};
use super::site::TestSite;

#[test]
fn sites_become_code() {
    let count = case::run("golden", "site.rs", |case| {
        let Some(site) = site(case) else { return Err("the files cannot be written".into()) };
        let outcome = site.compile();
        if let Err(error) = syn::parse_file(&outcome.code) {
            return Err(format!("the generated file does not parse: {error}\n{}", outcome.code));
        }
        // The name of a case says whether its site has a mistake.
        if outcome.diagnostics.is_empty() == case.name().contains("mistake") {
            return Err(format!("mistakes: {:#?}", outcome.diagnostics));
        }
        Ok(outcome.code)
    });
    println!("{count} sites");
}

fn site(case: &Case) -> Option<TestSite> {
    TestSite::with(case.files.iter().map(|(name, text)| (name.as_str(), text.as_str())))
}
