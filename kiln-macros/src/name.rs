//! Names of elements, attributes, classes and ids: `h1`, `data-id`, `xlink:href`, `"@click"`.

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, LitInt, LitStr, Result, Token};

/// Parses a name: words, whole numbers and text in quotes, joined by `-` and `:`.
pub(crate) fn name(input: ParseStream<'_>) -> Result<String> {
    let mut name = String::new();
    loop {
        name.push_str(&word(input)?);
        if input.peek(Token![-]) {
            input.parse::<Token![-]>()?;
            name.push('-');
        } else if input.peek(Token![:]) {
            input.parse::<Token![:]>()?;
            name.push(':');
        } else {
            return Ok(name);
        }
    }
}

fn word(input: ParseStream<'_>) -> Result<String> {
    if input.peek(Ident::peek_any) {
        // A name such as `type` may be written as it is; `r#type` means the same.
        Ok(input.call(Ident::parse_any)?.unraw().to_string())
    } else if input.peek(LitInt) {
        Ok(input.parse::<LitInt>()?.to_string())
    } else if input.peek(LitStr) {
        Ok(input.parse::<LitStr>()?.value())
    } else if input.peek(Token![-]) || input.peek(Token![:]) {
        Ok(String::new())
    } else {
        Err(input.error("expected a name"))
    }
}
