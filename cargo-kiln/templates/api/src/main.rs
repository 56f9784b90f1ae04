//! A data API made with kiln: files for what is known when the site is built, and two endpoints that answer requests.

mod content;

#[cfg(test)]
mod tests;

kiln::site!();
