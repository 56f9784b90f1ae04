#[cfg(test)]
#[path = "../../asked.rs"]
mod asked;

kiln::site!();
