this is no Rust, and no page
