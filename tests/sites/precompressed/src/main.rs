#[cfg(test)]
#[path = "../../answers.rs"]
mod answers;

/// Lines that become much smaller.
pub fn lines(count: usize) -> String {
    (0..count).map(|n| format!("<li>{n} times itself is {}</li>\n", n * n)).collect()
}

kiln::site!();
