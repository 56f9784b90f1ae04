//! Whole sites, compiled and run as users do. `tests/README.md` says what each module needs.

mod support;

mod compile_errors;
#[cfg(target_os = "linux")]
mod dev;
mod docs;
#[cfg(feature = "zstd")]
mod precompress;
mod readme;
mod server;
mod shards;
mod sites;
#[cfg(unix)]
mod trust;
