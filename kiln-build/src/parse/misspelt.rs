//! Finds items that were probably meant as exports: `pub fn psot`, `pub const PRERNDER`.
//!
//! A page may contain other items, so a name alone is never a mistake. Items found here explain another mistake of the
//! page, or cause a warning. To avoid false positives, an item must be `pub`, be unused in the file, look like the
//! export (an endpoint returns a response, `PRERENDER` is a `bool`), and differ from its name by a typo.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{
    Fields, FnArg, GenericArgument, Ident, Item, PathArguments, ReturnType, Signature, Type,
};

use crate::page::Method;

/// An item with a name similar to that of an export.
#[derive(Debug)]
pub(crate) struct Misspelt {
    /// Its name in the page.
    pub(crate) name: String,
    pub(crate) span: Span,
    /// The name of the export.
    pub(crate) meant: &'static str,
}

impl Misspelt {
    pub(crate) fn message(&self) -> String {
        format!("`{}` is not an export of a page", self.name)
    }

    pub(crate) fn hint(&self) -> String {
        let declaration = match self.meant {
            "PRERENDER" => "const PRERENDER: bool".to_owned(),
            "REVALIDATE" => "const REVALIDATE: u64".to_owned(),
            "Params" => "struct Params".to_owned(),
            function => format!("fn {function}"),
        };
        format!("write `pub {declaration}` if that is meant")
    }

    /// Whether the export is a method.
    pub(crate) fn is_endpoint(&self) -> bool {
        Method::from_function(self.meant).is_some()
    }
}

/// The items of a file that were probably meant as exports, in order.
pub(super) fn find(items: &[Item]) -> Vec<Misspelt> {
    let found = items.iter().filter_map(|item| {
        let (ident, meant) = meant(item)?;
        let name = ident.unraw().to_string();
        let is_used =
            || items.iter().map(|item| count(item.to_token_stream(), ident)).sum::<usize>() > 1;
        let is_found = name != meant && !is_used();
        is_found.then(|| Misspelt { name, span: ident.span(), meant })
    });
    found.collect()
}

fn meant(item: &Item) -> Option<(&Ident, &'static str)> {
    match item {
        Item::Fn(item) if super::is_public(&item.vis) => {
            let ident = &item.sig.ident;
            Some((ident, function(&ident.unraw().to_string(), &item.sig)?))
        }
        Item::Const(item) if super::is_public(&item.vis) => {
            Some((&item.ident, constant(&item.ident.to_string(), &item.ty)?))
        }
        Item::Static(item) if super::is_public(&item.vis) => {
            Some((&item.ident, constant(&item.ident.to_string(), &item.ty)?))
        }
        Item::Struct(item) if super::is_public(&item.vis) => {
            let is_alike = near(&item.ident.to_string(), "Params", 1)
                && matches!(item.fields, Fields::Named(_));
            is_alike.then_some((&item.ident, "Params"))
        }
        _ => None,
    }
}

fn constant(name: &str, ty: &Type) -> Option<&'static str> {
    let ty = last_ident(ty)?;
    let is_number = || matches!(ty.as_bytes(), [b'u' | b'i', b'0'..=b'9', ..]) || ty == "usize";
    let is_time = is_number() || ty == "Duration";
    let exports = [("PRERENDER", ty == "bool"), ("REVALIDATE", is_time)];
    let is_meant = |export: &&(&str, bool)| export.1 && near(name, export.0, 2);
    exports.iter().find(is_meant).map(|export| export.0)
}

/// Words that are plausible names of helpers.
const WORDS: [&str; 7] = ["call", "gets", "heads", "path", "posts", "puts", "tall"];

/// The names of `static_paths` in other generators.
const OTHER_NAMES: [&str; 3] = ["getstaticpaths", "generatestaticparams", "staticpath"];

fn function(name: &str, signature: &Signature) -> Option<&'static str> {
    let plain = name.replace('_', "").to_lowercase();
    if near(name, "static_paths", 2) || plain == "staticpaths" || OTHER_NAMES.contains(&&*plain) {
        return Some("static_paths");
    }
    if !is_endpoint(signature) {
        return None;
    }
    let methods = Method::ALL.into_iter().map(Method::function);
    if WORDS.contains(&name) {
        return None;
    }
    // Upper-case names have their own message.
    methods.filter(|method| near(name, method, 1) && plain != *method).find(|method| {
        // Short words have many neighbours: `gut` and `got` are not `get`, and `pots` is not `posts`.
        method.len() > 4 || !is_replaced(name, method)
    })
}

/// Whether the names differ by a replaced letter.
fn is_replaced(name: &str, export: &str) -> bool {
    let differing = name.chars().zip(export.chars()).filter(|(a, b)| a != b).count();
    name.len() == export.len() && differing == 1
}

/// Whether a function may be an endpoint: it takes the arguments of an endpoint, and returns a response.
fn is_endpoint(signature: &Signature) -> bool {
    let asks = |input: &FnArg| match input {
        FnArg::Typed(input) => match &*input.ty {
            // Props are seldom plain text, but the arguments of helpers often are.
            Type::Reference(reference) => {
                reference.mutability.is_none()
                    && last_ident(&reference.elem).is_some_and(|name| name != "str")
            }
            ty => last_ident(ty).is_some_and(|name| name == "Params"),
        },
        FnArg::Receiver(_) => false,
    };
    let ReturnType::Type(_, output) = &signature.output else { return false };
    signature.inputs.iter().all(asks) && signature.generics.params.is_empty() && is_response(output)
}

const RESPONSES: [&str; 16] = [
    "Body",
    "Bytes",
    "Cow",
    "Html",
    "IntoResponse",
    "Json",
    "Markup",
    "PreEscaped",
    "Redirect",
    "Response",
    "Result",
    "Sse",
    "StatusCode",
    "String",
    "Xml",
    "str",
];

fn is_response(ty: &Type) -> bool {
    match ty {
        Type::ImplTrait(bounds) => bounds.to_token_stream().to_string().contains("IntoResponse"),
        Type::Reference(reference) => is_response(&reference.elem),
        Type::Paren(inner) => is_response(&inner.elem),
        Type::Tuple(tuple) => tuple.elems.last().is_some_and(is_response),
        Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            let is_bytes = last.ident == "Vec"
                && matches!(&last.arguments, PathArguments::AngleBracketed(arguments)
                    if matches!(arguments.args.first(), Some(GenericArgument::Type(inner))
                        if last_ident(inner).is_some_and(|name| name == "u8")));
            is_bytes || RESPONSES.iter().any(|response| last.ident == response)
        }),
        _ => false,
    }
}

/// Whether a name differs from another by at most this many typos: a missing, extra or replaced letter, or two swapped
/// ones.
fn near(name: &str, export: &str, most: usize) -> bool {
    strsim::damerau_levenshtein(&name.to_lowercase(), &export.to_lowercase()) <= most
}

fn last_ident(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        _ => None,
    }
}

/// The number of times a name occurs in some tokens.
fn count(tokens: TokenStream, name: &Ident) -> usize {
    let count_in = |tree: TokenTree| match tree {
        TokenTree::Group(group) => count(group.stream(), name),
        TokenTree::Ident(ident) => usize::from(ident == *name),
        TokenTree::Punct(_) | TokenTree::Literal(_) => 0,
    };
    tokens.into_iter().map(count_in).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str)]) {
        let file = syn::parse_file(text).expect("a file");
        let found = find(&file.items);
        let found: Vec<_> = found.iter().map(|it| (it.name.as_str(), it.meant)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn typos_are_found() {
        check("pub fn psot(ctx: &Context) -> Response { x }", &[("psot", "post")]);
        check("pub async fn gte() -> Result<impl IntoResponse> { x }", &[("gte", "get")]);
        check("pub fn geet() -> Html<&'static str> { x }", &[("geet", "get")]);
        check("pub fn delet(ctx: &Context) -> StatusCode { x }", &[("delet", "delete")]);
        check("pub fn optoins() -> impl IntoResponse + use<> { x }", &[("optoins", "options")]);
        check("pub fn gett() -> Vec<u8> { x }", &[("gett", "get")]);
        check("pub fn psot() -> PreEscaped<String> { x }", &[("psot", "post")]);
        check("pub fn psot() -> Cow<'static, str> { x }", &[("psot", "post")]);
        check("pub const REVALIDTE: u32 = 60;", &[("REVALIDTE", "REVALIDATE")]);
        check("pub fn static_path() -> Vec<StaticPath> { x }", &[("static_path", "static_paths")]);
        check("pub fn getStaticPaths() -> Vec<A> { x }", &[("getStaticPaths", "static_paths")]);
        check("pub fn staticPaths() -> Vec<A> { x }", &[("staticPaths", "static_paths")]);
        for name in ["PRERNDER", "Prerender", "PRE_RENDER", "PRERENDERED", "prerender"] {
            check(&format!("pub const {name}: bool = false;"), &[(name, "PRERENDER")]);
            check(&format!("pub static {name}: bool = false;"), &[(name, "PRERENDER")]);
        }
        for name in ["REVALIDATED", "REVALIDTE", "Revalidate"] {
            check(&format!("pub const {name}: u64 = 1;"), &[(name, "REVALIDATE")]);
        }
        check("pub struct Param { pub slug: String }", &[("Param", "Params")]);
        check("pub struct params { pub slug: String }", &[("params", "Params")]);
    }

    #[test]
    fn helpers_are_not_reported() {
        for text in [
            "fn psot() -> Response { x }",
            "pub fn gut() -> String { x }",
            "pub fn pots() -> Vec<Pot> { x }",
            "pub fn posts() -> Vec<Post> { x }",
            "pub fn set(ctx: &Context) -> String { x }",
            "pub fn gets(a: u32) -> String { x }",
            "pub fn heads() -> usize { x }",
            "pub fn gett() {}",
            "pub fn gett<T>(x: &T) -> String { x }",
            "pub fn parse(x: &str) -> Result<u8> { x }",
            "pub fn path(x: &str) -> String { x }",
            "pub fn path() -> String { x }",
            "pub fn gett(x: &str) -> String { x }",
            "pub fn geet() -> String { x } pub fn get() -> String { geet() }",
            "pub fn get() -> String { geet() } pub fn geet() -> String { x }",
            "pub const PRERNDER: &str = \"\";",
            "pub const PRERNDER: bool = true; fn f() -> bool { PRERNDER }",
            "pub const RENDER: bool = true;",
            "pub struct Param(String);",
            "pub struct Post { pub slug: String }",
            "pub fn get() -> String { x } pub const PRERENDER: bool = true;",
            "pub fn GET() -> String { x }",
        ] {
            check(text, &[]);
        }
    }
}
