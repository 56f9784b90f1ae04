//! The attributes of an element: `.class`, `#id`, `name="value"`, `name=[option]`, `name[condition]`.

use proc_macro2::Span;
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::token::Bracket;
use syn::{Error, Expr, Ident, Lit, LitBool, Result, Token, bracketed, parse_quote};

use crate::markup::{self, Place, refuse_rest};
use crate::name::name;
use crate::output::Output;

/// The attributes of one element, in the order in which they are written: classes, the id, and the others.
#[derive(Default)]
pub(crate) struct Attributes {
    classes: Vec<Class>,
    id: Option<Output>,
    others: Output,
}

struct Class {
    name: Output,
    /// The class is there only if this is true.
    condition: Option<Expr>,
}

impl Attributes {
    /// Parses attributes as long as there are any.
    pub(crate) fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut attributes = Attributes::default();
        loop {
            if input.peek(Token![.]) {
                input.parse::<Token![.]>()?;
                let name = class_or_id(input)?;
                attributes.classes.push(Class { name, condition: condition(input)? });
            } else if input.peek(Token![#]) {
                let hash = input.parse::<Token![#]>()?;
                if attributes.id.replace(class_or_id(input)?).is_some() {
                    return Err(Error::new_spanned(hash, "an element has one id"));
                }
            } else if input.peek(Ident::peek_any) || input.peek(Lit) {
                attribute(input, &mut attributes.others)?;
            } else {
                return Ok(attributes);
            }
        }
    }

    pub(crate) fn write(self, output: &mut Output) {
        if !self.classes.is_empty() {
            output.html(" class=\"");
            write_classes(self.classes, output);
            output.html("\"");
        }
        if let Some(id) = self.id {
            output.html(" id=\"");
            output.append(id);
            output.html("\"");
        }
        output.append(self.others);
    }
}

/// Writes the classes without a condition first, as maud does.
fn write_classes(classes: Vec<Class>, output: &mut Output) {
    let mut later = Vec::new();
    for (at, Class { name, condition }) in classes.into_iter().enumerate() {
        let mut class = Output::default();
        if at > 0 {
            class.html(" ");
        }
        class.append(name);
        match condition {
            None => output.append(class),
            Some(condition) => later.push((condition, class)),
        }
    }
    for (condition, class) in later {
        only_if(&condition, class, output);
    }
}

fn class_or_id(input: ParseStream<'_>) -> Result<Output> {
    let mut output = Output::default();
    match input.peek(Ident::peek_any) || input.peek(Lit) {
        true => output.text(&name(input)?),
        false => markup::one(input, Place::Attribute, &mut output)?,
    }
    Ok(output)
}

/// Parses an attribute with a name.
fn attribute(input: ParseStream<'_>, output: &mut Output) -> Result<()> {
    let name = name(input)?;
    // maud's old form: `checked?[condition]`.
    if input.peek(Token![?]) {
        input.parse::<Token![?]>()?;
    }
    if !input.peek(Token![=]) {
        let mut attribute = Output::default();
        attribute.html(" ");
        attribute.text(&name);
        match condition(input)? {
            Some(condition) => only_if(&condition, attribute, output),
            None => output.append(attribute),
        }
        return Ok(());
    }
    input.parse::<Token![=]>()?;
    if input.peek(Bracket) {
        optional(&name, &in_brackets(input)?, output);
        return Ok(());
    }
    if input.peek(LitBool) {
        return Err(input.error(format!(
            "the value of an attribute is text\n  hint: write `{name}` for an attribute without a value, or `{name}[condition]`"
        )));
    }
    start(&name, output);
    markup::one(input, Place::Attribute, output)?;
    output.html("\"");
    Ok(())
}

/// An attribute that is there only if an `Option` has a value.
fn optional(name: &str, option: &Expr, output: &mut Output) {
    let value = Ident::new("value", Span::mixed_site());
    let mut attribute = Output::default();
    start(name, &mut attribute);
    attribute.value(&parse_quote!(#value));
    attribute.html("\"");
    let body = attribute.statements();
    output.statement(quote!(if let ::core::option::Option::Some(#value) = (#option) { #body }));
}

fn start(name: &str, output: &mut Output) {
    output.html(" ");
    output.text(name);
    output.html("=\"");
}

/// Adds an output that is written only if a condition holds.
fn only_if(condition: &Expr, mut conditional: Output, output: &mut Output) {
    output.mistakes.append(&mut conditional.mistakes);
    let body = conditional.statements();
    output.statement(quote!(if (#condition) { #body }));
}

fn condition(input: ParseStream<'_>) -> Result<Option<Expr>> {
    input.peek(Bracket).then(|| in_brackets(input)).transpose()
}

fn in_brackets(input: ParseStream<'_>) -> Result<Expr> {
    let content;
    bracketed!(content in input);
    let expression = content.parse()?;
    refuse_rest(&content)?;
    Ok(expression)
}
