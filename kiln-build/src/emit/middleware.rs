//! The module of the middleware, and the entry of the site that calls it.

use proc_macro2::TokenStream;
use quote::quote;

use super::SiteFile;
use crate::modules;

/// The declaration of the module, if the site has middleware and does not declare it itself.
pub(super) fn module(site: &SiteFile<'_>) -> TokenStream {
    let Some(middleware) = site.middleware else { return quote!() };
    if !site.declares_middleware {
        return quote!();
    }
    let is_right = site.diagnostics.is_empty();
    // As for pages: while there are mistakes, what the table leaves out is not dead code, and the editor keeps the
    // file that rustc would stop at.
    let allow = (!is_right).then(|| quote!(#[allow(dead_code, unused_imports)]));
    let hide =
        (!is_right && middleware.stops_rustc.is_some()).then(|| quote!(#[cfg(rust_analyzer)]));
    let folder = middleware.path.parent().and_then(|src| src.parent()).unwrap_or(&middleware.path);
    let declaration = modules::declaration(folder, "middleware");
    quote!(#hide #allow #declaration)
}

/// The middleware as a value of the site.
pub(super) fn value(site: &SiteFile<'_>) -> TokenStream {
    let Some(exports) = site.middleware.and_then(|middleware| middleware.exports.as_ref()) else {
        return quote!(None);
    };
    let or_fail = exports.is_fallible.then(|| quote!(?));
    let call = quote!(respond(crate::middleware::on_request(ctx, next).await #or_fail));
    let matcher = match &exports.matcher {
        // The constant itself is counted: its type is checked, and rustc does not call it unused.
        Some(entries) => {
            let count = entries.len();
            quote!(Some({
                const _: [(); #count] = [(); crate::middleware::MATCHER.len()];
                Matcher::new(&[#(#entries),*])
            }))
        }
        None => quote!(None),
    };
    quote!(Some(Middleware {
        on_request: |ctx, next| boxed(async move { #call }),
        matcher: #matcher,
    }))
}
