pub fn get() -> &'static str {
    "plain text\n"
}
