//! `cargo dev`: the site while you work on it.

fn main() {
    kiln_dev::main()
}
