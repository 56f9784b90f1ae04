//! Creates a site from the template: `cargo new-site ../my-site`.
//!
//! The new folder only depends on crates.io: kiln itself is copied to `vendor/kiln`, so that the site builds on any
//! machine and can be published from CI, whether or not kiln is on crates.io.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use walkdir::{DirEntry, WalkDir};

const USAGE: &str = "\
Starts a site from kiln's template.

Usage: cargo new-site FOLDER

Example:
  cargo new-site ../my-site
  cd ../my-site
  cargo run --release
";

fn main() -> ExitCode {
    // The alias already contains a `--`; another one means the same.
    let arguments = env::args_os().skip(1).filter(|argument| argument != "--");
    let arguments: Vec<PathBuf> = arguments.map(PathBuf::from).collect();
    let [folder] = arguments.as_slice() else {
        eprint!("{USAGE}");
        return ExitCode::from(2);
    };
    if ["-h", "--help"].iter().any(|help| folder == Path::new(help)) {
        print(USAGE);
        return ExitCode::SUCCESS;
    }
    match new_site(&repository(), folder) {
        Ok(()) => {
            let shown = folder.display();
            print(&format!("created a site in {shown}:\n\n  cd {shown}\n  cargo run --release\n"));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "the one place that prints")]
fn print(text: &str) {
    print!("{text}");
}

/// The repository in which this program was compiled.
fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Copies the template and kiln to a new folder.
fn new_site(repository: &Path, folder: &Path) -> Result<()> {
    if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        bail!("{} is not empty\n  hint: name a folder that does not exist yet", folder.display());
    }
    copy_folder(&repository.join("site-template"), folder)?;
    let vendored = folder.join("vendor/kiln");
    for part in [
        "src",
        "kiln-build/src",
        "kiln-content/src",
        "kiln-dev/src",
        "kiln-macros/src",
        "kiln-og/src",
        "kiln-og/fonts",
    ] {
        copy_folder(&repository.join(part), &vendored.join(part))?;
    }
    for file in [
        "Cargo.toml",
        "build.rs",
        "LICENSE-MIT",
        "LICENSE-APACHE",
        "kiln-build/Cargo.toml",
        "kiln-content/Cargo.toml",
        "kiln-dev/Cargo.toml",
        "kiln-macros/Cargo.toml",
        "kiln-og/Cargo.toml",
    ] {
        copy_file(&repository.join(file), &vendored.join(file))?;
    }
    edit(&vendored.join("Cargo.toml"), |manifest| {
        // A site only needs these members of kiln's workspace.
        replace_line(
            manifest,
            "members = ",
            "members = [\"kiln-build\", \"kiln-content\", \"kiln-dev\", \"kiln-macros\", \"kiln-og\"]",
        )
    })?;
    edit(&folder.join("Cargo.toml"), |manifest| {
        let manifest = manifest
            .replace("path = \"..\"", "path = \"vendor/kiln\"")
            .replace("path = \"../kiln-build\"", "path = \"vendor/kiln/kiln-build\"")
            .replace("path = \"../kiln-dev\"", "path = \"vendor/kiln/kiln-dev\"")
            .replace("[workspace]\n", "[workspace]\nexclude = [\"vendor\"]\n");
        match package_name(folder) {
            Some(name) => {
                let manifest = replace_line(&manifest, "name = ", &format!("name = \"{name}\""));
                let default_run = format!("default-run = \"{name}\"");
                replace_line(&manifest, "default-run = ", &default_run)
            }
            None => manifest,
        }
    })?;
    // The lock file contains the name of the package, and Cargo would rewrite that line.
    edit(&folder.join("Cargo.lock"), |lock| match package_name(folder) {
        Some(name) => lock.replace("name = \"my-site\"", &format!("name = \"{name}\"")),
        None => lock.to_owned(),
    })
}

/// The name of the folder, if it is a valid name of a package.
fn package_name(folder: &Path) -> Option<String> {
    let name = folder.file_name()?.to_str()?.to_lowercase();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let is_taken = [
        "kiln",
        "kiln-build",
        "kiln-content",
        "kiln-dev",
        "kiln-macros",
        "kiln-og",
        "dev",
        "test",
        "core",
        "std",
        "build",
        "deps",
        "examples",
        "incremental",
    ]
    .contains(&name.as_str());
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(is_plain);
    (is_name && !is_taken).then_some(name)
}

/// Replaces the first line with this start.
fn replace_line(text: &str, start: &str, line: &str) -> String {
    let mut is_done = false;
    let mut lines = text.lines().map(|old| {
        let is_it = !is_done && old.starts_with(start);
        is_done |= is_it;
        if is_it { line } else { old }
    });
    let mut replaced = lines.by_ref().collect::<Vec<_>>().join("\n");
    replaced.push('\n');
    replaced
}

fn edit(file: &Path, change: impl FnOnce(&str) -> String) -> Result<()> {
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    fs::write(file, change(&text)).with_context(|| format!("cannot write {}", file.display()))
}

/// Copies all files below a folder, except those that a build makes.
fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    let is_source = |entry: &DirEntry| {
        let is_made =
            entry.depth() == 1 && ["target", "dist"].iter().any(|made| entry.file_name() == *made);
        !is_made
    };
    for entry in WalkDir::new(from).into_iter().filter_entry(is_source) {
        let entry = entry.with_context(|| format!("cannot list {}", from.display()))?;
        if entry.file_type().is_file() {
            let name = entry.path().strip_prefix(from).context("a file outside its folder")?;
            copy_file(entry.path(), &to.join(name))?;
        }
    }
    Ok(())
}

fn copy_file(from: &Path, to: &Path) -> Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot create the folder {}", folder.display()))?;
    }
    fs::copy(from, to)
        .with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_site_names_nothing_outside_of_it() {
        let parent = env::temp_dir().join(format!("kiln-new-site-{}", std::process::id()));
        let _ = fs::remove_dir_all(&parent);
        let folder = parent.join("my-blog");
        new_site(&repository(), &folder).expect("a new site");
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).expect("a manifest");
        assert!(manifest.contains("name = \"my-blog\""), "{manifest}");
        assert!(manifest.contains("default-run = \"my-blog\""), "{manifest}");
        assert!(manifest.contains("path = \"vendor/kiln\""), "{manifest}");
        assert!(!manifest.contains("\".."), "{manifest}");
        assert!(folder.join("src/pages/index.rs").exists());
        assert!(folder.join("vendor/kiln/kiln-build/src/lib.rs").exists());
        assert!(folder.join("vendor/kiln/kiln-macros/src/lib.rs").exists());
        assert!(!folder.join("target").exists() && !folder.join("dist").exists());
        let again = new_site(&repository(), &folder).expect_err("a folder that is not empty");
        assert!(again.to_string().contains("is not empty"), "{again}");
        fs::remove_dir_all(&parent).expect("a folder to remove");
    }

    #[test]
    fn the_package_is_named_after_the_folder_if_cargo_allows_it() {
        let name = |folder: &str| package_name(Path::new(folder));
        assert_eq!(name("../My-Blog").as_deref(), Some("my-blog"));
        assert_eq!(name("a b"), None);
        assert_eq!(name("2fa"), None);
        assert_eq!(name("kiln"), None);
        assert_eq!(name(".."), None);
    }
}
