//! Every mistake that a site can have is a case in `tests/mistakes/<rule>.txt`, with the exact text of the report.

use syn::{Item, LitStr};

use super::case;
use super::site::{Outcome, TestSite};

/// Mistakes without a position: the file is missing, or cannot be read.
const WHOLE_FILE: [&str; 1] = ["there_is_no_pages_folder"];

/// Sites with mistakes that rustc reports.
const SILENT: [&str; 1] = ["a_file_that_does_not_parse_is_left_to_rustc"];

#[test]
fn mistakes_are_reported() {
    let count = case::run("mistakes", "errors", |case| {
        let files = case.files.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        let Some(site) = TestSite::with(files) else {
            // Names that differ only in case, if the file system cannot hold both.
            println!("{} is left out: the file system cannot hold its files", case.name());
            return Ok(String::new());
        };
        let outcome = site.compile();
        check_code(&outcome)?;
        let name = case.name();
        if outcome.diagnostics.is_empty() != SILENT.contains(&name.as_str()) {
            return Err(format!("{} mistakes are reported", outcome.diagnostics.len()));
        }
        for diagnostic in &outcome.diagnostics {
            check_form(diagnostic, WHOLE_FILE.contains(&name.as_str()))
                .map_err(|rule| format!("{rule}:\n{diagnostic}"))?;
        }
        let mut shown = outcome.diagnostics.join("\n\n");
        if !shown.is_empty() {
            shown.push('\n');
        }
        Ok(shown)
    });
    println!("{count} rules");
}

/// The generated file parses, and passes every mistake to rustc, the last one with the address of an explanation.
fn check_code(outcome: &Outcome) -> Result<(), String> {
    let file =
        syn::parse_file(&outcome.code).map_err(|error| format!("{error}\n{}", outcome.code))?;
    let errors = file.items.iter().filter_map(|item| match item {
        Item::Macro(call) if call.mac.path.segments.last()?.ident == "compile_error" => {
            let text = call.mac.parse_body::<LitStr>().ok()?.value();
            Some(text.split("\n\nfor more about").next()?.to_owned())
        }
        _ => None,
    });
    match errors.eq(outcome.diagnostics.iter().cloned()) {
        true => Ok(()),
        false => Err(format!("not every mistake is in the generated file:\n{}", outcome.code)),
    }
}

/// `file:line:column: message`, the excerpt, carets below it, and a hint.
fn check_form(diagnostic: &str, is_whole_file: bool) -> Result<(), &'static str> {
    let lines: Vec<&str> = diagnostic.lines().collect();
    let (place, message) = lines[0].split_once(": ").ok_or("no place")?;
    if message.ends_with('.') || message.starts_with(char::is_uppercase) {
        return Err("a message is lower case, without a full stop");
    }
    let hint = lines.last().and_then(|line| line.strip_prefix("hint: "));
    if hint.is_none_or(|hint| hint.is_empty() || hint.ends_with('.')) {
        return Err("no hint, or one with a full stop");
    }
    if is_whole_file {
        return Ok(());
    }
    let mut place = place.rsplitn(3, ':');
    let mut number = || place.next().and_then(|number| number.parse::<usize>().ok());
    if number().is_none() || number().is_none() || lines.len() != 5 {
        return Err("no line, column and excerpt");
    }
    let (excerpt, carets) = (lines[2], lines[3]);
    let first = carets.chars().position(|c| c == '^').ok_or("no carets")?;
    let after = carets.chars().count();
    let length = excerpt.chars().count();
    // A caret after the last character marks a missing one.
    if after > length.max(first + 1) || first > length + 1 {
        return Err("carets stand outside of the excerpt");
    }
    Ok(())
}

#[test]
fn probable_misspellings_are_warnings() {
    let site = TestSite::with([
        (
            "src/pages/index.rs",
            "pub fn get() -> String { gut() }\npub fn gut() -> String { String::new() }\n",
        ),
        (
            "src/pages/api.rs",
            "pub const REVALIDATED: u64 = 60;\npub fn get() -> String { String::new() }\n\
             pub fn psot(ctx: &Context) -> Result<Response> { todo!() }\n",
        ),
        (
            "src/middleware.rs",
            "pub const MATCHR: &[&str] = &[\"/a\"];\npub async fn on_request(ctx: &mut Context, \
             next: Next<'_>) -> Result<Response> { next.run(ctx).await }\n",
        ),
    ]);
    let outcome = site.expect("a folder").compile();
    assert_eq!(outcome.diagnostics, [""; 0]);
    assert_eq!(
        outcome.warnings,
        [
            "src/middleware.rs:1:11: `MATCHR` is not an export of the middleware \
             (hint: write `pub const MATCHER: &[&str]` if that is what you meant)",
            "src/pages/api.rs:1:11: `REVALIDATED` is not an export of a page \
             (hint: write `pub const REVALIDATE: u64` if that is meant)",
            "src/pages/api.rs:3:8: `psot` is not an export of a page \
             (hint: write `pub fn post` if that is meant)",
        ]
    );
}
