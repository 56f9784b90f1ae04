//! The error pages of a site, as nginx looks for them.

use anyhow::Result;

use crate::config::Config;
use crate::hosts::nginx::{NOT_FOUND, file, quoted};
use crate::hosts::own_server::{self, Answers, NotFound, Page, literally, push};

/// Which 404 page answers, where folders have their own: of those that a path lies in, the innermost comes last.
pub(super) fn nearest(config: &Config, answers: &Answers) -> Result<String> {
    if answers.not_found.is_empty() {
        return Ok(String::new());
    }
    let base = literally(&own_server::decoded(config.base)?);
    let first = if answers.error_pages.contains_key(&404) { "@kiln_404" } else { "@kiln_no_404" };
    let mut text = format!("set $kiln_not_found {first};\n");
    for (at, NotFound { folder, .. }) in answers.not_found.iter().enumerate() {
        let regex = quoted(&format!("^{base}(?<kiln_folder>{})/", literally(folder)));
        let location = location_of(at);
        push(
            &mut text,
            format_args!("if ($uri ~ {regex}) {{\n    set $kiln_not_found @kiln_{location};\n}}\n"),
        );
    }
    Ok(text + "\n")
}

/// The name of the location of a folder's 404 page, without what all names begin with.
fn location_of(at: usize) -> String {
    format!("404_{}", at + 1)
}

/// Where nginx looks for the page of an error. It has to be said again wherever a location is named.
pub(super) fn lines(answers: &Answers) -> String {
    let has_folders = !answers.not_found.is_empty();
    let of_folders = has_folders.then(|| "error_page 404 $kiln_not_found;\n".to_owned());
    let statuses = answers.error_pages.keys().filter(|status| !(has_folders && **status == 404));
    let line = |status: &u16| format!("error_page {status} @kiln_{status};\n");
    of_folders.into_iter().chain(statuses.map(line)).collect()
}

/// The locations of all error pages, each as a name and its settings.
pub(super) fn locations(answers: &Answers, location: &mut impl FnMut(&str, &str)) {
    let settings = |page: &Page, name: &str| {
        let kind = page.content_type.clone().unwrap_or_else(|| "text/html; charset=utf-8".into());
        let page = Page { content_type: Some(kind), ..page.clone() };
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
