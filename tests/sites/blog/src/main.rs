//! A blog in two languages: its posts, tags, redirects and data come from collections.

mod content;
mod feed;
mod layout;

kiln::site!();
