//! The sitemap: the URLs of all HTML pages that a build wrote.
//!
//! [`list`] decides whether a page is listed, and reads its translations, while its response is in memory. [`file`]
//! writes the sitemap at the end, in the order of URLs. Neither costs anything in a site without `sitemap` in kiln.toml.

pub(crate) mod file;
pub(crate) mod list;

mod head;
