//! Writes the file of a page or of a redirect.

use super::content::Content;
use super::windows_names;
use crate::build::dist::{self, Written};
use crate::build::manifest::Owner;
use crate::build::report::diagnostic::{Diagnostic, PageRef};
use crate::build::report::warning::Kind;
use crate::build::state::Build;
use crate::routing::page_path::RoutePath;

/// Claims the path of a page that has no file.
pub(crate) fn claim_path(
    build: &Build,
    place: &PageRef,
    path: &RoutePath,
) -> Result<(), Diagnostic> {
    build.tallies[place.route_index].add_path(0);
    let owner = Owner::page(place.route_index, place.item);
    let added = build.manifest.add_page(path.as_str(), None, owner, Written::NEW);
    added.map_err(|error| Diagnostic::failed(place, &error))
}

/// Writes the file of a page.
pub(crate) fn write(
    build: &Build,
    place: &PageRef,
    path: &RoutePath,
    file: &str,
    content: &mut Content,
) -> Result<Written, Diagnostic> {
    build.tallies[place.route_index].add_path(content.length());
    if let Some(keeper) = dist::reserved_for(file) {
        return Err(Diagnostic::at(place, format!("`{file}` is reserved for {keeper}"))
            .hint("change the path of the page"));
    }
    warn_of_name(build, file, |message| {
        Diagnostic::at(place, message).hint("change the path of the page")
    });
    let written = match content {
        Content::Bytes(bytes) => build.writer.write(file, bytes),
        Content::Streamed(spool) => build.writer.copy(file, &mut spool.file),
    };
    let written = written.and_then(|written| {
        let owner = Owner::page(place.route_index, place.item);
        build.manifest.add_page(path.as_str(), Some(file), owner, written)?;
        Ok(written)
    });
    written.map_err(|error| Diagnostic::failed(place, &error))
}

/// Warns about a file name that is not portable. `warning` creates the warning from the message.
pub(crate) fn warn_of_name(build: &Build, file: &str, warning: impl FnOnce(String) -> Diagnostic) {
    // On Windows, writing the file fails anyway.
    if cfg!(windows) {
        return;
    }
    if let Some(refusal) = windows_names::refusal(file) {
        let message = format!("the file `{file}` cannot be created on Windows, where {refusal}");
        build.warnings.add(Kind::Name, warning(message));
    }
}
