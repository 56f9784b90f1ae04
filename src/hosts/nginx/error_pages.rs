//! The error pages of a site in nginx.

use anyhow::Result;

use crate::config::Config;
use crate::hosts::nginx::{NOT_FOUND, file, quoted};
use crate::hosts::self_hosted::answers::{Answers, NotFound, ServedFile};
use crate::hosts::self_hosted::text::{decoded, escape_regex, push};

/// Selects the 404 page if folders have their own. The last match wins, so inner folders come last.
pub(super) fn nearest(config: &Config, answers: &Answers) -> Result<String> {
    if answers.not_found.is_empty() {
        return Ok(String::new());
    }
    let base = escape_regex(&decoded(config.base)?);
    let first = if answers.error_pages.contains_key(&404) { "@kiln_404" } else { "@kiln_no_404" };
    let mut text = format!("set $kiln_not_found {first};\n");
    for (at, NotFound { folder, .. }) in answers.not_found.iter().enumerate() {
        let regex = quoted(&format!("^{base}(?<kiln_folder>{})/", escape_regex(folder)));
        let location = location_of(at);
        push(
            &mut text,
            format_args!("if ($uri ~ {regex}) {{\n    set $kiln_not_found @kiln_{location};\n}}\n"),
        );
    }
    Ok(text + "\n")
}

/// The name of the location of a folder's 404 page, without the common prefix.
fn location_of(at: usize) -> String {
    format!("404_{}", at + 1)
}

/// The `error_page` directives, which each named location has to repeat.
pub(super) fn lines(answers: &Answers) -> String {
    let has_folders = !answers.not_found.is_empty();
    let of_folders = has_folders.then(|| "error_page 404 $kiln_not_found;\n".to_owned());
    let statuses = answers.error_pages.keys().filter(|status| !(has_folders && **status == 404));
    let line = |status: &u16| format!("error_page {status} @kiln_{status};\n");
    of_folders.into_iter().chain(statuses.map(line)).collect()
}

/// The locations of all error pages, as names and settings.
pub(super) fn locations(answers: &Answers, location: &mut impl FnMut(&str, &str)) {
    let settings = |page: &ServedFile, name: &str| {
        let kind = page.content_type.clone().unwrap_or_else(|| "text/html; charset=utf-8".into());
        let page = ServedFile { content_type: Some(kind), ..page.clone() };
        file(&page, name, " always")
    };
    for (status, page) in &answers.error_pages {
        let name = quoted(&format!("/{}", page.file));
        location(&status.to_string(), &settings(page, &name));
    }
    for (at, NotFound { page, .. }) in answers.not_found.iter().enumerate() {
        let name = match page.file.contains('$') {
            true => "$kiln_folder/404.html".to_owned(),
            false => quoted(&format!("/{}", page.file)),
        };
        location(&location_of(at), &settings(page, &name));
    }
    if !answers.not_found.is_empty() && !answers.error_pages.contains_key(&404) {
        location("no_404", NOT_FOUND);
    }
}
