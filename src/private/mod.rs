//! Not public API: for generated code only.

#[cfg(feature = "fuzzing")]
pub mod fuzzing;

use std::fmt::Display;
use std::pin::Pin;
use std::str::FromStr;

use anyhow::{Result, bail};
use axum::response::{IntoResponse, Response};

pub use crate::config::Host;
pub use crate::config::header_rule::HeaderRule;
pub use crate::config::{
    Config, Encoding, Format, Network, PathPattern, Server, Sitemap, TrailingSlash,
};
#[cfg(feature = "content")]
pub use crate::config::{Highlight, Markdown};
pub use crate::middleware::Middleware;
pub use crate::middleware::matcher::Matcher;
pub use crate::page::route::{Endpoint, Route};
pub use crate::page::static_path::StaticPages;
pub use crate::request::runtime::block_on;
pub use crate::routing::params::{RawParams, TypedParams};
pub use crate::routing::pattern::{Part, Pattern};
pub use crate::routing::redirect_rule::{RedirectRule, RedirectTarget};
pub use crate::site::Site;
pub use crate::site::collection_ref::CollectionRef;

use crate::page::context::Context;
use crate::routing::params::parse_value;

/// The items that the expansion of `html!` uses.
#[cfg(feature = "html")]
pub mod html {
    pub use crate::page::html::{ByDisplay, ByRender, Value};
}

/// The encodings of kiln.toml. Compilation fails if the feature that they need is disabled.
pub const fn precompress(encodings: &'static [Encoding]) -> &'static [Encoding] {
    let mut at = 0;
    while at < encodings.len() {
        match encodings[at] {
            Encoding::Gzip | Encoding::Brotli if !cfg!(feature = "precompress") => panic!(
                "`precompress` in kiln.toml needs the feature `precompress` of kiln, which is off\n\
                 hint: add the feature where Cargo.toml names kiln, for example kiln = {{ version = \"0.1\", features = [\"precompress\"] }}"
            ),
            Encoding::Zstd if !cfg!(feature = "zstd") => panic!(
                "`zstd` of `precompress` in kiln.toml needs the feature `zstd` of kiln, which is off\n\
                 hint: add the feature where Cargo.toml names kiln, for example kiln = {{ version = \"0.1\", features = [\"zstd\"] }}"
            ),
            _ => {}
        }
        at += 1;
    }
    encodings
}

/// The hosts of kiln.toml. Compilation fails if the feature that they need is disabled.
pub const fn hosts(hosts: &'static [Host]) -> &'static [Host] {
    assert!(
        cfg!(feature = "hosts") || hosts.is_empty(),
        "`hosts` in kiln.toml needs the feature `hosts` of kiln, which is off\n\
         hint: add the feature where Cargo.toml names kiln, for example kiln = {{ version = \"0.1\", features = [\"hosts\"] }}"
    );
    hosts
}

/// `[markdown]` of kiln.toml. Compilation fails if the feature that the widths of images need is disabled.
#[cfg(feature = "content")]
pub const fn markdown(markdown: Markdown) -> Markdown {
    let can_resize = cfg!(feature = "images");
    assert!(
        can_resize || markdown.image_widths.is_empty(),
        "`image-widths` in kiln.toml needs the feature `images` of kiln, which is off\n\
         hint: add the feature where Cargo.toml names kiln, for example kiln = {{ version = \"0.1\", features = [\"images\"] }}"
    );
    markdown
}

/// The themes of kiln.toml. Compilation fails if the feature that they need is disabled.
#[cfg(feature = "content")]
#[expect(clippy::assertions_on_constants, reason = "a feature is on or off")]
pub const fn highlight(highlight: Highlight) -> Highlight {
    assert!(
        cfg!(feature = "highlight"),
        "`highlight` in kiln.toml needs the feature `highlight` of kiln, which is off\n\
         hint: add the feature where Cargo.toml names kiln, for example kiln = {{ version = \"0.1\", features = [\"highlight\"] }}"
    );
    highlight
}

/// Boxes the future of an endpoint.
pub fn boxed<'a>(
    answer: impl Future<Output = Result<Response>> + Send + 'a,
) -> Pin<Box<dyn Future<Output = Result<Response>> + Send + 'a>> {
    Box::pin(answer)
}

/// Converts the return value of an endpoint into a response.
pub fn respond(given: impl IntoResponse) -> Result<Response> {
    Ok(given.into_response())
}

/// Returns true if and only if the params of a request parse into the page's `struct Params`.
pub fn accepts<T: TypedParams>(params: &RawParams) -> bool {
    T::from_raw(params).is_ok()
}

/// The params of a request, as the page's `struct Params`.
pub fn params<T: TypedParams>(ctx: &Context) -> Result<T> {
    T::from_raw(&ctx.params)
}

/// Reads a field for `[name]`.
pub fn read<T: FromStr<Err: Display>>(raw: &RawParams, name: &str) -> Result<T> {
    raw.parse(name)
}

/// Reads a field for `[...name]`. The text is empty if the param matched nothing.
pub fn read_rest<T: FromStr<Err: Display>>(raw: &RawParams, name: &str) -> Result<T> {
    parse_value(name, raw.get(name).unwrap_or_default())
}

/// Reads an `Option` for `[...name]`.
pub fn read_option<T: FromStr<Err: Display>>(raw: &RawParams, name: &str) -> Result<Option<T>> {
    present(raw, name).map(|value| parse_value(name, value)).transpose()
}

/// Reads a `Vec` for `[...name]`, with an element for each segment.
pub fn read_segments<T: FromStr<Err: Display>>(raw: &RawParams, name: &str) -> Result<Vec<T>> {
    Ok(read_option_segments(raw, name)?.unwrap_or_default())
}

/// Reads an `Option<Vec>` for `[...name]`.
pub fn read_option_segments<T: FromStr<Err: Display>>(
    raw: &RawParams,
    name: &str,
) -> Result<Option<Vec<T>>> {
    let parse = |value: &str| value.split('/').map(|s| parse_value(name, s)).collect();
    present(raw, name).map(parse).transpose()
}

fn present<'a>(raw: &'a RawParams, name: &str) -> Option<&'a str> {
    raw.get(name).filter(|value| !value.is_empty())
}

/// Writes a field.
pub fn write(raw: &mut RawParams, name: &'static str, value: &impl Display) -> Result<()> {
    raw.push(name, value.to_string());
    Ok(())
}

/// Writes an `Option`. `None` is omitted.
pub fn write_option(
    raw: &mut RawParams,
    name: &'static str,
    value: &Option<impl Display>,
) -> Result<()> {
    value.iter().try_for_each(|value| write(raw, name, value))
}

/// Writes a `Vec`, with a segment for each element.
pub fn write_segments(
    raw: &mut RawParams,
    name: &'static str,
    value: &[impl Display],
) -> Result<()> {
    let segments: Vec<String> = value.iter().map(ToString::to_string).collect();
    if let Some(segment) =
        segments.iter().find(|segment| segment.is_empty() || segment.contains('/'))
    {
        bail!("the param `{name}` has the invalid segment {segment:?}");
    }
    raw.push(name, segments.join("/"));
    Ok(())
}

/// Writes an `Option<Vec>`. `None` is omitted.
pub fn write_option_segments(
    raw: &mut RawParams,
    name: &'static str,
    value: &Option<Vec<impl Display>>,
) -> Result<()> {
    value.iter().try_for_each(|value| write_segments(raw, name, value))
}
