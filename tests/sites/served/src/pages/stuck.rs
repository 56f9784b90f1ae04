//! Never answers, and keeps the thread that it is on.

pub const PRERENDER: bool = false;

pub fn get() -> String {
    loop {
        std::thread::park();
    }
}
