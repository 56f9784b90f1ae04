//! Less than the head of a variant.

pub fn get() -> &'static str {
    "tiny\n"
}
