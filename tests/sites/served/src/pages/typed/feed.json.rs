//! A bare text, built with the site; it is asked for by its own path and by rewrites.

pub fn get() -> &'static str {
    "{}\n"
}
