//! Reads the signatures of the functions that a page exports.

use syn::spanned::Spanned;
use syn::{FnArg, GenericParam, ReturnType, Safety, Signature, Type};

use super::Mistakes;
use crate::page::{Argument, ArgumentKind, Endpoint, Method, Shape, StaticPaths};

/// Reads an endpoint: its arguments and its return type.
pub(super) fn endpoint(
    method: Method,
    signature: &Signature,
    has_params: bool,
    mistakes: &mut Mistakes<'_>,
) -> Endpoint {
    let name = method.function();
    refuse_uncallable(signature, mistakes);
    let mut arguments: Vec<Argument> = Vec::new();
    for input in &signature.inputs {
        let Some(argument) = argument(input, has_params, mistakes) else { continue };
        if arguments.iter().any(|earlier| earlier.kind == argument.kind) {
            let (message, hint) = asked_twice(argument.kind, name);
            mistakes.report(argument.span, message, hint);
            continue;
        }
        arguments.push(argument);
    }
    Endpoint { method, arguments, shape: shape(signature), span: signature.ident.span() }
}

/// Reads `static_paths`.
pub(super) fn static_paths(signature: &Signature, mistakes: &mut Mistakes<'_>) -> StaticPaths {
    refuse_uncallable(signature, mistakes);
    let mut inputs = signature.inputs.iter();
    let takes_route = match inputs.next() {
        None => false,
        Some(FnArg::Typed(input)) if is_reference_to(&input.ty, "Route") => true,
        Some(input) => {
            mistakes.report(
                input.span(),
                "`static_paths` takes nothing or a `&Route`",
                "write `pub fn static_paths()` or `pub fn static_paths(route: &Route)`",
            );
            true
        }
    };
    if let Some(second) = inputs.next() {
        mistakes.report(
            second.span(),
            "`static_paths` takes one argument at most",
            "write `pub fn static_paths()` or `pub fn static_paths(route: &Route)`",
        );
    }
    if matches!(signature.output, ReturnType::Default) {
        mistakes.report(
            signature.ident.span(),
            "`static_paths` must give the paths of the route",
            "write `pub fn static_paths() -> impl IntoIterator<Item = StaticPath>`",
        );
    }
    StaticPaths { takes_route, shape: shape(signature) }
}

/// Reports signatures that the generated code cannot call: generic and `unsafe` functions.
pub(crate) fn refuse_uncallable(signature: &Signature, mistakes: &mut Mistakes<'_>) {
    let name = &signature.ident;
    if let Safety::Unsafe(keyword) = &signature.safety {
        mistakes.report(
            keyword.span(),
            format!("`{name}` cannot be `unsafe`"),
            format!("write `pub fn {name}`, with the `unsafe` block inside it"),
        );
    }
    for param in &signature.generics.params {
        if !matches!(param, GenericParam::Lifetime(_)) {
            mistakes.report(
                param.span(),
                format!("`{name}` cannot be generic"),
                "write the types out: nothing tells which ones it would be called with",
            );
        }
    }
}

fn argument(input: &FnArg, has_params: bool, mistakes: &mut Mistakes<'_>) -> Option<Argument> {
    let input = match input {
        FnArg::Typed(input) => input,
        FnArg::Receiver(receiver) => {
            mistakes.report(
                receiver.span(),
                "an endpoint is a free function",
                "ask for `ctx: &Context` instead of `self`",
            );
            return None;
        }
    };
    let (ty, by_reference, is_mut, is_static) = match strip_parens(&input.ty) {
        Type::Reference(reference) => (
            strip_parens(&reference.elem),
            true,
            reference.mutability.is_some(),
            reference.lifetime.as_ref().is_some_and(|lifetime| lifetime.ident == "static"),
        ),
        ty => (ty, false, false, false),
    };
    let span = input.ty.span();
    match argument_kind(ty, by_reference && !is_mut, is_mut, has_params) {
        // A `&'static T` cannot be borrowed from the props: it is the props.
        Ok(kind) => Some(Argument { kind, by_reference: by_reference && !is_static, span }),
        Err((message, hint)) => {
            mistakes.report(span, message, hint);
            None
        }
    }
}

/// The meaning of an argument's type, or the broken rule and what to write instead.
fn argument_kind(
    ty: &Type,
    is_shared: bool,
    is_mut: bool,
    has_params: bool,
) -> Result<ArgumentKind, (&'static str, &'static str)> {
    let name = last_ident(ty);
    match name.as_deref() {
        Some("Context") if is_shared => Ok(ArgumentKind::Context),
        Some("Context") if is_mut => {
            Err(("an endpoint reads its context, and cannot change it", "write `ctx: &Context`"))
        }
        Some("Context") => {
            Err(("an endpoint borrows its context, and does not own it", "write `ctx: &Context`"))
        }
        Some("RawParams") => Err((
            "the params of a request are a part of its context",
            "ask for `ctx: &Context` and read `ctx.params`, or declare `pub struct Params` with a field for each bracket",
        )),
        _ if is_mut => Err(("an endpoint cannot ask for a `&mut`", "write `&T`, or `T` to own it")),
        Some("Params") if is_own_path(ty) && has_params => Ok(ArgumentKind::Params),
        Some("Params") if is_own_path(ty) => Err((
            "this page declares no `struct Params`",
            "add `pub struct Params { … }` with a `pub` field for each bracket of the file name",
        )),
        _ if matches!(ty, Type::ImplTrait(_)) => Err((
            "an endpoint asks by type for what it needs, and this names no type",
            "write the type of the props that `static_paths` gives",
        )),
        _ => Ok(ArgumentKind::Props),
    }
}

fn asked_twice(kind: ArgumentKind, endpoint: &str) -> (String, &'static str) {
    match kind {
        ArgumentKind::Context => {
            (format!("`{endpoint}` asks for the context twice"), "keep one `ctx: &Context`")
        }
        ArgumentKind::Params => {
            (format!("`{endpoint}` asks for its params twice"), "keep one `params: &Params`")
        }
        ArgumentKind::Props => (
            format!("`{endpoint}` asks for props twice"),
            "a path has one value of props: make it a struct or a tuple with both",
        ),
    }
}

pub(crate) fn shape(signature: &Signature) -> Shape {
    let is_fallible = match &signature.output {
        ReturnType::Default => false,
        ReturnType::Type(_, ty) => {
            last_ident(strip_parens(ty)).is_some_and(|name| name.ends_with("Result"))
        }
    };
    Shape { is_async: signature.asyncness.is_some(), is_fallible }
}

/// Returns true if and only if an argument is a `&mut` to a type with this name.
pub(crate) fn is_mutable_reference_to(input: &FnArg, name: &str) -> bool {
    let FnArg::Typed(input) = input else { return false };
    match strip_parens(&input.ty) {
        Type::Reference(reference) => {
            reference.mutability.is_some()
                && last_ident(strip_parens(&reference.elem)).is_some_and(|last| last == name)
        }
        _ => false,
    }
}

/// Returns true if and only if an argument is a type with this name by value.
pub(crate) fn is_owned(input: &FnArg, name: &str) -> bool {
    let FnArg::Typed(input) = input else { return false };
    last_ident(strip_parens(&input.ty)).is_some_and(|last| last == name)
}

fn is_reference_to(ty: &Type, name: &str) -> bool {
    match strip_parens(ty) {
        Type::Reference(reference) => {
            reference.mutability.is_none()
                && last_ident(strip_parens(&reference.elem)).is_some_and(|last| last == name)
        }
        _ => false,
    }
}

fn strip_parens(ty: &Type) -> &Type {
    match ty {
        Type::Paren(inner) => strip_parens(&inner.elem),
        Type::Group(inner) => strip_parens(&inner.elem),
        ty => ty,
    }
}

fn last_ident(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        _ => None,
    }
}

/// Returns true if and only if a path names an item of the page itself: `Params` or `self::Params`.
fn is_own_path(ty: &Type) -> bool {
    match ty {
        Type::Path(path) => {
            let segments = &path.path.segments;
            segments.len() == 1 || segments.len() == 2 && segments[0].ident == "self"
        }
        _ => false,
    }
}
