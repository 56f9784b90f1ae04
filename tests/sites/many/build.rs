fn main() {
    kiln_build::generate();
}
