//! Reads a page file's syntax: which of its items mean something to kiln, and what they ask for.
//!
//! The rules that one item can break alone are reported here; those that concern the page as a whole are
//! in `check`.

mod params;
mod signature;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Expr, Item, Lit, UseTree, Visibility};

use crate::diagnostic::Diagnostic;
use crate::page::{Method, Page};

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
}

/// Reads the exports of a page; `None` where the file is not Rust, which rustc reports better.
pub(crate) fn page(mistakes: &mut Mistakes<'_>) -> Option<Page> {
    let file = syn::parse_file(mistakes.text).ok()?;
    let mut page = Page { endpoints: vec![], static_paths: None, params: None, prerender: None };
    // First of all, since endpoints ask for it by name.
    for item in &file.items {
        if let Item::Struct(item) = item
            && item.ident == "Params"
        {
            page.params = params::read(item, mistakes);
        }
    }
    for item in &file.items {
        read_item(item, &mut page, mistakes);
    }
    page.endpoints.sort_by_key(|endpoint| endpoint.method);
    Some(page)
}

fn read_item(item: &Item, page: &mut Page, mistakes: &mut Mistakes<'_>) {
    match item {
        Item::Fn(function) => {
            let name = function.sig.ident.to_string();
            if name == "static_paths" {
                check_public(&function.vis, &name, function.sig.ident.span(), mistakes);
                page.static_paths = Some(signature::static_paths(&function.sig, mistakes));
            } else if let Some(method) = Method::from_function(&name) {
                check_public(&function.vis, &name, function.sig.ident.span(), mistakes);
                let has_params = page.params.is_some();
                page.endpoints.push(signature::endpoint(
                    method,
                    &function.sig,
                    has_params,
                    mistakes,
                ));
            } else if let Some(method) = Method::from_function(&name.to_ascii_lowercase()) {
                refuse_case(&name, method, function.sig.ident.span(), mistakes);
            }
        }
        Item::Const(item) if item.ident == "PRERENDER" => {
            check_public(&item.vis, "PRERENDER", item.ident.span(), mistakes);
            page.prerender = read_prerender(&item.expr, mistakes);
        }
        Item::Static(item) if item.ident == "PRERENDER" => mistakes.report(
            item.ident.span(),
            "`PRERENDER` must be a `const`",
            "write `pub const PRERENDER: bool = …;` with `true` or `false`",
        ),
        Item::Const(item) => refuse_value(&item.ident, mistakes),
        Item::Static(item) => refuse_value(&item.ident, mistakes),
        Item::Use(item) if !matches!(item.vis, Visibility::Inherited) => {
            refuse_reexports(&item.tree, mistakes);
        }
        _ => {}
    }
}

fn check_public(vis: &Visibility, name: &str, span: Span, mistakes: &mut Mistakes<'_>) {
    if matches!(vis, Visibility::Inherited) {
        let keyword = if name == "PRERENDER" { "const" } else { "fn" };
        mistakes.report(
            span,
            format!("`{name}` must be `pub` to be an export of the page"),
            format!("write `pub {keyword} {name}`, or give a helper of the page another name"),
        );
    }
}

fn check_public_struct(vis: &Visibility, span: Span, mistakes: &mut Mistakes<'_>) {
    if matches!(vis, Visibility::Inherited) {
        mistakes.report(
            span,
            "`struct Params` must be `pub` to be an export of the page",
            "write `pub struct Params`",
        );
    }
}

fn refuse_case(name: &str, method: Method, span: Span, mistakes: &mut Mistakes<'_>) {
    mistakes.report(
        span,
        format!("an endpoint is named in lower case, not `{name}`"),
        format!("write `pub fn {}`", method.function()),
    );
}

/// Reports a `const` or `static` that stands where a function is meant: `pub const get: … = …;`.
fn refuse_value(ident: &syn::Ident, mistakes: &mut Mistakes<'_>) {
    let name = ident.to_string();
    let lower = name.to_ascii_lowercase();
    // A constant in capitals, such as `ALL` or `HEAD`, is a page's own business.
    if name == lower && Method::from_function(&name).is_some() || name == "static_paths" {
        mistakes.report(
            ident.span(),
            format!("`{name}` must be a function"),
            format!("write `pub fn {name}`"),
        );
    }
}

/// Reports `pub use other::get;`: what a page exports is told by its own text alone.
fn refuse_reexports(tree: &UseTree, mistakes: &mut Mistakes<'_>) {
    match tree {
        UseTree::Path(path) => refuse_reexports(&path.tree, mistakes),
        UseTree::Group(group) => {
            group.items.iter().for_each(|tree| refuse_reexports(tree, mistakes));
        }
        UseTree::Name(name) => refuse_reexport(&name.ident, mistakes),
        UseTree::Rename(rename) => refuse_reexport(&rename.rename, mistakes),
        UseTree::Glob(_) => {}
    }
}

fn refuse_reexport(ident: &syn::Ident, mistakes: &mut Mistakes<'_>) {
    let name = ident.to_string();
    let is_export = Method::from_function(&name).is_some()
        || ["static_paths", "Params", "PRERENDER"].contains(&name.as_str());
    if is_export {
        mistakes.report(
            ident.span(),
            format!("`{name}` cannot be re-exported"),
            "kiln reads what a page exports from the page's own text: write it out here, and let it call the other",
        );
    }
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
        "write `true` or `false`: it is read before anything is compiled",
    );
    None
}
