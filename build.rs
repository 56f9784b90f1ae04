//! Generates the site that this repository's own binary builds.

fn main() {
    // Without such a line, Cargo would watch every file of the package.
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "site")]
    if is_in_its_own_workspace() {
        generate();
    }
}

/// Whether kiln is compiled in its own repository, and not as a dependency of a site.
///
/// Cargo passes the paths of source files relative to the workspace, and absolute paths for files outside it.
#[cfg(feature = "site")]
fn is_in_its_own_workspace() -> bool {
    std::path::Path::new(file!()) == std::path::Path::new("build.rs")
}

/// Generates the site in `KILN_SITE`, or `site-template`.
///
/// The package on crates.io contains neither, and there is nothing to do.
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
