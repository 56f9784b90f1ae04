//! Reads `src/content.rs`: the collections that the site registers.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use syn::{Item, Type, Visibility};

use crate::diagnostic::Diagnostic;
use crate::modules::{self, Declared};
use crate::parse::Mistakes;

/// The file, relative to the site's folder.
pub(crate) const FILE: &str = "src/content.rs";

/// The module of the collections, in the site's crate.
pub(crate) const MODULE: &str = "content";

/// The collections of a site.
#[derive(Debug, Default)]
pub(crate) struct Content {
    /// The names of the statics, in the order of the file.
    pub(crate) collections: Vec<String>,
    /// Whether the generated file declares the module: the site has no `src/main.rs` that could.
    pub(crate) is_declared_here: bool,
}

/// Reads the collections of the site in a folder.
///
/// A file that does not parse has none, and rustc reports it.
pub(crate) fn read(folder: &Path) -> (Content, Vec<Diagnostic>) {
    let mut content = Content::default();
    let text = match fs::read_to_string(folder.join(FILE)) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return (content, misplaced(folder)),
        Err(error) => return (content, vec![Diagnostic::unreadable(FILE, &error)]),
    };
    let mut mistakes = Mistakes { file: FILE, text: &text, found: Vec::new() };
    let items = syn::parse_file(&text).map(|file| file.items).unwrap_or_default();
    content.collections = items.iter().filter_map(|item| collection(item, &mut mistakes)).collect();
    let mut found = mistakes.found;
    match modules::declared(folder, MODULE) {
        Declared::Yes => {}
        Declared::NoFile => content.is_declared_here = true,
        Declared::No if content.collections.is_empty() => {}
        Declared::No => {
            content.collections.clear();
            let message =
                format!("the module of {FILE} is not declared, so its collections are not there");
            let mistake = Diagnostic::in_name(modules::MAIN, 0..modules::MAIN.len(), message);
            found.push(mistake.hint("write `mod content;` in src/main.rs"));
        }
    }
    (content, found)
}

/// The name of a static, if it is a collection that the site can register.
fn collection(item: &Item, mistakes: &mut Mistakes<'_>) -> Option<String> {
    match item {
        Item::Static(item) if is_collection(&item.ty) => {
            let name = item.ident.to_string();
            if let Visibility::Inherited = item.vis {
                mistakes.report(
                    item.ident.span(),
                    format!("`{name}` must be `pub` to be a collection of the site"),
                    format!("write `pub static {name}`"),
                );
                return None;
            }
            Some(name)
        }
        Item::Const(item) if is_collection(&item.ty) => {
            let name = item.ident.to_string();
            mistakes.report(
                item.ident.span(),
                format!("`{name}` must be a `static`: a collection is loaded once"),
                format!("write `pub static {name}`"),
            );
            None
        }
        _ => None,
    }
}

/// Returns true if and only if the last segment of a type is `Collection<…>`.
fn is_collection(ty: &Type) -> bool {
    let Type::Path(ty) = ty else { return false };
    ty.path.segments.last().is_some_and(|segment| segment.ident == "Collection")
}

/// A file in which kiln does not look for collections.
fn misplaced(folder: &Path) -> Vec<Diagnostic> {
    let place = "src/content/mod.rs";
    let text = fs::read_to_string(folder.join(place)).unwrap_or_default();
    let items = syn::parse_file(&text).map(|file| file.items).unwrap_or_default();
    let is_static = |item: &Item| matches!(item, Item::Static(item) if is_collection(&item.ty));
    if !items.iter().any(is_static) {
        return vec![];
    }
    let message = format!("kiln looks for collections in {FILE}");
    let mistake = Diagnostic::in_name(place, 0..place.len(), message);
    vec![mistake.hint(format!("name the file {FILE}; its own modules may stay in src/content/"))]
}
