//! A small site made with kiln. Every file in `src/pages` is one endpoint, and the name of the file
//! is its address; the modules below are what those files share.

mod content;
mod landscape;
mod layout;

#[cfg(test)]
mod tests;

kiln::site!();
