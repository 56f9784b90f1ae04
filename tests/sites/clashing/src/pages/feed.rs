pub fn get() -> &'static str {
    "a file where a folder is needed"
}
