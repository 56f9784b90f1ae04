pub const PRERENDER: bool = false;

pub fn get() -> &'static str {
    "the secret"
}
