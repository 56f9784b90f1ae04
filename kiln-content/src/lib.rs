//! Typed collections of Markdown and data: the content of a kiln site.
//!
//! Sites use this crate as `kiln::content`. It does not depend on kiln, so that both compile at the same time: what
//! rendering needs of a page is the trait [`RenderContext`].

pub mod markdown;
pub mod mistake;
mod render_context;

pub use self::mistake::Mistake;
pub use self::render_context::RenderContext;
