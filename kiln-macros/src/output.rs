//! The output of a template: text that is known when it is compiled, and statements in between.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

/// The bytes to reserve for a value that is known at run time only.
const VALUE: usize = 16;

/// What a part of a template writes, and the mistakes found in it.
#[derive(Default)]
pub(crate) struct Output {
    parts: Vec<Part>,
    /// A `@let` is among the parts, so they need a scope of their own.
    pub(crate) has_bindings: bool,
    pub(crate) mistakes: Vec<syn::Error>,
}

enum Part {
    Text(String),
    Statement(TokenStream),
}

impl Output {
    /// Adds text that is HTML already.
    pub(crate) fn html(&mut self, html: &str) {
        match self.parts.last_mut() {
            Some(Part::Text(text)) => text.push_str(html),
            _ => self.parts.push(Part::Text(html.into())),
        }
    }

    /// Adds text, escaped as maud escapes it.
    pub(crate) fn text(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '&' => self.html("&amp;"),
                '<' => self.html("&lt;"),
                '>' => self.html("&gt;"),
                '"' => self.html("&quot;"),
                _ => self.html(character.encode_utf8(&mut [0; 4])),
            }
        }
    }

    /// Adds a value that the template computes.
    pub(crate) fn value(&mut self, value: &Expr) {
        let buffer = buffer();
        // The method call has the span of the value, so that the compiler points there if it implements neither trait.
        self.statement(quote_spanned! { value.span() =>
            (&::kiln::private::html::Value(&(#value))).write_html(&mut #buffer);
        });
    }

    pub(crate) fn statement(&mut self, statement: TokenStream) {
        self.parts.push(Part::Statement(statement));
    }

    /// Adds all of another output, in a scope of its own where it has bindings.
    pub(crate) fn append(&mut self, mut other: Output) {
        self.mistakes.append(&mut other.mistakes);
        if other.has_bindings {
            let statements = other.statements();
            self.statement(quote!({ #statements }));
            return;
        }
        for part in other.parts {
            match part {
                Part::Text(text) => self.html(&text),
                Part::Statement(statement) => self.statement(statement),
            }
        }
    }

    /// Roughly how many bytes the template writes.
    pub(crate) fn size(&self) -> usize {
        let size = |part: &Part| match part {
            Part::Text(text) => text.len(),
            Part::Statement(_) => VALUE,
        };
        self.parts.iter().map(size).sum()
    }

    pub(crate) fn statements(&self) -> TokenStream {
        let buffer = buffer();
        let statement = |part: &Part| match part {
            Part::Text(text) => quote!(#buffer.push_str(#text);),
            Part::Statement(statement) => statement.to_token_stream(),
        };
        self.parts.iter().map(statement).collect()
    }
}

/// The variable that the expansion writes to; no name in the template can refer to it.
pub(crate) fn buffer() -> Ident {
    Ident::new("buffer", Span::mixed_site())
}
