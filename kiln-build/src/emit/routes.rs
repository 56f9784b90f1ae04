//! The route table and the typed links.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::endpoint;
use crate::diagnostic::printable;
use crate::links::{Link, Links};
use crate::page::{Page, Source};
use crate::pattern::{Part, RoutePattern, Segment};

/// The static table, in the order in which routes are tried.
pub(super) fn table(routes: &[&Source]) -> TokenStream {
    let count = routes.len();
    let entries = routes.iter().map(|source| route(source));
    quote! {
        static ROUTES: [Route; #count] = [#(#entries),*];
    }
}

fn route(source: &Source) -> TokenStream {
    let Some(of_page) = &source.pattern else { return quote!() };
    let value = pattern(of_page);
    let file = &source.file.name;
    let prerender = prerender(source);
    let (revalidate, accepts, endpoints) = match &source.page {
        Some(page) => (
            revalidate(source, page),
            endpoint::accepts(source, page),
            endpoint::entries(source, page, of_page),
        ),
        None => (quote!(None), quote!(None), vec![]),
    };
    quote! {
        Route {
            config: &CONFIG,
            pattern: #value,
            file: #file,
            prerender: #prerender,
            revalidate: #revalidate,
            accepts: #accepts,
            endpoints: &[#(#endpoints),*],
        }
    }
}

/// The page's own constant if it has one: rustc would otherwise report it as unused.
fn prerender(source: &Source) -> TokenStream {
    let module = format_ident!("{}", source.module);
    let is_prerendered = !source.is_on_demand;
    match source.page.as_ref().and_then(|page| page.prerender) {
        Some(_) => quote!(#module::PRERENDER),
        None => quote!(#is_prerendered),
    }
}

/// How long the page is kept.
fn revalidate(source: &Source, page: &Page) -> TokenStream {
    let module = format_ident!("{}", source.module);
    match page.revalidate {
        Some(_) => quote!(Some(#module::REVALIDATE)),
        None => quote!(None),
    }
}

pub(super) fn pattern(pattern: &RoutePattern) -> TokenStream {
    let text = pattern.to_string();
    let segments = pattern.segments.iter().map(segment);
    quote!(Pattern { text: #text, segments: &[#(#segments),*] })
}

fn segment(segment: &Segment) -> TokenStream {
    let parts = segment.iter().map(part);
    quote!(&[#(#parts),*])
}

pub(super) fn part(part: &Part) -> TokenStream {
    match part {
        Part::Text(text) => quote!(Part::Text(#text)),
        Part::Param(name) => quote!(Part::Param(#name)),
        Part::Rest(name) => quote!(Part::Rest(#name)),
    }
}

/// `pub mod routes`, with a function for each route.
pub(super) fn links(links: &Links, routes: &[&Source]) -> TokenStream {
    let items = link_items(links, routes);
    quote! {
        /// A link to each page: the URL path with base, trailing slash and percent-encoding as the site is set.
        #[allow(dead_code, clippy::all, clippy::pedantic)]
        pub mod routes { #items }
    }
}

fn link_items(links: &Links, routes: &[&Source]) -> TokenStream {
    let functions = links.functions.iter().map(|(name, link)| function(name, link, routes));
    let modules = links.modules.iter().map(|(name, links)| {
        let (name, items) = (ident(name), link_items(links, routes));
        quote! {
            /// Links to the pages of this folder.
            pub mod #name { #items }
        }
    });
    quote!(#(#functions)* #(#modules)*)
}

fn function(name: &str, link: &Link, routes: &[&Source]) -> TokenStream {
    let source = routes[link.route];
    let pattern = source.pattern.as_ref().map(ToString::to_string).unwrap_or_default();
    let doc = printable(&format!(" Link to `{pattern}`, made by `{}`.", source.file.name));
    let (name, route) = (ident(name), link.route);
    let arguments: Vec<_> = link.arguments.iter().map(|argument| ident(argument)).collect();
    quote! {
        #[doc = #doc]
        #[must_use]
        #[track_caller]
        pub fn #name(#(#arguments: impl ::core::fmt::Display),*) -> ::std::string::String {
            crate::SITE.routes[#route].link(&[#(&#arguments),*])
        }
    }
}

/// An identifier from source text: `r#type` as it stands.
fn ident(text: &str) -> syn::Ident {
    match text.strip_prefix("r#") {
        Some(keyword) => syn::Ident::new_raw(keyword, proc_macro2::Span::call_site()),
        None => format_ident!("{text}"),
    }
}
