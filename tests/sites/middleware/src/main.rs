#[cfg(test)]
#[path = "../../answers.rs"]
mod answers;
#[cfg(test)]
mod tests;

kiln::site!();
