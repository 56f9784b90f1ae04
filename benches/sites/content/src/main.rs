//! A blog as a collection: posts, pages with lists of them, and a feed.

mod content;
mod layout;

kiln::site!();
