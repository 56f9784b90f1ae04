//! Control flow: `@if`, `@for`, `@while`, `@match` and `@let`, each with the syntax of Rust and markup as its body.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::ParseStream;
use syn::{Expr, Pat, Result, Stmt, Token, braced};

use crate::markup::{self, Place, block};
use crate::output::Output;

/// Parses control flow from its `@` on.
pub(crate) fn parse(input: ParseStream<'_>, place: Place, output: &mut Output) -> Result<()> {
    input.parse::<Token![@]>()?;
    if input.peek(Token![if]) {
        let statement = if_else(input, place, output)?;
        output.statement(statement);
    } else if input.peek(Token![for]) {
        for_in(input, place, output)?;
    } else if input.peek(Token![while]) {
        input.parse::<Token![while]>()?;
        let condition = Expr::parse_without_eager_brace(input)?;
        let body = body(input, place, output)?;
        output.statement(quote!(while #condition { #body }));
    } else if input.peek(Token![match]) {
        match_arms(input, place, output)?;
    } else if input.peek(Token![let]) {
        let binding = input.parse::<Stmt>()?;
        output.has_bindings = true;
        output.statement(binding.to_token_stream());
    } else {
        return Err(input.error("expected `if`, `for`, `while`, `match` or `let` after `@`"));
    }
    Ok(())
}

/// The statements of a body in braces; its mistakes are those of the output around it.
fn body(input: ParseStream<'_>, place: Place, output: &mut Output) -> Result<TokenStream> {
    let mut body = block(input, place)?;
    output.mistakes.append(&mut body.mistakes);
    Ok(body.statements())
}

fn if_else(input: ParseStream<'_>, place: Place, output: &mut Output) -> Result<TokenStream> {
    input.parse::<Token![if]>()?;
    let condition = Expr::parse_without_eager_brace(input)?;
    let then = body(input, place, output)?;
    let mut statement = quote!(if #condition { #then });
    if input.peek(Token![@]) && input.peek2(Token![else]) {
        input.parse::<Token![@]>()?;
        input.parse::<Token![else]>()?;
        let otherwise = match input.peek(Token![if]) {
            true => if_else(input, place, output)?,
            false => {
                let body = body(input, place, output)?;
                quote!({ #body })
            }
        };
        statement.extend(quote!(else #otherwise));
    }
    Ok(statement)
}

fn for_in(input: ParseStream<'_>, place: Place, output: &mut Output) -> Result<()> {
    input.parse::<Token![for]>()?;
    let pattern = Pat::parse_multi_with_leading_vert(input)?;
    input.parse::<Token![in]>()?;
    let items = Expr::parse_without_eager_brace(input)?;
    let body = body(input, place, output)?;
    output.statement(quote!(for #pattern in #items { #body }));
    Ok(())
}

fn match_arms(input: ParseStream<'_>, place: Place, output: &mut Output) -> Result<()> {
    input.parse::<Token![match]>()?;
    let value = Expr::parse_without_eager_brace(input)?;
    let content;
    braced!(content in input);
    let mut arms = TokenStream::new();
    while !content.is_empty() {
        arms.extend(arm(&content, place, output)?);
    }
    output.statement(quote!(match #value { #arms }));
    Ok(())
}

/// Parses one arm of a `@match`; its body is one piece of markup, and the comma after it may be left out.
fn arm(input: ParseStream<'_>, place: Place, output: &mut Output) -> Result<TokenStream> {
    let pattern = Pat::parse_multi_with_leading_vert(input)?;
    let guard = match input.peek(Token![if]) {
        true => {
            input.parse::<Token![if]>()?;
            let condition = input.parse::<Expr>()?;
            quote!(if #condition)
        }
        false => TokenStream::new(),
    };
    input.parse::<Token![=>]>()?;
    let mut body = Output::default();
    markup::one(input, place, &mut body)?;
    output.mistakes.append(&mut body.mistakes);
    if input.peek(Token![,]) {
        input.parse::<Token![,]>()?;
    }
    let statements = body.statements();
    Ok(quote!(#pattern #guard => { #statements }))
}
