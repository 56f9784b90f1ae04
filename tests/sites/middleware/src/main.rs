#[cfg(test)]
#[path = "../../asked.rs"]
mod asked;
#[cfg(test)]
mod tests;

kiln::site!();
