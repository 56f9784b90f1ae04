//! Calls Cargo as users do. All that it compiles is kept in the target folder of the tests themselves, with the profile of the
//! workspace, so that no dependency is compiled twice.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use serde_json::Value;

use super::{repository, scratch};

/// The sites whose own tests are run, by `server::parity` and `sites::content`.
const TESTED: [&str; 13] = [
    "based",
    "basics",
    "hosted",
    "middleware",
    "names",
    "pages",
    "precompressed",
    "props",
    "redirects",
    "served",
    "settings",
    "slashless",
    "versions",
];

/// A subcommand of Cargo in a folder that has a manifest.
pub(crate) fn cargo(subcommand: &str, folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.args([subcommand, "--color", "never", "--target-dir"]).arg(target());
    // That of what the workspace has compiled by the time that tests run.
    command.arg("--config").arg(profile()).current_dir(folder);
    command
}

/// The file with the profile of all that tests compile.
pub(crate) fn profile() -> PathBuf {
    repository().join("tests/profile.toml")
}

/// The binary of a site in `tests/sites`; all of them are compiled by the first call.
pub(crate) fn binary(site: &str) -> PathBuf {
    static COMPILED: OnceLock<()> = OnceLock::new();
    COMPILED.get_or_init(|| {
        let stderr = compiled(cargo("build", &sites()).arg("--workspace"), "the sites").stderr;
        let stderr = String::from_utf8_lossy(&stderr);
        assert!(!stderr.contains("warning: "), "a site compiles with warnings:\n{stderr}");
    });
    executable(site)
}

/// Where Cargo puts a binary.
pub(crate) fn executable(name: &str) -> PathBuf {
    target().join("debug").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// The command that runs tests of a site in `tests/sites`; those of all sites are compiled by the first call.
pub(crate) fn test_command(site: &str) -> Command {
    static COMPILED: OnceLock<Vec<(String, String)>> = OnceLock::new();
    let compiled = COMPILED.get_or_init(|| {
        let mut command = cargo("test", &sites());
        command.args(["--no-run", "--bins", "--message-format", "json"]);
        // The last has no tests, but turns on the features with which what kiln depends on is compiled.
        command.args(TESTED.iter().chain(&["edited"]).flat_map(|site| ["--package", site]));
        let output = compiled(&mut command, "the tests of sites");
        let executable = |message: Value| {
            let name = message["target"]["name"].as_str()?.to_owned();
            Some((name, message["executable"].as_str()?.to_owned()))
        };
        messages(&output).into_iter().filter_map(executable).collect()
    });
    let (_, executable) = compiled.iter().find(|(name, _)| name == site).expect(site);
    let mut command = Command::new(executable);
    command.current_dir(sites().join(site));
    command
}

/// What Cargo printed while it compiled something.
#[track_caller]
pub(crate) fn compiled(cargo: &mut Command, what: &str) -> Output {
    let output = cargo.output().expect("Cargo can be called");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cannot compile {what}:\n{stderr}");
    output
}

/// The messages of `--message-format json`.
pub(crate) fn messages(output: &Output) -> Vec<Value> {
    let stdout = String::from_utf8_lossy(&output.stdout);
    stdout.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// Writes a package that is nothing but the features and the dependencies of kiln, for the workspace of a site whose kiln has few
/// features. With `--all-features`, Cargo compiles what that kiln depends on as it has done for the tests, and so not again.
pub(crate) fn write_features(package: &Path) {
    let kiln = repository().to_str().expect("UTF-8").replace('\\', "/");
    let manifest = fs::read_to_string(repository().join("Cargo.toml")).expect("a manifest");
    let from = manifest.find("[features]").expect("the features");
    let to = manifest.find("[[bin]]").expect("the end of the dependencies");
    let same = manifest[from..to].replace("path = \"", &format!("path = \"{kiln}/"));
    let own = "[package]\nname = \"features\"\nedition = \"2024\"\n\n[lib]\npath = \"lib.rs\"\n";
    fs::create_dir_all(package).expect("a folder to make");
    fs::write(package.join("Cargo.toml"), format!("{own}\n{same}")).expect("a file to write");
    fs::write(package.join("lib.rs"), "").expect("a file to write");
}

fn sites() -> PathBuf {
    repository().join("tests/sites")
}

/// The target folder of the tests.
fn target() -> &'static Path {
    scratch().parent().expect("the target folder")
}
