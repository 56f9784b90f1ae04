//! The macro of kiln's prelude: `html!`.
//!
//! Depend on `kiln`, which exports it. It is a crate of its own because procedural macros have to be.

mod attribute;
mod control_flow;
mod element;
mod markup;
mod name;
mod output;

use proc_macro2::TokenStream;
use quote::quote;

/// Writes HTML as an expression of the type `kiln::maud::Markup`, with the [syntax of maud](https://maud.lambda.xyz).
///
/// Values are escaped unless they are `Markup` or `PreEscaped`. A value implements `Render` or `Display`; `Render` wins.
///
/// maud's own macro has the same syntax and the same output, but its expansion contains `extern crate maud`, so each site
/// would have to depend on maud beside kiln. This one expands to paths of `::kiln`.
#[proc_macro]
pub fn html(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand(input.into()).into()
}

/// The code of a template. Where it has mistakes, the code of what could be read, and a `compile_error!` for each.
fn expand(input: TokenStream) -> TokenStream {
    let template = markup::parse(input);
    let mistakes = template.mistakes.iter().map(syn::Error::to_compile_error);
    let (size, buffer) = (template.size(), output::buffer());
    let statements = template.statements();
    quote! {{
        #[allow(unused_imports)]
        use ::kiln::private::html::{ByDisplay as _, ByRender as _};
        #(#mistakes)*
        #[allow(unused_mut)]
        let mut #buffer = ::std::string::String::with_capacity(#size);
        #statements
        ::kiln::maud::PreEscaped(#buffer)
    }}
}

#[cfg(test)]
mod tests;
