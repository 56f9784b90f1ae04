//! `cargo dev` in this repository: the site that `KILN_SITE` names, or `site-template`.

fn main() {
    let site = std::env::var_os("KILN_SITE").unwrap_or_else(|| "site-template".into());
    kiln_dev::Site::new(site).run();
}
