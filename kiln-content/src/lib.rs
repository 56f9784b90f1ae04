//! Typed collections of Markdown and data: the content of a kiln site.
//!
//! Sites use this crate as `kiln::content`. It does not depend on kiln, so that both compile at the same time: what
//! rendering needs of a page is the trait [`RenderContext`].

mod collection;
mod entry;

mod asset;
mod date;
mod reference;
mod rendered;

pub mod markdown;
pub mod mistake;

mod data;
mod front_matter;
mod links;
mod loading;

#[doc(hidden)]
pub mod fuzzing;
#[doc(hidden)]
pub mod registry;
mod render_context;

mod nearest;
mod order;

#[cfg(test)]
mod tests;

pub use self::asset::Asset;
pub use self::collection::Collection;
pub use self::date::Date;
pub use self::entry::{Entry, render};
pub use self::markdown::{Attributes, Heading, Markdown};
pub use self::mistake::{Mistake, Mistakes};
pub use self::reference::Ref;
pub use self::render_context::{ImageContext, RenderContext};
pub use self::rendered::Rendered;
