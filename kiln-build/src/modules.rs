//! The items that a site's own `src/main.rs` declares, for a site that another package builds.
//!
//! Pages reach them as `crate::layout`. In a package of its own, the site's `src/main.rs` declares them
//! itself, and nothing here is used.

use std::path::Path;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Expr, Item, ItemMod, Lit, Meta};

use crate::diagnostic::Diagnostic;

const MAIN: &str = "src/main.rs";

/// The items of the site's `src/main.rs`, save `kiln::site!()`; none where there is no such file.
pub(crate) fn items(site: &Path) -> (Vec<TokenStream>, Vec<Diagnostic>) {
    let text = match std::fs::read_to_string(site.join(MAIN)) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return (vec![], vec![]),
        Err(error) => {
            return (
                vec![],
                vec![Diagnostic::whole_file(MAIN, format!("cannot be read: {error}"))],
            );
        }
    };
    match syn::parse_file(&text) {
        Ok(file) => (file.items.iter().filter_map(|item| emit(item, site)).collect(), vec![]),
        Err(error) => (vec![], vec![Diagnostic::at(MAIN, &text, error.span(), error.to_string())]),
    }
}

fn emit(item: &Item, site: &Path) -> Option<TokenStream> {
    match item {
        Item::Macro(call) if call.mac.path.segments.last().is_some_and(|s| s.ident == "site") => {
            None
        }
        Item::Mod(module) if module.content.is_none() => Some(emit_file_module(module, site)),
        item => Some(quote!(#item)),
    }
}

/// Declares a module that lies in a file of its own, from outside of the site.
fn emit_file_module(module: &ItemMod, site: &Path) -> TokenStream {
    let source = site.join("src");
    let ItemMod { attrs, vis, ident, .. } = module;
    if let Some(path) = attrs.iter().find_map(path_attribute) {
        let attrs = attrs.iter().filter(|attr| path_attribute(attr).is_none());
        let path = source.join(path).to_string_lossy().into_owned();
        return quote!(#(#attrs)* #[path = #path] #vis mod #ident;);
    }
    let name = syn::ext::IdentExt::unraw(ident).to_string();
    let (file, folder) = (source.join(format!("{name}.rs")), source.join(&name));
    if file.exists() && folder.is_dir() {
        // `#[path]` makes rustc look for the modules inside `layout.rs` beside it, and not in `layout/` as in
        // a package of the site's own. Declared in a module that stands for the folder, it looks in the right place.
        let wrapper = format_ident!("{}_folder", name);
        let source = source.to_string_lossy().into_owned();
        return quote! {
            #[path = #source]
            mod #wrapper {
                #[allow(unused_imports)]
                use super::*;
                #(#attrs)*
                pub(crate) mod #ident;
            }
            #[allow(unused_imports)]
            pub(crate) use #wrapper::#ident;
        };
    }
    let path =
        if file.exists() || !folder.join("mod.rs").exists() { file } else { folder.join("mod.rs") };
    let path = path.to_string_lossy().into_owned();
    quote!(#(#attrs)* #[path = #path] #vis mod #ident;)
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
