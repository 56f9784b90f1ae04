//! The items of a site's own `src/main.rs`, for a site that another package builds.
//!
//! Pages use them as `crate::layout`. In the site's own package, `src/main.rs` declares them itself, and this module is
//! not used.

use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::{AttrStyle, Expr, Item, ItemMod, Lit, Meta};

use crate::diagnostic::Diagnostic;

pub(crate) const MAIN: &str = "src/main.rs";

/// The items of the site's `src/main.rs`, except `kiln::site!()`; none without such a file.
pub(crate) fn items(site: &Path) -> (Vec<TokenStream>, Vec<Diagnostic>) {
    let text = match std::fs::read_to_string(site.join(MAIN)) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return (vec![], vec![]),
        Err(error) => {
            return (vec![], vec![Diagnostic::unreadable(MAIN, &error)]);
        }
    };
    match syn::parse_file(&text) {
        Ok(file) => {
            (file.items.iter().filter_map(|item| emit(item, &site.join("src"))).collect(), vec![])
        }
        Err(error) => {
            // syn's message for unbalanced delimiters does not help.
            let message = match error.to_string().as_str() {
                "cannot parse string into token stream" => "unbalanced bracket or quote".into(),
                message => message.to_owned(),
            };
            let diagnostic = Diagnostic::at(MAIN, &text, error.span(), message);
            let hint = "repair it first: the modules that pages reach as `crate::…` are read from this file";
            (vec![], vec![diagnostic.hint(hint)])
        }
    }
}

/// Returns true if and only if the site's `src/main.rs` declares a module with this name itself.
pub(crate) fn declares(site: &Path, name: &str) -> bool {
    let file = std::fs::read_to_string(site.join(MAIN)).ok().and_then(|t| syn::parse_file(&t).ok());
    let is_it = |item: &Item| matches!(item, Item::Mod(module) if module.ident.unraw() == name);
    file.is_some_and(|file| file.items.iter().any(is_it))
}

/// Whether `src/main.rs` declares a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Declared {
    /// It does, or it does not parse, which rustc reports.
    Yes,
    No,
    /// The site has no such file.
    NoFile,
}

/// Whether the site's `src/main.rs` declares a module, or has its name from elsewhere.
pub(crate) fn declared(site: &Path, name: &str) -> Declared {
    let Ok(text) = std::fs::read_to_string(site.join(MAIN)) else { return Declared::NoFile };
    let Ok(file) = syn::parse_file(&text) else { return Declared::Yes };
    let is_it = |item: &Item| match item {
        Item::Mod(module) => module.ident.unraw() == name,
        Item::Use(item) => quote!(#item).into_iter().any(|token| mentions(token, name)),
        _ => false,
    };
    if file.items.iter().any(is_it) { Declared::Yes } else { Declared::No }
}

/// Returns true if and only if a token is an identifier, or has it inside of its brackets.
fn mentions(token: TokenTree, name: &str) -> bool {
    match token {
        TokenTree::Ident(ident) => ident.unraw() == name,
        TokenTree::Group(group) => group.stream().into_iter().any(|token| mentions(token, name)),
        _ => false,
    }
}

/// The declaration of a module in the site's `src` folder.
pub(crate) fn declaration(site: &Path, name: &str) -> TokenStream {
    let ident = format_ident!("{name}");
    emit_file_module(&syn::parse_quote!(mod #ident;), &site.join("src"))
}

/// An item. Modules without a body are looked up in a folder.
fn emit(item: &Item, folder: &Path) -> Option<TokenStream> {
    match item {
        Item::Macro(call) if call.mac.path.segments.last().is_some_and(|s| s.ident == "site") => {
            None
        }
        Item::Mod(module) => Some(match &module.content {
            Some((_, items)) => emit_inline_module(module, items, folder),
            None => emit_file_module(module, folder),
        }),
        item => Some(quote!(#item)),
    }
}

/// A module with a body: its modules are in a folder with its name.
fn emit_inline_module(module: &ItemMod, items: &[Item], folder: &Path) -> TokenStream {
    let ItemMod { attrs, vis, ident, .. } = module;
    let path = attrs.iter().find_map(path_attribute);
    let folder = folder.join(path.unwrap_or_else(|| ident.unraw().to_string()));
    let attrs = attrs.iter().filter(|attr| path_attribute(attr).is_none());
    let (outer, inner): (Vec<_>, Vec<_>) =
        attrs.partition(|attr| matches!(attr.style, AttrStyle::Outer));
    let items = items.iter().filter_map(|item| emit(item, &folder));
    quote!(#(#outer)* #vis mod #ident { #(#inner)* #(#items)* })
}

/// A module in its own file, declared from outside the site.
fn emit_file_module(module: &ItemMod, folder: &Path) -> TokenStream {
    let ItemMod { attrs, vis, ident, .. } = module;
    if let Some(path) = attrs.iter().find_map(path_attribute) {
        let attrs = attrs.iter().filter(|attr| path_attribute(attr).is_none());
        let path = folder.join(path).to_string_lossy().into_owned();
        return quote!(#(#attrs)* #[path = #path] #vis mod #ident;);
    }
    let name = ident.unraw().to_string();
    let (file, inner) = (folder.join(format!("{name}.rs")), folder.join(&name));
    if file.exists() && inner.is_dir() {
        return emit_file_and_folder(module, folder);
    }
    let path =
        if file.exists() || !inner.join("mod.rs").exists() { file } else { inner.join("mod.rs") };
    let path = path.to_string_lossy().into_owned();
    quote!(#(#attrs)* #[path = #path] #vis mod #ident;)
}

/// A module with both `layout.rs` and `layout/`.
///
/// `#[path]` makes rustc look for the modules of `layout.rs` beside it, and not in `layout/` as it would in the site's
/// own package. If the declaration is inside a module for the folder, rustc looks in the right place.
fn emit_file_and_folder(module: &ItemMod, folder: &Path) -> TokenStream {
    let ItemMod { attrs, ident, .. } = module;
    let wrapper = format_ident!("{}_folder", ident.unraw());
    let folder = folder.to_string_lossy().into_owned();
    // `#[cfg]` also applies to the re-export, and `#[macro_use]` also to the outer module.
    let cfg: Vec<_> = attrs.iter().filter(|attr| attr.path().is_ident("cfg")).collect();
    let macros = attrs.iter().filter(|attr| attr.path().is_ident("macro_use"));
    quote! {
        #(#cfg)*
        #(#macros)*
        #[path = #folder]
        mod #wrapper {
            #[allow(unused_imports)]
            use super::*;
            #(#attrs)*
            pub(crate) mod #ident;
        }
        #(#cfg)*
        #[allow(unused_imports)]
        pub(crate) use #wrapper::#ident;
    }
}

fn path_attribute(attribute: &syn::Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("path") => match &meta.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(path) => Some(path.value()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}
