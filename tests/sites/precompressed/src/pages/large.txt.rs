//! More than is compressed in memory.

pub fn get() -> String {
    crate::lines(28_000)
}
