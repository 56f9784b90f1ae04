//! Finds the page files of a site: every `.rs` file below `src/pages` except those with ignored names.

use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use crate::diagnostic::Diagnostic;

/// A `.rs` file in `src/pages`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PageFile {
    /// Relative to the site's folder, with `/`: `src/pages/posts/[slug].rs`.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
}

/// The folder of a site's pages.
pub(crate) const PAGES: &str = "src/pages";

impl PageFile {
    /// The path below `src/pages` without `.rs`: `posts/[slug]`.
    pub(crate) fn stem(&self) -> &str {
        &self.name[PAGES.len() + 1..self.name.len() - ".rs".len()]
    }
}

/// All page files below the folder of a site, sorted by name.
pub(crate) fn pages(site: &Path) -> (Vec<PageFile>, Vec<Diagnostic>) {
    let root = site.join(PAGES);
    let (mut files, mut diagnostics) = (Vec::new(), Vec::new());
    if !root.is_dir() {
        let diagnostic = Diagnostic::whole_file(PAGES, "a site needs this folder")
            .hint("create a first page, src/pages/index.rs");
        return (files, vec![diagnostic]);
    }
    let walk = WalkDir::new(&root).min_depth(1).follow_links(true).sort_by_file_name();
    for entry in walk.into_iter().filter_entry(|entry| !is_left_out(entry)) {
        match entry {
            Ok(entry) if entry.file_type().is_dir() => {}
            Ok(entry) => match page_file(site, entry.path()) {
                Ok(file) => files.push(file),
                Err(diagnostic) => diagnostics.push(diagnostic),
            },
            Err(error) => {
                let name = display(site, error.path().unwrap_or(&root));
                diagnostics.push(match error.io_error() {
                    Some(error) => Diagnostic::unreadable(&name, error),
                    None => Diagnostic::whole_file(&name, "is a link to a folder that contains it")
                        .hint("remove the link"),
                });
            }
        }
    }
    files.sort();
    (files, diagnostics)
}

/// Returns true if and only if a name excludes a file or a folder from the routes.
fn is_left_out(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let is_hidden = name.starts_with('.') && name != ".well-known";
    entry.depth() > 0 && (is_hidden || name.starts_with(['_', '#']) || name.ends_with('~'))
}

fn page_file(site: &Path, path: &Path) -> Result<PageFile, Diagnostic> {
    let name = display(site, path);
    if path.to_str().is_none() {
        return Err(refused(&name, "the name of a page must be valid UTF-8", "rename the file"));
    }
    match path.extension() {
        Some(extension) if extension == "rs" => Ok(PageFile { name, path: path.to_path_buf() }),
        Some(extension) if extension.eq_ignore_ascii_case("rs") => Err(refused(
            &name,
            "the name of a page ends in `.rs`, in lower case",
            "rename the file, so that it ends in `.rs`",
        )),
        _ => Err(refused(
            &name,
            "only `.rs` files can be pages",
            "move it to `public/` to copy it as it is, or to `content/` to read it from a page; \
             names that start with `_` are ignored",
        )),
    }
}

fn refused(name: &str, message: &str, hint: &str) -> Diagnostic {
    let start = name.rfind('/').map_or(0, |slash| slash + 1);
    Diagnostic::in_name(name, start..name.len(), message).hint(hint)
}

/// A path for messages: relative to the site's folder, with `/` on every system.
fn display(site: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(site).unwrap_or(path);
    let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}
