//! Parses a page file: which of its items are exports, and their arguments.
//!
//! Mistakes in a single item are reported here; those of the page as a whole in `check`.

mod misspelt;
mod params;
pub(crate) mod signature;

pub(crate) use self::misspelt::Misspelt;

use std::collections::BTreeSet;

use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{
    Expr, Item, ItemConst, ItemEnum, ItemFn, ItemStatic, ItemTrait, ItemType, ItemUnion, Lit, Type,
    UseTree, Visibility,
};

use crate::diagnostic::Diagnostic;
use crate::page::{Method, Page};
use crate::pattern::Part;

/// Collects the mistakes of one page file.
pub(crate) struct Mistakes<'a> {
    pub(crate) file: &'a str,
    pub(crate) text: &'a str,
    pub(crate) found: Vec<Diagnostic>,
}

impl Mistakes<'_> {
    pub(crate) fn report(
        &mut self,
        span: Span,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.found.push(Diagnostic::at(self.file, self.text, span, message).hint(hint));
    }

    /// Reports a mistake of the page as a whole, and marks a part of its name or all of it.
    pub(crate) fn report_in_name(
        &mut self,
        part: Option<&Part>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        let bracket = part.map(ToString::to_string);
        let found = bracket.and_then(|bracket| Some((self.file.rfind(&bracket)?, bracket.len())));
        let start = self.file.rfind('/').map_or(0, |slash| slash + 1);
        let (start, length) = found.unwrap_or((start, self.file.len() - start));
        let bytes = start..start + length;
        self.found.push(Diagnostic::in_name(self.file, bytes, message).hint(hint));
    }
}

/// The position of an unbalanced bracket or quote.
pub(crate) fn broken_tokens(file: &str, text: &str) -> Option<Diagnostic> {
    let error = text.parse::<TokenStream>().err()?;
    let message = "unbalanced bracket or quote";
    let hint = "complete the pair: rustc stops reading this file here";
    Some(Diagnostic::at(file, text, error.span(), message).hint(hint))
}

/// Reads the exports of a page; `None` if the file is not valid Rust, which rustc reports better.
pub(crate) fn page(mistakes: &mut Mistakes<'_>) -> Option<Page> {
    let file = syn::parse_file(mistakes.text).ok()?;
    let mut page = Page {
        endpoints: vec![],
        static_paths: None,
        params: None,
        prerender: None,
        revalidate: None,
        refused: BTreeSet::new(),
        misspelt: misspelt::find(&file.items),
    };
    // First, since endpoints refer to it by name.
    for item in &file.items {
        match item {
            Item::Struct(item) if item.ident == "Params" => {
                page.params = params::read(item, mistakes);
                if page.params.is_none() {
                    page.refused.insert("Params".into());
                }
            }
            Item::Enum(ItemEnum { ident, .. })
            | Item::Type(ItemType { ident, .. })
            | Item::Union(ItemUnion { ident, .. })
            | Item::Trait(ItemTrait { ident, .. })
                if ident == "Params" =>
            {
                refuse_params(ident, &mut page, mistakes);
            }
            Item::Use(item) if is_public(&item.vis) => {
                refuse_reexports(&item.tree, &mut page, mistakes);
            }
            _ => {}
        }
    }
    for item in &file.items {
        read_item(item, &mut page, mistakes);
    }
    page.endpoints.sort_by_key(|endpoint| endpoint.method);
    // Two functions of one name differ in their `#[cfg]`, or rustc reports them; the table contains the name once.
    page.endpoints.dedup_by_key(|endpoint| endpoint.method);
    Some(page)
}

fn read_item(item: &Item, page: &mut Page, mistakes: &mut Mistakes<'_>) {
    match item {
        Item::Fn(function) => read_function(function, page, mistakes),
        Item::Const(item) if item.ident == "PRERENDER" => {
            check_public(&item.vis, "const PRERENDER", item.ident.span(), mistakes);
            page.prerender = read_prerender(&item.expr, mistakes);
            if page.prerender.is_none() {
                page.refused.insert("PRERENDER".into());
            }
        }
        Item::Const(item) if item.ident == "REVALIDATE" => {
            check_public(&item.vis, "const REVALIDATE", item.ident.span(), mistakes);
            match check_seconds(&item.ty, mistakes) {
                true => page.revalidate = Some(item.ident.span()),
                false => drop(page.refused.insert("REVALIDATE".into())),
            }
        }
        Item::Static(item) if item.ident == "PRERENDER" || item.ident == "REVALIDATE" => {
            refuse_static(item, page, mistakes);
        }
        Item::Const(ItemConst { ident, .. }) | Item::Static(ItemStatic { ident, .. }) => {
            refuse_value(ident, page, mistakes);
        }
        _ => {}
    }
}

fn read_function(function: &ItemFn, page: &mut Page, mistakes: &mut Mistakes<'_>) {
    let ident = &function.sig.ident;
    let name = ident.to_string();
    let method = Method::from_function(&name);
    if name == "static_paths" || method.is_some() {
        let keyword = if function.sig.asyncness.is_some() { "async fn" } else { "fn" };
        check_public(&function.vis, &format!("{keyword} {name}"), ident.span(), mistakes);
    }
    if name == "static_paths" {
        page.static_paths = Some(signature::static_paths(&function.sig, mistakes));
    } else if let Some(method) = method {
        let has_params = page.params.is_some() || page.refused.contains("Params");
        page.endpoints.push(signature::endpoint(method, &function.sig, has_params, mistakes));
    } else if let Some(method) = Method::from_function(&name.to_ascii_lowercase()) {
        page.refused.insert(method.function().into());
        mistakes.report(
            ident.span(),
            format!("endpoints are named in lower case, not `{name}`"),
            format!("write `pub fn {}`", method.function()),
        );
    }
}

/// Returns true if and only if the generated code in the root of the crate can name the item.
fn is_public(vis: &Visibility) -> bool {
    match vis {
        Visibility::Inherited => false,
        Visibility::Restricted(within) => !within.path.is_ident("self"),
        Visibility::Public(_) => true,
    }
}

/// `item` is the start of the item without its `pub`: `fn get`.
fn check_public(vis: &Visibility, item: &str, span: Span, mistakes: &mut Mistakes<'_>) {
    if is_public(vis) {
        return;
    }
    let name = item.rsplit(' ').next().unwrap_or(item);
    mistakes.report(
        span,
        format!("`{name}` must be `pub` to be an export of the page"),
        format!("write `pub {item}`; if it is something else, rename it"),
    );
}

/// Reports a `static` in place of a `const`.
fn refuse_static(item: &ItemStatic, page: &mut Page, mistakes: &mut Mistakes<'_>) {
    let name = item.ident.to_string();
    let example = if name == "PRERENDER" { "bool = false" } else { "u64 = 60" };
    mistakes.report(
        item.ident.span(),
        format!("`{name}` must be a `const`"),
        format!("write `pub const {name}: {example};`"),
    );
    page.refused.insert(name);
}

/// Checks the type of `REVALIDATE`. Otherwise rustc reports it in the generated file, which does not help the author. An alias of `u64`
/// is left to rustc, as is any other name that could be one.
fn check_seconds(ty: &Type, mistakes: &mut Mistakes<'_>) -> bool {
    let is_other = match ty {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|last| NO_SECONDS.iter().any(|name| last.ident == name)),
        Type::Reference(_) | Type::Tuple(_) | Type::Array(_) => true,
        _ => false,
    };
    if is_other {
        mistakes.report(
            ty.span(),
            "`REVALIDATE` must be a `u64`",
            "write `pub const REVALIDATE: u64 = 60;`: it is a number of seconds",
        );
    }
    !is_other
}

/// Types in which people may write a time, and which are not `u64`.
const NO_SECONDS: [&str; 18] = [
    "u8", "u16", "u32", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64",
    "bool", "str", "String", "Duration", "Option",
];

/// Reports a `const` or `static` in place of a function: `pub const get: … = …;`.
fn refuse_value(ident: &syn::Ident, page: &mut Page, mistakes: &mut Mistakes<'_>) {
    // A constant in upper case, such as `ALL` or `HEAD`, does not have to be an export.
    let name = ident.to_string();
    if Method::from_function(&name).is_none() && name != "static_paths" {
        return;
    }
    let example = match name.as_str() {
        "static_paths" => "static_paths() -> impl IntoIterator<Item = StaticPath>".into(),
        method => format!("{method}(ctx: &Context) -> impl IntoResponse"),
    };
    mistakes.report(
        ident.span(),
        format!("`{name}` must be a function"),
        format!("write `pub fn {example}`"),
    );
    page.refused.insert(name);
}

/// Reports another type in place of `struct Params`: kiln fills its fields by name.
fn refuse_params(ident: &syn::Ident, page: &mut Page, mistakes: &mut Mistakes<'_>) {
    mistakes.report(
        ident.span(),
        "`Params` must be a struct with named fields",
        "write `pub struct Params { … }` with a `pub` field for each bracket of the file name; if the page means something \
         else by `Params`, give it another name",
    );
    page.refused.insert("Params".into());
}

/// Reports `pub use other::get;`: exports are read from the page's own file alone.
fn refuse_reexports(tree: &UseTree, page: &mut Page, mistakes: &mut Mistakes<'_>) {
    match tree {
        UseTree::Path(path) => refuse_reexports(&path.tree, page, mistakes),
        UseTree::Group(group) => {
            group.items.iter().for_each(|tree| refuse_reexports(tree, page, mistakes));
        }
        UseTree::Name(name) => refuse_reexport(&name.ident, page, mistakes),
        UseTree::Rename(rename) => refuse_reexport(&rename.rename, page, mistakes),
        UseTree::Glob(_) => {}
    }
}

fn refuse_reexport(ident: &syn::Ident, page: &mut Page, mistakes: &mut Mistakes<'_>) {
    let name = ident.unraw().to_string();
    let hint = match name.as_str() {
        "PRERENDER" => "write `pub const PRERENDER: bool = false;` here, or `true`".into(),
        "REVALIDATE" => {
            "write `pub const REVALIDATE: u64` here, and set it to the other constant".into()
        }
        "Params" => {
            "write `pub struct Params { … }` here, with a `pub` field for each bracket".into()
        }
        name if name == "static_paths" || Method::from_function(name).is_some() => {
            format!("write `pub fn {name}` here, and call the other function from it")
        }
        _ => return,
    };
    mistakes.report(
        ident.span(),
        format!("`{name}` cannot be re-exported: a page's exports are read from its file alone"),
        hint,
    );
    page.refused.insert(name);
}

fn read_prerender(expr: &Expr, mistakes: &mut Mistakes<'_>) -> Option<bool> {
    if let Expr::Lit(literal) = expr
        && let Lit::Bool(value) = &literal.lit
    {
        return Some(value.value);
    }
    mistakes.report(
        expr.span(),
        "`PRERENDER` must be a literal",
        "write `true` or `false`: kiln reads it before anything is compiled",
    );
    None
}
