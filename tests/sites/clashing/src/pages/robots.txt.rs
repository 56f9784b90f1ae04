pub fn get() -> &'static str {
    "what is in public/, too"
}
