#[cfg(test)]
#[path = "../../answers.rs"]
mod answers;

kiln::site!();
