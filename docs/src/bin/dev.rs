fn main() {
    kiln_dev::main()
}
