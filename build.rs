//! Generates the site that this repository's own binary builds.

fn main() {
    // Without a line like this Cargo would watch every file of the package.
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "site")]
    if is_in_its_own_workspace() {
        generate();
    }
}

/// Whether kiln is compiled in its own repository, and not as a dependency of somebody's site.
///
/// Cargo names source files relative to the workspace that it compiles, and those outside of it by their whole paths.
#[cfg(feature = "site")]
fn is_in_its_own_workspace() -> bool {
    std::path::Path::new(file!()) == std::path::Path::new("build.rs")
}

/// The site that `KILN_SITE` names, or `site-template`.
///
/// In the package from crates.io there is neither, and nothing to do.
#[cfg(feature = "site")]
fn generate() {
    println!("cargo::rerun-if-env-changed=KILN_SITE");
    let site = match std::env::var_os("KILN_SITE") {
        Some(site) => std::path::PathBuf::from(site),
        None => "site-template".into(),
    };
    if site.join("src/pages").is_dir() || std::env::var_os("KILN_SITE").is_some() {
        println!("cargo::rustc-cfg=kiln_site");
        kiln_build::Site::new(site).generate();
    }
}
