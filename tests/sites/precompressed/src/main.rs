#[cfg(test)]
#[path = "../../asked.rs"]
mod asked;

/// Lines that become much smaller.
pub fn lines(count: usize) -> String {
    (0..count).map(|n| format!("<li>{n} times itself is {}</li>\n", n * n)).collect()
}

kiln::site!();
