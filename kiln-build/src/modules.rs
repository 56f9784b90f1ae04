//! The items that a site's own `src/main.rs` declares, for a site that another package builds.
//!
//! Pages reach them as `crate::layout`. In a package of its own, the site's `src/main.rs` declares them
//! itself, and nothing here is used.

use std::path::Path;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::{AttrStyle, Expr, Item, ItemMod, Lit, Meta};

use crate::diagnostic::Diagnostic;

const MAIN: &str = "src/main.rs";

/// The items of the site's `src/main.rs`, save `kiln::site!()`; none where there is no such file.
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
            // What syn says of a text that is not even made of tokens helps nobody.
            let message = match error.to_string().as_str() {
                "cannot parse string into token stream" => {
                    "a bracket or a quote has no other half".into()
                }
                message => message.to_owned(),
            };
            let diagnostic = Diagnostic::at(MAIN, &text, error.span(), message);
            let hint =
                "mend it first: the modules that pages reach as `crate::…` are read from this file";
            (vec![], vec![diagnostic.hint(hint)])
        }
    }
}

/// Returns true if and only if the site's `src/main.rs` declares a module of this name itself.
pub(crate) fn declares(site: &Path, name: &str) -> bool {
    let file = std::fs::read_to_string(site.join(MAIN)).ok().and_then(|t| syn::parse_file(&t).ok());
    let is_it = |item: &Item| matches!(item, Item::Mod(module) if module.ident.unraw() == name);
    file.is_some_and(|file| file.items.iter().any(is_it))
}

/// The declaration of a module of the site's `src` folder.
pub(crate) fn declaration(site: &Path, name: &str) -> TokenStream {
    let ident = format_ident!("{name}");
    emit_file_module(&syn::parse_quote!(mod #ident;), &site.join("src"))
}

/// An item, where modules without a body are looked for in a folder.
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

/// A module with a body: the modules in it lie in a folder of its name.
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

/// A module in a file of its own, declared from outside of the site.
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
/// `#[path]` makes rustc look for the modules inside `layout.rs` beside it, and not in `layout/` as in a package
/// of the site's own. Declared in a module that stands for the folder, it looks in the right place.
fn emit_file_and_folder(module: &ItemMod, folder: &Path) -> TokenStream {
    let ItemMod { attrs, ident, .. } = module;
    let wrapper = format_ident!("{}_folder", ident.unraw());
    let folder = folder.to_string_lossy().into_owned();
    // Without the module there is nothing to pass on; and macros go on by the attribute alone.
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
