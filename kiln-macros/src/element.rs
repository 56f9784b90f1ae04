//! Elements: a name, attributes, and a body.

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::token::Brace;
use syn::{Ident, Result, Token};

use crate::attribute::Attributes;
use crate::markup::{Place, block};
use crate::name::name;
use crate::output::Output;

/// Returns true if and only if what comes next is an element.
pub(crate) fn starts(input: ParseStream<'_>) -> bool {
    input.peek(Ident::peek_any) || input.peek(Token![.]) || input.peek(Token![#])
}

/// Parses an element. One that starts with its class or id is a `div`.
pub(crate) fn element(input: ParseStream<'_>, output: &mut Output) -> Result<()> {
    let name = match input.peek(Ident::peek_any) {
        true => name(input)?,
        false => "div".into(),
    };
    let attributes = Attributes::parse(input)?;
    output.html("<");
    output.text(&name);
    attributes.write(output);
    output.html(">");
    if input.peek(Token![;]) {
        input.parse::<Token![;]>()?;
        return Ok(());
    }
    if input.peek(Token![/]) {
        return Err(
            input.error("an element without a body ends in `;`\n  hint: write `;` instead of `/`")
        );
    }
    if !input.peek(Brace) {
        return Err(input.error(format!(
            "expected an attribute of `{name}`, its body in `{{ … }}`, or `;` if it has none"
        )));
    }
    output.append(block(input, Place::Body)?);
    output.html("</");
    output.text(&name);
    output.html(">");
    Ok(())
}
