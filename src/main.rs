//! The site that `KILN_SITE` names; `site-template` where it is unset.

// The pages of a site are not kiln's own code, and have their own lints.
#![allow(
    missing_docs,
    unreachable_pub,
    missing_debug_implementations,
    rust_2018_idioms,
    clippy::all,
    clippy::pedantic,
    clippy::unwrap_used
)]

#[cfg(kiln_site)]
kiln::site!();

#[cfg(not(kiln_site))]
fn main() {
    eprintln!("no site was compiled in: set KILN_SITE to the folder of a site, and compile again");
    std::process::exit(1);
}
