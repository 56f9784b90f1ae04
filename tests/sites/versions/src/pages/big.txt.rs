//! Three megabytes, no two lines alike and none the same in both versions.

use std::fmt::Write;

pub fn get() -> String {
    let version = crate::version();
    let mut text = String::with_capacity(3 << 20);
    for line in 0..3 << 10 {
        let _ = writeln!(text, "{version} {line:06} {}", "x".repeat(1014));
    }
    text
}
