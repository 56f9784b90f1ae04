//! What the benchmarks share: compiling the sites of `benches/sites`, a ground to write on, running a process, and
//! what is made of its times; and servers under load.

pub mod client;
pub mod corpus;
pub mod figures;
pub mod ground;
pub mod instructions;
pub mod process;
pub mod server;
pub mod trees;
pub mod wrk;

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Compiles all sites of `benches/sites` that are built in release mode; gives the folder of their binaries.
///
/// The one that is served is not among them: all that is compiled at once has the features of all, and builds would be
/// measured with those of a server.
///
/// # Panics
///
/// Where they do not compile.
pub fn compile_sites() -> PathBuf {
    compile(&["--workspace", "--exclude", "bare", "--exclude", "serving"])
}

/// Compiles the site that is served, and the server beside it; gives the folder of their binaries.
///
/// # Panics
///
/// Where they do not compile.
pub fn compile_servers() -> PathBuf {
    compile(&["--package", "bare", "--package", "serving"])
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

/// The folder that benchmarks write in: below `KILN_BENCH_DIR`, or below that for temporary files.
pub fn scratch() -> PathBuf {
    let folder = env::var_os("KILN_BENCH_DIR").map_or_else(env::temp_dir, PathBuf::from);
    folder.join(format!("kiln-bench-{}", std::process::id()))
}

/// The time of a whole process: a site's binary that writes a folder.
///
/// # Panics
///
/// Where the build fails.
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
