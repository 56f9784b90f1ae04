pub fn get() -> &'static str {
    "also in public/"
}
