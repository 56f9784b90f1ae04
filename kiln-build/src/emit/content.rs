//! The module of the collections, and their entries in the site.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::SiteFile;
use crate::{content, modules};

/// The declaration of the module, if the site cannot declare it itself, and a check of the feature that it needs.
pub(super) fn module(site: &SiteFile<'_>) -> TokenStream {
    let check = (!site.content.collections.is_empty()).then(|| quote!(::kiln::require_content!();));
    let declaration = site
        .content
        .is_declared_here
        .then(|| modules::declaration(std::path::Path::new(site.folder), content::MODULE));
    quote!(#check #declaration)
}

/// The collections as values of the site.
pub(super) fn value(site: &SiteFile<'_>) -> TokenStream {
    let collections = site.content.collections.iter().map(|name| {
        let ident = format_ident!("{name}");
        quote!((#name, &crate::content::#ident))
    });
    quote!(&[#(#collections),*])
}
