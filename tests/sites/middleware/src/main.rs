#[cfg(test)]
mod tests;

kiln::site!();
