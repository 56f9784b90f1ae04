pub fn get() -> &'static str {
    "what kiln makes of all redirects"
}
