pub const PRERENDER: bool = false;

pub fn get() -> String {
    "p {}\n".to_owned()
}

pub fn post() -> &'static str {
    "posted\n"
}
