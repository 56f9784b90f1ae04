//! As many pages as `PAGES` says, the first of which contain `VERSION`, as many as `CHANGING` says.

/// A number in a variable.
pub fn number(variable: &str) -> usize {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or_default()
}

kiln::site!();
