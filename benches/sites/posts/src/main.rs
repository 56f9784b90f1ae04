//! A blog: posts in Markdown, pages that list them, and a feed.

mod layout;
mod posts;

kiln::site!();
