//! A blog: posts in Markdown, pages with lists of them, and a feed.

mod layout;
mod posts;

kiln::site!();
