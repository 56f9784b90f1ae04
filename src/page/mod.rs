//! The types that page files take and return.

#[cfg(feature = "og")]
pub(crate) mod card;
pub(crate) mod content_type;
pub(crate) mod context;
pub(crate) mod cookies;
pub(crate) mod error;
#[cfg(feature = "html")]
pub(crate) mod html;
pub(crate) mod image;
pub(crate) mod locals;
#[cfg(not(feature = "og"))]
pub(crate) mod no_card;
pub(crate) mod origin;
pub(crate) mod paginate;
#[cfg(feature = "content")]
mod render_context;
pub(crate) mod response;
pub(crate) mod rewrite;
pub(crate) mod route;
pub(crate) mod static_path;
