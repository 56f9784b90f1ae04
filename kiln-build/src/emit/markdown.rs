//! The settings of Markdown.

use proc_macro2::TokenStream;
use quote::quote;

use crate::config::{Highlight, Markdown};

/// The field `markdown` of the settings, through a macro and functions of kiln's that compile where kiln has what they need.
pub(super) fn markdown(markdown: &Markdown) -> TokenStream {
    let Markdown {
        smart_punctuation,
        math,
        heading_anchors,
        highlight,
        image_widths,
        external_links,
    } = markdown;
    let highlight = match highlight {
        _ if markdown.highlight == Highlight::default() => {
            quote!(::kiln::private::Highlight::DEFAULT)
        }
        Highlight::Off => quote!(::kiln::private::Highlight::Off),
        Highlight::Themes { light, dark } => {
            quote!(::kiln::private::highlight(::kiln::private::Highlight::Themes { light: #light, dark: #dark }))
        }
    };
    quote! {
        markdown: ::kiln::markdown_settings!(::kiln::private::markdown(::kiln::private::Markdown {
            smart_punctuation: #smart_punctuation,
            math: #math,
            heading_anchors: #heading_anchors,
            highlight: #highlight,
            image_widths: &[#(#image_widths),*],
            external_links: #external_links,
        }))
    }
}
