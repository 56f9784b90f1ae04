//! kiln itself, copied into a site.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use walkdir::WalkDir;

use super::write;

/// The crates that a site depends on, by their folders in the repository.
const CRATES: [&str; 6] = [".", "kiln-build", "kiln-content", "kiln-dev", "kiln-macros", "kiln-og"];
/// The folders of a crate that are part of its package.
const FOLDERS: [&str; 2] = ["fonts", "src"];
/// And its files.
const FILES: [&str; 4] = ["Cargo.toml", "LICENSE-APACHE", "LICENSE-MIT", "build.rs"];

/// Copies kiln from the clone in which this program was compiled.
///
/// # Errors
///
/// Fails if the program was not compiled in a clone, or if a file cannot be copied.
pub(super) fn copy(to: &Path) -> Result<()> {
    let repository = repository();
    if !repository.join("kiln-build/Cargo.toml").exists() {
        bail!(
            "no clone of kiln to copy from: this program was compiled in {}\n  \
             hint: leave out --vendor, or use `cargo new-site` in a clone of kiln",
            env!("CARGO_MANIFEST_DIR")
        );
    }
    for folder in CRATES {
        let (from, to) = (repository.join(folder), to.join(folder));
        for name in FOLDERS.iter().filter(|name| from.join(name).exists()) {
            copy_folder(&from.join(name), &to.join(name))?;
        }
        for name in FILES.iter().filter(|name| from.join(name).exists()) {
            copy_file(&from.join(name), &to.join(name))?;
        }
    }
    let manifest = to.join("Cargo.toml");
    let text = fs::read_to_string(&manifest);
    let text = text.with_context(|| format!("cannot read {}", manifest.display()))?;
    write(&manifest, with_members(&text).as_bytes())
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The manifest of kiln's workspace, with the members that a site depends on.
fn with_members(manifest: &str) -> String {
    let members = CRATES.iter().skip(1).map(|name| format!("\"{name}\""));
    let members = format!("members = [{}]", members.collect::<Vec<_>>().join(", "));
    let lines = manifest.lines();
    let lines = lines.map(|line| if line.starts_with("members = ") { &members } else { line });
    lines.flat_map(|line| [line, "\n"]).collect()
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    for entry in WalkDir::new(from) {
        let entry = entry.with_context(|| format!("cannot list {}", from.display()))?;
        if entry.file_type().is_file() {
            let name = entry.path().strip_prefix(from).context("a file outside its folder")?;
            copy_file(entry.path(), &to.join(name))?;
        }
    }
    Ok(())
}

fn copy_file(from: &Path, to: &Path) -> Result<()> {
    let bytes = fs::read(from).with_context(|| format!("cannot read {}", from.display()))?;
    write(to, &bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_copied_workspace_has_the_crates_of_a_site() {
        let manifest = "[workspace]\nmembers = [\"kiln-build\", \"benches\"]\nexclude = []\n";
        let expected = "[workspace]\n\
            members = [\"kiln-build\", \"kiln-content\", \"kiln-dev\", \"kiln-macros\", \"kiln-og\"]\n\
            exclude = []\n";
        assert_eq!(with_members(manifest), expected);
    }

    #[test]
    fn each_crate_that_kiln_depends_on_by_path_is_copied() {
        let manifest = fs::read_to_string(repository().join("Cargo.toml")).expect("a manifest");
        let dependencies = manifest.split("[dev-dependencies]").next().unwrap_or_default();
        for path in
            dependencies.split("path = \"").skip(1).filter_map(|rest| rest.split('"').next())
        {
            let is_crate = repository().join(path).join("Cargo.toml").exists();
            assert!(!is_crate || CRATES.contains(&path), "{path} is not copied into new sites");
        }
    }
}
