//! The content of a block: text, values, elements, control flow, and nested blocks.

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::token::{Brace, Paren};
use syn::{Error, Expr, Ident, Lit, LitStr, Result, Token, braced, parenthesized};

use crate::control_flow;
use crate::element::{self, element};
use crate::output::Output;

/// Where markup stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the body of an element.
    Body,
    /// In the value of an attribute, where no element can be.
    Attribute,
}

/// Parses a whole template.
pub(crate) fn parse(input: TokenStream) -> Output {
    let mut output = Output::default();
    let template = |input: ParseStream<'_>| {
        all(input, Place::Body, &mut output);
        Ok(())
    };
    // syn complains of what a mistake has left unread, too.
    if let Err(mistake) = template.parse2(input)
        && output.mistakes.is_empty()
    {
        output.mistakes.push(mistake);
    }
    output
}

/// Parses what is between the braces that come next.
pub(crate) fn block(input: ParseStream<'_>, place: Place) -> Result<Output> {
    if !input.peek(Brace) {
        return Err(input.error("expected markup in braces: `{ … }`"));
    }
    let content;
    braced!(content in input);
    let mut output = Output::default();
    all(&content, place, &mut output);
    Ok(output)
}

/// Parses up to the end of a block. A mistake ends the block that it is in; what follows that block is read.
fn all(input: ParseStream<'_>, place: Place, output: &mut Output) {
    while !input.is_empty() {
        if let Err(mistake) = one(input, place, output) {
            output.mistakes.push(mistake);
            return;
        }
    }
}

/// Parses one piece of markup.
pub(crate) fn one(input: ParseStream<'_>, place: Place, output: &mut Output) -> Result<()> {
    refuse_keyword(input)?;
    if input.peek(Brace) {
        output.append(block(input, place)?);
    } else if input.peek(Lit) {
        output.text(&literal(input)?.value());
    } else if input.peek(Paren) {
        let content;
        parenthesized!(content in input);
        output.value(&content.parse::<Expr>()?);
        refuse_rest(&content)?;
    } else if input.peek(Token![@]) {
        control_flow::parse(input, place, output)?;
    } else if input.peek(Token![;]) {
        input.parse::<Token![;]>()?;
    } else if place == Place::Body && element::starts(input) {
        element(input, output)?;
    } else {
        return Err(input.error(match place {
            Place::Body => "expected text in quotes, `(value)`, an element, `@if`, or `{`",
            Place::Attribute => "expected text in quotes, `(value)`, or `{`",
        }));
    }
    Ok(())
}

/// Control flow starts with `@`: without it, `if` would be read as an element.
fn refuse_keyword(input: ParseStream<'_>) -> Result<()> {
    let is_keyword = input.peek(Token![if])
        || input.peek(Token![else])
        || input.peek(Token![for])
        || input.peek(Token![while])
        || input.peek(Token![match])
        || input.peek(Token![let]);
    if !is_keyword {
        return Ok(());
    }
    let keyword = input.call(Ident::parse_any)?;
    let hint = format!(
        "`{keyword}` is not an element\n  hint: control flow starts with `@`: `@{keyword}`"
    );
    Err(Error::new(keyword.span(), hint))
}

/// A value is one expression.
pub(crate) fn refuse_rest(content: ParseStream<'_>) -> Result<()> {
    match content.is_empty() {
        true => Ok(()),
        false => Err(content.error("expected the end of the value")),
    }
}

/// Text in quotes; any other literal is a mistake that shows how to quote it.
fn literal(input: ParseStream<'_>) -> Result<LitStr> {
    match input.parse::<Lit>()? {
        Lit::Str(text) => Ok(text),
        other => {
            let shown = match &other {
                Lit::Char(character) => character.value().to_string(),
                other => quote::quote!(#other).to_string(),
            };
            let hint = format!(
                "text needs double quotes\n  hint: write `\"{shown}\"`, or `({shown})` for a value"
            );
            Err(Error::new_spanned(other, hint))
        }
    }
}
