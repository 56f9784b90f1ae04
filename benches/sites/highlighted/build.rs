//! The site `content`, with the feature that highlights code.

fn main() {
    kiln_build::Site::new("../content").generate();
}
