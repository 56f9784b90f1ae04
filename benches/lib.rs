//! Common parts of the benchmarks: compiling the sites of `benches/sites`, file systems, processes, statistics, and
//! servers under load.

pub mod client;
pub mod corpus;
pub mod figures;
pub mod ground;
pub mod handles;
pub mod instructions;
pub mod nginx;
pub mod photographs;
pub mod process;
pub mod rivals;
pub mod server;
pub mod trees;
pub mod wrk;

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Compiles all sites of `benches/sites` in release mode, and returns the folder of their binaries.
///
/// The sites for serving, of photographs, with collections and for `check` are not among them: everything that is compiled together has the
/// features of all, and builds would be measured with those of a server.
///
/// # Panics
///
/// Panics if they do not compile.
pub fn compile_sites() -> PathBuf {
    let others = ["bare", "content", "entries", "highlighted", "linked", "photos", "serving"];
    let excluded = others.iter().flat_map(|site| ["--exclude", site]);
    compile(&["--workspace"].into_iter().chain(excluded).collect::<Vec<_>>())
}

/// Compiles the site with a collection, without and with highlighting, and returns the folder of both binaries.
///
/// # Panics
///
/// Panics if they do not compile.
pub fn compile_content() -> PathBuf {
    compile(&["--package", "content"]);
    compile(&["--package", "highlighted"])
}

/// Compiles the site for serving and the server to compare with, and returns the folder of their binaries.
///
/// # Panics
///
/// Panics if they do not compile.
pub fn compile_servers() -> PathBuf {
    compile(&["--package", "bare", "--package", "serving"])
}

/// Compiles the site of photographs, and returns the folder of its binary.
///
/// # Panics
///
/// Panics if it does not compile.
pub fn compile_photos() -> PathBuf {
    compile(&["--package", "photos"])
}

/// Compiles the sites with and without a sitemap, and returns the folder of their binaries.
///
/// # Panics
///
/// Panics if they do not compile.
pub fn compile_sitemaps() -> PathBuf {
    compile(&["--package", "listed", "--package", "unlisted"])
}

/// Compiles the site of JSON pages, and returns the folder of its binary.
///
/// # Panics
///
/// Panics if it does not compile.
pub fn compile_json() -> PathBuf {
    compile(&["--package", "json"])
}

/// Compiles the sites whose instructions are counted, and returns the folder of their binaries.
///
/// # Panics
///
/// Panics if they do not compile.
pub fn compile_counted() -> PathBuf {
    compile(&["--package", "direct", "--package", "json"])
}

/// Compiles the site of posts from a lazy source, and returns the folder of its binary.
///
/// # Panics
///
/// Panics if it does not compile.
pub fn compile_entries() -> PathBuf {
    compile(&["--package", "entries"])
}

/// Compiles the site that is checked, and returns the folder of its binary.
///
/// # Panics
///
/// Panics if it does not compile.
pub fn compile_linked() -> PathBuf {
    compile(&["--package", "linked"])
}

fn compile(packages: &[&str]) -> PathBuf {
    let sites = Path::new(env!("CARGO_MANIFEST_DIR")).join("sites");
    let status = Command::new(env!("CARGO"))
        .args(["build", "--release", "--quiet"])
        .args(packages)
        .current_dir(&sites)
        .env_remove("CARGO_TARGET_DIR")
        .status()
        .expect("Cargo can be called");
    assert!(status.success(), "the sites do not compile");
    sites.join("target/release")
}

/// The folder that benchmarks write in: below `KILN_BENCH_DIR`, or below the one for temporary files.
pub fn scratch() -> PathBuf {
    let folder = env::var_os("KILN_BENCH_DIR").map_or_else(env::temp_dir, PathBuf::from);
    folder.join(format!("kiln-bench-{}", std::process::id()))
}

/// Times a whole process: a site's binary that writes a folder.
///
/// # Panics
///
/// Panics if the build fails.
pub fn time_build(binary: &Path, out: &Path) -> Duration {
    let started = Instant::now();
    let status = Command::new(binary).args(["--quiet", "--out"]).arg(out).status();
    let elapsed = started.elapsed();
    assert!(status.is_ok_and(|status| status.success()), "{} failed", binary.display());
    elapsed
}

/// The median of an odd number of times.
pub fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
