//! Closures that forward a request to the endpoint of a page, and params to its `struct Params`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::page::{Argument, ArgumentKind, Container, Endpoint, Page, Shape, Source, StaticPaths};
use crate::pattern::{Part, RoutePattern};

/// The endpoints of a page, as entries of its route.
pub(super) fn entries(source: &Source, page: &Page, pattern: &RoutePattern) -> Vec<TokenStream> {
    let entry = |endpoint: &Endpoint| {
        let method = endpoint.method.function().to_uppercase();
        let call = match &page.static_paths {
            Some(paths) if !source.is_on_demand && !pattern.is_static() => {
                on_static_paths(source, page, endpoint, paths)
            }
            _ => on_context(source, page, endpoint),
        };
        quote!((#method, #call))
    };
    page.endpoints.iter().map(entry).collect()
}

/// Checks whether the params of a request are valid for the page; always, if it does not declare types.
pub(super) fn accepts(source: &Source, page: &Page) -> TokenStream {
    let module = format_ident!("{}", source.module);
    match page.params {
        Some(_) => quote!(Some(accepts::<#module::Params>)),
        None => quote!(None),
    }
}

/// An endpoint that is called with what the context says.
fn on_context(source: &Source, page: &Page, endpoint: &Endpoint) -> TokenStream {
    let asks = |kind| endpoint.arguments.iter().any(|argument| argument.kind == kind);
    let ctx = if endpoint.arguments.is_empty() { quote!(_ctx) } else { quote!(ctx) };
    let module = format_ident!("{}", source.module);
    let params = (page.params.is_some() && asks(ArgumentKind::Params))
        .then(|| quote!(let params: #module::Params = params(ctx)?;));
    let call = call(source, endpoint);
    quote! {
        Endpoint::OnContext(|#ctx| boxed(async move {
            #params
            respond(#call)
        }))
    }
}

/// An endpoint that is called once for each path from `static_paths`, with its params and props.
fn on_static_paths(
    source: &Source,
    page: &Page,
    endpoint: &Endpoint,
    paths: &StaticPaths,
) -> TokenStream {
    let module = format_ident!("{}", source.module);
    let name = |kind, name: &str| {
        let is_asked = endpoint.arguments.iter().any(|argument| argument.kind == kind);
        if is_asked { format_ident!("{name}") } else { format_ident!("_{name}") }
    };
    let ctx = name(ArgumentKind::Context, "ctx");
    let params = name(ArgumentKind::Params, "params");
    let props = name(ArgumentKind::Props, "props");
    let params_type = match page.params {
        Some(_) => quote!(#module::Params),
        None => quote!(RawParams),
    };
    let (route, argument) = match paths.takes_route {
        true => (quote!(route), quote!(route)),
        false => (quote!(_route), quote!()),
    };
    let paths = unwrap_static_paths(quote!(#module::static_paths(#argument)), paths.shape);
    let call = call(source, endpoint);
    quote! {
        Endpoint::OnStaticPaths(|#route, sink| {
            StaticPages::<#params_type>::send(#paths, sink, |#ctx, #params, #props| {
                boxed(async move { respond(#call) })
            })
        })
    }
}

fn unwrap_static_paths(call: TokenStream, shape: Shape) -> TokenStream {
    let call = if shape.is_async { quote!(block_on(#call)) } else { call };
    if shape.is_fallible { quote!(#call?) } else { call }
}

/// The call itself, with the arguments in the order in which the page asks for them.
fn call(source: &Source, endpoint: &Endpoint) -> TokenStream {
    let module = format_ident!("{}", source.module);
    let function = format_ident!("{}", endpoint.method.function());
    let arguments = endpoint.arguments.iter().map(|argument| match argument {
        Argument { kind: ArgumentKind::Context, .. } => quote!(ctx),
        Argument { kind: ArgumentKind::Params, by_reference: true, .. } => quote!(&params),
        Argument { kind: ArgumentKind::Params, .. } => quote!(params),
        Argument { kind: ArgumentKind::Props, by_reference: true, .. } => quote!(&props),
        Argument { kind: ArgumentKind::Props, .. } => quote!(props),
    });
    let wait = endpoint.shape.is_async.then(|| quote!(.await));
    let or_fail = endpoint.shape.is_fallible.then(|| quote!(?));
    quote!(#module::#function(#(#arguments),*) #wait #or_fail)
}

/// Fills and reads the page's `struct Params`, if it has one.
pub(super) fn typed_params(source: &Source) -> Option<TokenStream> {
    let params = source.page.as_ref()?.params.as_ref()?;
    let pattern = source.pattern.as_ref()?;
    let module = format_ident!("{}", source.module);
    let (mut reads, mut writes) = (Vec::new(), Vec::new());
    for part in pattern.params() {
        let name = part.name()?;
        let field = params.fields.iter().find(|field| field.name == name)?;
        let ident: syn::Ident =
            syn::parse_str(name).or_else(|_| syn::parse_str(&format!("r#{name}"))).ok()?;
        let (read, write) = match (part, field.container) {
            (Part::Rest(_), Container::One) => (quote!(read_rest), quote!(write)),
            (_, Container::One) => (quote!(read), quote!(write)),
            (_, Container::Vec) => (quote!(read_segments), quote!(write_segments)),
            (_, Container::Option) => (quote!(read_option), quote!(write_option)),
            (_, Container::OptionVec) => {
                (quote!(read_option_segments), quote!(write_option_segments))
            }
        };
        reads.push(quote!(#ident: ::kiln::private::#read(raw, #name)?));
        writes.push(quote!(::kiln::private::#write(&mut raw, #name, &self.#ident)?;));
    }
    // A `Params` without fields reads and writes nothing.
    let (raw, new) = match reads.is_empty() {
        true => (quote!(_raw), quote!(let raw)),
        false => (quote!(raw), quote!(let mut raw)),
    };
    Some(quote! {
        impl ::kiln::private::TypedParams for #module::Params {
            fn from_raw(#raw: &::kiln::RawParams) -> ::kiln::Result<Self> {
                ::core::result::Result::Ok(Self { #(#reads),* })
            }
            fn to_raw(&self) -> ::kiln::Result<::kiln::RawParams> {
                #new = ::kiln::RawParams::new();
                #(#writes)*
                ::core::result::Result::Ok(raw)
            }
        }
    })
}
