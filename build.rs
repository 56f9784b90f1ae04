//! Generates the site that this repository's own binary builds.

fn main() {
    // Without it Cargo would watch every file of the package.
    println!("cargo::rerun-if-env-changed=KILN_SITE");
    #[cfg(feature = "site")]
    generate();
}

/// The site that `KILN_SITE` names, or `site-template`.
///
/// Where kiln is a dependency of somebody's site there is neither, and nothing to do.
#[cfg(feature = "site")]
fn generate() {
    let site = match std::env::var_os("KILN_SITE") {
        Some(site) => std::path::PathBuf::from(site),
        None => "site-template".into(),
    };
    if site.join("src/pages").is_dir() || std::env::var_os("KILN_SITE").is_some() {
        println!("cargo::rustc-cfg=kiln_site");
        kiln_build::Site::new(site).generate();
    }
}
