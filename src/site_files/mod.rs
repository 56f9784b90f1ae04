//! Responses for the files of a whole site: sitemaps, feeds, `robots.txt`, the web manifest, and structured data.
//!
//! They only build text. None of them knows the pages of the site: the page that returns one lists what it contains.

#[cfg(feature = "content")]
pub mod feed;
pub mod manifest;
pub mod robots;
pub mod sitemap;

mod json_ld;
#[cfg(test)]
mod vectors;
pub(crate) mod xml;

pub use self::json_ld::json_ld;
