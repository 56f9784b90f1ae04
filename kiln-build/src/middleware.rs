//! Reads `src/middleware.rs`: the function that every request passes through, and the paths that it applies to.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Expr, Item, ItemFn, Lit, LitStr, UseTree, Visibility};

use crate::diagnostic::Diagnostic;
use crate::matcher;
use crate::parse::{Mistakes, signature};

/// The file, relative to the site's folder.
pub(crate) const FILE: &str = "src/middleware.rs";

const FUNCTION: &str = "on_request";
const EXAMPLE: &str =
    "pub async fn on_request(ctx: &mut Context, next: Next<'_>) -> Result<Response>";

/// The middleware of a site.
#[derive(Debug)]
pub(crate) struct Middleware {
    /// The file, absolute.
    pub(crate) path: PathBuf,
    /// The content of the file.
    pub(crate) text: String,
    /// Set if the file cannot be split into tokens.
    pub(crate) stops_rustc: Option<Diagnostic>,
    /// `None` if the file does not parse or has mistakes.
    pub(crate) exports: Option<Exports>,
}

/// What the file exports.
#[derive(Debug)]
pub(crate) struct Exports {
    /// Whether `on_request` returns a `Result`.
    pub(crate) is_fallible: bool,
    /// The entries of `MATCHER`, each as a regex; `None` without such a constant.
    pub(crate) matcher: Option<Vec<String>>,
}

/// Reads the middleware of the site in a folder; `None` if it has none.
///
/// Legal code that is probably a mistake is added to `warnings`.
pub(crate) fn read(
    folder: &Path,
    warnings: &mut Vec<Diagnostic>,
) -> (Option<Middleware>, Vec<Diagnostic>) {
    let path = folder.join(FILE);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return (None, misplaced(folder)),
        Err(error) => return (None, vec![Diagnostic::unreadable(FILE, &error)]),
    };
    let mut mistakes = Mistakes { file: FILE, text: &text, found: Vec::new() };
    let file = syn::parse_file(&text).ok();
    let exports = file.as_ref().and_then(|file| exports(&file.items, &mut mistakes));
    let found = std::mem::take(&mut mistakes.found);
    if let Some(file) = file.filter(|_| found.is_empty()) {
        report_misspelt(&file.items, &mut mistakes);
        warnings.append(&mut mistakes.found);
    }
    let exports = exports.filter(|_| found.is_empty());
    let stops_rustc = crate::parse::broken_tokens(FILE, &text);
    (Some(Middleware { path, text, stops_rustc, exports }), found)
}

/// Places where other tools look for middleware, and kiln does not.
fn misplaced(folder: &Path) -> Vec<Diagnostic> {
    let places = ["src/middleware/mod.rs", "src/middleware/index.rs", "middleware.rs"];
    let found = places.into_iter().find(|place| folder.join(place).is_file());
    let mistake = |place: &str| {
        Diagnostic::in_name(place, 0..place.len(), format!("kiln looks for middleware in {FILE}"))
            .hint(format!("name the file {FILE}; its own modules may stay in src/middleware/"))
    };
    found.map(mistake).into_iter().collect()
}

fn exports(items: &[Item], mistakes: &mut Mistakes<'_>) -> Option<Exports> {
    let mut function = None;
    let mut matcher = None;
    let mut is_refused = false;
    for item in items {
        match item {
            Item::Fn(item) if item.sig.ident == FUNCTION => {
                function = Some(check_function(item, mistakes));
            }
            Item::Const(item) if item.ident == "MATCHER" => {
                check_public(&item.vis, "const MATCHER", item.ident.span(), mistakes);
                matcher = Some(entries(&item.expr, mistakes));
            }
            Item::Static(item) if item.ident == "MATCHER" => mistakes.report(
                item.ident.span(),
                "`MATCHER` must be a `const`",
                "write `pub const MATCHER: &[&str] = &[\"/about/:path*\"];`",
            ),
            Item::Const(syn::ItemConst { ident, .. })
            | Item::Static(syn::ItemStatic { ident, .. })
                if ident == FUNCTION =>
            {
                is_refused = true;
                mistakes.report(
                    ident.span(),
                    format!("`{FUNCTION}` must be a function"),
                    format!("write `{EXAMPLE}`, and chain several with `sequence((a, b)).run(ctx, next).await` in it"),
                );
            }
            Item::Use(item) => is_refused |= refuse_reexports(&item.vis, &item.tree, mistakes),
            _ => {}
        }
    }
    if function.is_none() && !is_refused {
        report_missing(items, mistakes);
    }
    Some(Exports { is_fallible: function?, matcher })
}

/// Reports a signature that the generated code cannot call. Returns whether the function returns a `Result`.
fn check_function(function: &ItemFn, mistakes: &mut Mistakes<'_>) -> bool {
    let name = &function.sig.ident;
    check_public(&function.vis, "async fn on_request", name.span(), mistakes);
    if function.sig.asyncness.is_none() {
        mistakes.report(
            function.sig.fn_token.span(),
            format!("`{FUNCTION}` must be `async`: it waits for the page"),
            format!("write `{EXAMPLE}`"),
        );
    }
    signature::refuse_uncallable(&function.sig, mistakes);
    let mut inputs = function.sig.inputs.iter();
    let (ctx, next) = (inputs.next(), inputs.next());
    let is_context = |input| signature::is_mutable_reference_to(input, "Context");
    let is_next = |input| signature::is_owned(input, "Next");
    match (ctx, next, inputs.next()) {
        (Some(ctx), Some(next), None) if is_context(ctx) && is_next(next) => {}
        (Some(ctx), Some(next), None) if is_context(ctx) => mistakes.report(
            next.span(),
            format!("`{FUNCTION}` takes `next: Next<'_>` after its context"),
            format!("write `{EXAMPLE}`"),
        ),
        (Some(ctx), Some(_), None) => mistakes.report(
            ctx.span(),
            format!("`{FUNCTION}` takes its context as `ctx: &mut Context`"),
            format!("write `{EXAMPLE}`"),
        ),
        (_, _, third) => mistakes.report(
            third.map_or_else(|| name.span(), Spanned::span),
            format!("`{FUNCTION}` takes two arguments: the context, and `next`"),
            format!("write `{EXAMPLE}`"),
        ),
    }
    signature::shape(&function.sig).is_fallible
}

fn check_public(vis: &Visibility, item: &str, span: Span, mistakes: &mut Mistakes<'_>) {
    if !matches!(vis, Visibility::Inherited) {
        return;
    }
    let name = item.rsplit(' ').next().unwrap_or(item);
    mistakes.report(
        span,
        format!("`{name}` must be `pub` to be an export of the middleware"),
        format!("write `pub {item}`"),
    );
}

/// Reports `pub use other::on_request;`: exports are read from this file alone.
fn refuse_reexports(vis: &Visibility, tree: &UseTree, mistakes: &mut Mistakes<'_>) -> bool {
    let ident = match tree {
        UseTree::Path(path) => return refuse_reexports(vis, &path.tree, mistakes),
        UseTree::Group(group) => {
            let refused =
                group.items.iter().map(|tree| refuse_reexports(vis, tree, mistakes)).max();
            return refused.unwrap_or_default();
        }
        UseTree::Name(name) => &name.ident,
        UseTree::Rename(rename) => &rename.rename,
        UseTree::Glob(_) => return false,
    };
    let hint = match ident.unraw().to_string().as_str() {
        FUNCTION => format!("write `{EXAMPLE}` here, and call the other function from it"),
        "MATCHER" => "write `pub const MATCHER: &[&str]` here, with its entries".to_owned(),
        _ => return false,
    };
    if matches!(vis, Visibility::Inherited) && ident == "MATCHER" {
        return false;
    }
    mistakes.report(
        ident.span(),
        format!(
            "`{ident}` cannot be re-exported: what the middleware exports is read from this file alone"
        ),
        hint,
    );
    ident == FUNCTION
}

/// Reports a missing `on_request`, at the item that was probably meant.
fn report_missing(items: &[Item], mistakes: &mut Mistakes<'_>) {
    let similar = items.iter().find_map(|item| match item {
        Item::Fn(item) => Some(&item.sig.ident).filter(|ident| is_similar(&ident.to_string())),
        _ => None,
    });
    match similar {
        Some(ident) => mistakes.report(
            ident.span(),
            format!("the middleware is a function `{FUNCTION}`, not `{ident}`"),
            format!("write `{EXAMPLE}`"),
        ),
        None => mistakes.report_in_name(
            None,
            format!("there is no `pub async fn {FUNCTION}`"),
            format!("add `{EXAMPLE}`, or remove the file"),
        ),
    }
}

/// Reports constants with a name similar to `MATCHER`: without one, the middleware applies to all paths.
fn report_misspelt(items: &[Item], mistakes: &mut Mistakes<'_>) {
    for item in items {
        let (vis, ident) = match item {
            Item::Const(item) => (&item.vis, &item.ident),
            Item::Static(item) => (&item.vis, &item.ident),
            _ => continue,
        };
        let name = ident.to_string();
        let is_near = strsim::damerau_levenshtein(&name.to_lowercase(), "matcher") <= 2;
        if is_near && name != "MATCHER" && !matches!(vis, Visibility::Inherited) {
            mistakes.report(
                ident.span(),
                format!("`{name}` is not an export of the middleware"),
                "write `pub const MATCHER: &[&str]` if that is what you meant",
            );
        }
    }
}

fn is_similar(name: &str) -> bool {
    let plain = name.replace('_', "").to_lowercase();
    ["onrequest", "middleware", "handle", "proxy"].contains(&plain.as_str())
        || strsim::levenshtein(&plain, "onrequest") <= 2
}

/// The entries of `MATCHER`, each as a regex.
fn entries(value: &Expr, mistakes: &mut Mistakes<'_>) -> Vec<String> {
    let list = match value {
        Expr::Reference(reference) => &*reference.expr,
        value => value,
    };
    let Expr::Array(array) = list else {
        mistakes.report(
            value.span(),
            "`MATCHER` must be a list of literals",
            "write `&[\"/about/:path*\"]`: kiln reads it before anything is compiled",
        );
        return vec![];
    };
    array.elems.iter().filter_map(|entry| compiled(entry, mistakes)).collect()
}

fn compiled(entry: &Expr, mistakes: &mut Mistakes<'_>) -> Option<String> {
    if let Expr::Lit(literal) = entry
        && let Lit::Str(text) = &literal.lit
    {
        return match matcher::compile(&text.value()) {
            Ok(regex) => Some(regex),
            Err(mistake) => {
                report_entry(text, mistake, mistakes);
                None
            }
        };
    }
    mistakes.report(
        entry.span(),
        "an entry of `MATCHER` must be a literal",
        "write the path out, for example \"/about/:path*\": kiln reads it before anything is compiled",
    );
    None
}

/// Reports a mistake in an entry at its character, or at the start of the entry if it contains escapes.
fn report_entry(text: &LitStr, mistake: matcher::Mistake, mistakes: &mut Mistakes<'_>) {
    let (source, value) = (text.token().to_string(), text.value());
    let quote = source.find('"').map_or(0, |at| at + 1);
    let is_plain = source.get(quote..quote + value.len()) == Some(&value) && !value.contains('\n');
    let start = text.span().start();
    let bytes = Some(text.span().byte_range()).filter(|_| is_plain && start.line > 0);
    let found = match bytes {
        Some(bytes) => {
            let at = bytes.start + quote + mistake.at;
            let width = value.get(mistake.at..).and_then(|rest| rest.chars().next());
            let end = at + width.map_or(0, char::len_utf8);
            Diagnostic::at_bytes(mistakes.file, mistakes.text, at..end, mistake.message)
        }
        None => Diagnostic::at(mistakes.file, mistakes.text, text.span(), mistake.message),
    };
    mistakes.found.push(found.hint(mistake.hint));
}
