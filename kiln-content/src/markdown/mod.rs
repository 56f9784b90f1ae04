//! Rendering of Markdown: `CommonMark` with the extensions of GitHub, proven links, and components.
//!
//! A [`Renderer`] joins the [`Settings`] of the site with the options of a collection, [`Markdown`]. It reads a text into
//! events, writes them as HTML with holes, and fills the holes for a page: links, images, code, components and the table
//! of contents. What a link leads to is the business of [`RenderContext`](crate::RenderContext) and [`Links`].

mod absolute;
mod code;
mod columns;
mod component;
mod components;
mod excerpt;
mod fill;
mod footnotes;
#[cfg(feature = "highlight")]
mod highlight;
mod html_scan;
mod links;
mod mask;
mod math;
mod memory;
mod options;
mod outline;
mod read;
mod renderer;
mod settings;
mod slug;
mod source;
mod stylesheet;
mod tag;
mod task;
mod text;
mod toc;
mod write;

#[cfg(test)]
mod conformance;

/// The crate whose events [`Markdown::events`] changes.
pub use pulldown_cmark;

pub use self::code::CodeBlock;
pub use self::component::Attributes;
pub use self::links::Links;
pub use self::memory::Memory;
pub use self::options::{Markdown, Spanned};
pub use self::outline::{Heading, Outline};
pub use self::renderer::Renderer;
pub use self::settings::{Highlight, Settings};
pub use self::source::{Fault, Place, Source};
pub use self::stylesheet::highlight_css;
pub use self::toc::toc;
